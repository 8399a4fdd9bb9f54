/** A live correction, as much of it as the matcher needs. */
export interface MatchableCorrection {
  readonly id: string
  /** Ways to ask the question that it answers: the canonical one and others. A question that matches one of them is answered by it. */
  readonly phrasings: readonly string[]
  /** Questions that look alike and must not be answered by it. */
  readonly notThese: readonly string[]
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
  /** The best correction for a question that stands alone (`Question.searchText`); undefined where none is sure enough. */
  match(question: string): CorrectionMatch | undefined
}
