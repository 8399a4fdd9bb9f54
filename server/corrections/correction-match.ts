/** A sentence of the persona's knowledge that may answer a question. */
export interface EvidenceSentence {
  /** The same for the same words in the same place. */
  readonly id: string
  readonly documentId: string
  readonly text: string
  /** A logit; compares only within one question. */
  readonly score: number
}

/** What the persona's own knowledge offers for a question: two that mean the same find the same sentences. */
export interface QuestionEvidence {
  /** Best first; six are enough. */
  readonly sentences: readonly EvidenceSentence[]
  /** The probability that they answer the question, from 0 to 1. */
  readonly probability: number
}

/** A live correction, as much of it as the matcher needs. */
export interface MatchableCorrection {
  readonly id: string
  /** Ways to ask the question that it answers: the canonical one and others. A question that matches one of them is answered by it. */
  readonly phrasings: readonly string[]
  /** Questions that look alike and must not be answered by it. */
  readonly notThese: readonly string[]
  /** What the knowledge offers for each phrasing, in their order; undefined where it was not asked. */
  readonly evidence?: readonly (QuestionEvidence | undefined)[]
  /** The approved words. */
  readonly answer?: string
}

/** The correction that answers a question. */
export interface CorrectionMatch {
  readonly correctionId: string
  /** The phrasing, as it was given, that the question matched. */
  readonly phrasing: string
  /** How sure it is that both ask the same, from 0 to 1; 1 where they are the same but for frames and punctuation. */
  readonly probability: number
}

/** Finds the correction that answers a question, or none. One for each persona; pure and synchronous. */
export interface CorrectionMatcher {
  /**
   * Takes these corrections and no others from now on. Phrasings that were there before are not analysed again, so that one more
   * correction among thousands costs little.
   */
  update(corrections: readonly MatchableCorrection[]): void
  /**
   * The best correction for a question that stands alone (`Question.searchText`); undefined where none is sure enough. With what the
   * knowledge offers for the question, where corrections have theirs too, more paraphrases are told from near-misses.
   */
  match(question: string, evidence?: QuestionEvidence): CorrectionMatch | undefined
}
