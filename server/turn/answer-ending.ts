import { createHash } from 'node:crypto'
import type { Citation } from '../protocol/citation.ts'
import type { Outcome } from '../protocol/outcome.ts'
import type { AiLabel, AnswerEnd } from '../protocol/server-message.ts'

export interface AnswerEnding {
  readonly turnId: string
  readonly answerId: string
  readonly epoch: string
  readonly seq: number
  /** The whole answer. */
  readonly text: string
  readonly outcome: Outcome
  readonly citations: readonly Citation[]
  readonly suggestions: readonly string[]
  readonly label: AiLabel
}

/** The frame that ends an answer: its length in UTF-16 code units and the hex SHA-256 of its UTF-8 text prove it whole. */
export function endAnswer({ text, citations, suggestions, ...ending }: AnswerEnding): AnswerEnd {
  return {
    type: 'answer-end',
    ...ending,
    length: text.length,
    sha256: sha256(text),
    citations: [...citations],
    suggestions: [...suggestions],
  }
}

/** Hex SHA-256 of `text` in UTF-8. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
