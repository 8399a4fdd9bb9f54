import type { RankedPassage } from './passage.ts'
import type { Question } from './question.ts'

export interface RetrieveOptions {
  /** The most passages to return. */
  readonly limit: number
  readonly signal?: AbortSignal
}

/** How common a term is among the passages that were searched: what makes one word of a question weigh more than another. */
export interface TermStatistics {
  readonly passageCount: number
  /** In how many passages the term stands; 0 for one that is not there. Terms are those of the analyzer. */
  passageFrequency(term: string): number
}

export interface Retrieval {
  /** Best first. */
  readonly passages: readonly RankedPassage[]
  readonly statistics: TermStatistics
}

/** Finds the passages of a persona's collections that may answer a question. */
export interface Retriever {
  retrieve(question: Question, collections: readonly string[], options: RetrieveOptions): Promise<Retrieval>
}
