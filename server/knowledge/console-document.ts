import { createHash } from 'node:crypto'
import type { DocumentMeta } from '../protocol/console-knowledge.ts'
import type { Document, DocumentFrontMatter } from './document.ts'
import { storiesOf } from './read-knowledge.ts'

const CONSOLE_IDS = 'console/'

/** A new id; documents of files have ids that begin with `stories/` or `policies/`. */
export function consoleDocumentId(uuid: string): string {
  return `${CONSOLE_IDS}${uuid}`
}

/** Where a document comes from. */
export function originOf(documentId: string): 'file' | 'console' {
  return documentId.startsWith(CONSOLE_IDS) ? 'console' : 'file'
}

/** Hex SHA-256 over what is said of a document and its text. */
export function contentHash(meta: DocumentMeta, text: string): string {
  const sorted = Object.entries(meta).sort(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).update('\n').update(text).digest('hex')
}

/** The collection that search looks in: a story's own lecturer, a policy's own. */
export function collectionOf(meta: DocumentMeta): string {
  if (meta.collection !== undefined) return meta.collection
  return meta.personaId === undefined ? '' : storiesOf(meta.personaId)
}

/** A document of the console as the library holds those of files. */
export function documentOf(id: string, meta: DocumentMeta, text: string): Document {
  const { personaId, ...rest } = meta
  const frontMatter: DocumentFrontMatter = personaId === undefined ? rest : { ...rest, persona: personaId }
  return { id, hash: contentHash(meta, text), collection: collectionOf(meta), text, meta: frontMatter }
}

/** What the console shows of the front matter of a file. */
export function metaOf({ meta }: Pick<Document, 'meta'>): DocumentMeta {
  const { persona, ...rest } = meta
  return persona === undefined ? rest : { ...rest, personaId: persona }
}
