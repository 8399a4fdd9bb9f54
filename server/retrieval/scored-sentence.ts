import type { Passage } from './passage.ts'

/** A sentence of a passage that may answer the question; a span of the document in UTF-16 code units. */
export interface ScoredSentence {
  readonly passage: Passage
  readonly start: number
  readonly end: number
  readonly text: string
  /** Compares only within one question; higher answers better. */
  readonly score: number
}

/** Whether the passages found hold an answer at all. */
export interface Answerability {
  /** 0 to 1, calibrated: the share of such questions that the passages do answer. */
  readonly probability: number
  /** The named signals that it was made from, for the record and for the evaluation. */
  readonly features: Readonly<Record<string, number>>
}
