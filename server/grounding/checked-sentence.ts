import type { Passage } from '../retrieval/passage.ts'

/** A sentence as the model wrote it, its citation marks taken off. */
export interface DraftSentence {
  /** Exactly what would be shown, with its closing punctuation and any line break that follows. */
  readonly text: string
  /** Numbers of the cited passages as the model wrote them, from 1; may point nowhere. */
  readonly marks: readonly number[]
}

/** The words of a passage that back a sentence; a span of the document in UTF-16 code units. */
export interface Evidence {
  readonly passage: Passage
  readonly start: number
  readonly end: number
}

export const WITHHELD_REASONS = [
  'uncited',
  'citation-unresolved',
  'number-unsupported',
  'date-unsupported',
  'name-unsupported',
  'honour-unsupported',
  'quotation-unsupported',
  'document-number-unsupported',
  'negation-changed',
  'first-person-unsupported',
  'not-in-force',
  'low-support',
  /** The optional judge did not find it supported. */
  'judge',
] as const
export type WithheldReason = (typeof WITHHELD_REASONS)[number]

/** What the sentence gate decided. Only `backed` and `harmless` sentences are shown. */
export type CheckedSentence =
  | {
      readonly status: 'backed'
      readonly text: string
      readonly evidence: readonly Evidence[]
      /** 0 to 1: how much of the sentence's content its evidence holds. */
      readonly support: number
    }
  /** Nothing in it is a claim: a greeting, a bridge such as「我给你讲讲」. */
  | { readonly status: 'harmless'; readonly text: string }
  | {
      readonly status: 'withheld'
      readonly text: string
      readonly reason: WithheldReason
      /** The value that was not found, such as「1999年」; for the record, never for a visitor. */
      readonly detail: string
    }

export interface CheckContext {
  /** The passages in the order in which the model saw them: mark [1] is the first. */
  readonly passages: readonly Passage[]
  /** Names that mean the speaker, so that「林师傅」and「我」may stand for each other. */
  readonly speakerNames: readonly string[]
  /** Whether the persona speaks as「我」of its own stories. */
  readonly firstPerson: boolean
  /** Today, YYYY-MM-DD: a policy out of force is not cited as current. */
  readonly day: string
  /** Where given, only stories of this persona may be told as「我」. */
  readonly personaId?: string
  /** Names of honours beside the built-in ones; see `loadHonours`. */
  readonly honours?: readonly string[]
}
