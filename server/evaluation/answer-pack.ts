import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Passage } from '../retrieval/passage.ts'
import { type PackPassage, type PackQuestion, readRetrievalPack } from './retrieval-pack.ts'

export interface AnsweredQuestion extends PackQuestion {
  /** The answers that people accept, as they stand in the text. */
  readonly answers: readonly string[]
}

export interface AnswerPack {
  readonly passages: readonly Passage[]
  readonly questions: readonly AnsweredQuestion[]
}

/**
 * Reads a retrieval pack with its `answers.jsonl`; questions without an answer are left out.
 * @throws where a file is missing or malformed.
 */
export function readAnswerPack(packDir: string): AnswerPack {
  const { passages, questions } = readRetrievalPack(packDir)
  const answers = new Map(
    readJsonLines<{ 'query-id': string; answers: string[] }>(join(packDir, 'answers.jsonl')).map((line) => [
      line['query-id'],
      line.answers,
    ]),
  )
  return {
    passages: passages.map(packPassage),
    questions: questions.flatMap((question) => {
      const own = answers.get(question.id)
      return own === undefined ? [] : [{ ...question, answers: own }]
    }),
  }
}

/** The lines of a file, each a JSON value. */
export function readJsonLines<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as T
      } catch {
        throw new Error(`${path}:${index + 1} is not a line of JSON`)
      }
    })
}

/** A text of a pack as the retriever hands out passages: a document of one passage. */
export function packPassage({ id, title, text }: PackPassage): Passage {
  return {
    id,
    documentId: id,
    documentHash: id,
    collection: 'pack',
    title,
    headings: [],
    start: 0,
    end: text.length,
    text,
    ordinal: 0,
    meta: { title, kind: 'story' },
  }
}

/** Which of `count` parts an id belongs to: always the same one, and evenly spread. */
export function partOf(id: string, count: number): number {
  let hash = 7
  for (const character of id) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0
  return (hash >>> 3) % count
}
