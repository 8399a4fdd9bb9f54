import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { type Persona, PersonaFrontMatter } from '../personas/persona.ts'
import { type Document, DocumentFrontMatter } from './document.ts'
import { FrontMatterError, parseFrontMatter } from './front-matter.ts'
import { endSuperseded } from './supersession.ts'

/** All that `knowledge/` holds at one moment. */
export interface Knowledge {
  readonly documents: readonly Document[]
  readonly personas: readonly Persona[]
  /** Texts of `knowledge/language/` by file name: the user dictionary, synonyms, honours. */
  readonly language: Readonly<Record<string, string>>
  /** Hex SHA-256 over everything above. */
  readonly hash: string
}

/** Every file that cannot be used, with file, line and reason. */
export class KnowledgeError extends Error {
  readonly problems: readonly FrontMatterError[]

  constructor(problems: readonly FrontMatterError[]) {
    super(
      `Some files in the knowledge folder cannot be used:\n${problems.map((problem) => `  ${problem.message}`).join('\n')}`,
    )
    this.name = 'KnowledgeError'
    this.problems = problems
  }
}

/** The collection that a persona's own stories belong to where their front matter names none. */
export function storiesOf(personaId: string): string {
  return `stories/${personaId}`
}

/** Reads and checks the whole folder. Throws {@link KnowledgeError} that names every bad file. */
export async function readKnowledge(dir: string): Promise<Knowledge> {
  const problems: FrontMatterError[] = []
  const attempt = <T>(read: () => T): T[] => {
    try {
      return [read()]
    } catch (error) {
      if (!(error instanceof FrontMatterError)) throw error
      problems.push(error)
      return []
    }
  }
  const files = await listFiles(dir)
  const sources = await Promise.all(
    files.map(async (path) => ({ path, source: await readFile(join(dir, path), 'utf8') })),
  )
  const below = (folder: string) => sources.filter(({ path }) => path.startsWith(`${folder}/`) && path.endsWith('.md'))

  const personas = below('personas').flatMap(({ path, source }) => attempt(() => readPersona(path, source)))
  const ids = new Set(personas.map((persona) => persona.id))
  const documents = [...below('stories'), ...below('policies')].flatMap(({ path, source }) =>
    attempt(() => readDocument(path, source, ids)),
  )
  const collections = new Set(documents.map((document) => document.collection))
  for (const persona of personas) {
    // A lecturer's own stories may all come through the console.
    const own = storiesOf(persona.id)
    for (const collection of persona.collections.filter((name) => name !== own && !collections.has(name))) {
      problems.push(
        new FrontMatterError(`personas/${persona.id}.md`, 1, `collections: there is no document of "${collection}"`),
      )
    }
  }
  if (problems.length > 0) throw new KnowledgeError(problems)

  const language = Object.fromEntries(
    sources
      .filter(({ path }) => /^language\/[^/]+\.txt$/.test(path))
      .map(({ path, source }) => [path.slice('language/'.length), source]),
  )
  const hash = sha256(
    [...documents, ...personas]
      .map((item) => item.hash)
      .concat(Object.values(language))
      .join('\n'),
  )
  return { documents: endSuperseded(documents), personas, language, hash }
}

function readPersona(path: string, source: string): Persona {
  const { data, body } = parseFrontMatter(path, source, PersonaFrontMatter)
  if (path !== `personas/${data.id}.md`)
    throw new FrontMatterError(path, 2, `id: a persona "${data.id}" must stand in personas/${data.id}.md`)
  if (data.speaker === 'real' && data.consent === undefined) {
    throw new FrontMatterError(path, 1, 'consent: a real person speaks only under a consent record (scopes, from)')
  }
  return { ...data, manner: body, hash: sha256(source) }
}

function readDocument(path: string, source: string, personaIds: ReadonlySet<string>): Document {
  const { data, body } = parseFrontMatter(path, source, DocumentFrontMatter)
  const owner = data.persona
  if (owner !== undefined && !personaIds.has(owner))
    throw new FrontMatterError(path, 1, `persona: there is no persona "${owner}"`)
  const collection = data.collection ?? (owner === undefined ? undefined : storiesOf(owner))
  if (collection === undefined) throw new FrontMatterError(path, 1, 'a document needs a persona or a collection')
  if (body === '') throw new FrontMatterError(path, 1, 'the document has no text')
  return { id: path.replace(/\.md$/, ''), hash: sha256(source), collection, text: body, meta: data }
}

async function listFiles(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(dir.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
