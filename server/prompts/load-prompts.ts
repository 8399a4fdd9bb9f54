import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { FrontMatterError, parseFrontMatter } from '../knowledge/front-matter.ts'

const PromptFrontMatter = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9]+([.-][a-z0-9]+)*$' }),
    version: Type.Integer({ minimum: 1 }),
    language: Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]+)*$' }),
    description: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
)

/** What `{{…}}` in a prompt may name. */
export const PROMPT_VARIABLES = ['speaker', 'manner', 'language', 'noAnswer', 'day'] as const
export type PromptVariable = (typeof PROMPT_VARIABLES)[number]

/** One file of `prompts/`. */
export interface Prompt extends Static<typeof PromptFrontMatter> {
  /** The Markdown body, its `{{variables}}` not yet filled. */
  readonly text: string
  /** Hex SHA-256 of the file's bytes. */
  readonly hash: string
}

export interface Prompts {
  readonly ids: readonly string[]
  /** Throws Error for an id that no file has. */
  get(id: string): Prompt
}

/**
 * Reads every `.md` file of `directory`. A prompt's id is its file name without `.md`. Throws FrontMatterError (file,
 * line, reason) for the first file that is wrong, and for one of `required` that is not there.
 */
export async function loadPrompts(directory: string, required: readonly string[] = []): Promise<Prompts> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.md')).sort()
  const prompts = new Map<string, Prompt>()
  for (const name of names) {
    const prompt = readPrompt(name, await readFile(join(directory, name)))
    prompts.set(prompt.id, prompt)
  }
  for (const id of required) {
    if (!prompts.has(id)) throw new FrontMatterError(`${id}.md`, 1, 'this prompt is needed and is not there')
  }
  return {
    ids: [...prompts.keys()],
    get(id) {
      const prompt = prompts.get(id)
      if (!prompt) throw new Error(`There is no prompt "${id}"`)
      return prompt
    },
  }
}

/** Puts the values in the places of the `{{variables}}`; what a value itself contains is left as it is. */
export function fillPrompt(prompt: Prompt, values: Readonly<Record<PromptVariable, string>>): string {
  return prompt.text.replace(VARIABLE, (whole, name: string) => (isVariable(name) ? values[name] : whole)).trim()
}

const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g

function isVariable(name: string): name is PromptVariable {
  return PROMPT_VARIABLES.some((variable) => variable === name)
}

function readPrompt(file: string, bytes: Buffer): Prompt {
  const source = bytes.toString('utf8')
  const { data, body } = parseFrontMatter(file, source, PromptFrontMatter)
  if (`${data.id}.md` !== file) throw new FrontMatterError(file, 1, `id: "${data.id}" is not the name of the file`)
  if (body === '')
    throw new FrontMatterError(file, source.split('\n').length, 'there is no text after the front matter')
  for (const [index, line] of source.split('\n').entries()) {
    for (const [whole, name = ''] of line.matchAll(VARIABLE)) {
      if (!isVariable(name)) throw new FrontMatterError(file, index + 1, `${whole} is not a variable of prompts`)
    }
  }
  return { ...data, text: body, hash: createHash('sha256').update(bytes).digest('hex') }
}
