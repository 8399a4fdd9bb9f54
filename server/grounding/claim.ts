import type { Alignment } from './align.ts'
import type { Value } from './canonical-values.ts'
import type { CheckContext, WithheldReason } from './checked-sentence.ts'
import type { PassageAnalysis, SourceSentence } from './passage-analysis.ts'
import type { Chosen } from './select-evidence.ts'

/** A clause of the claim, laid beside the sentence of the evidence that it is closest to. */
export interface AlignedClause {
  readonly start: number
  readonly folded: string
  readonly source: SourceSentence
  readonly chosen: Chosen
  readonly alignment: Alignment
}

/** A sentence under examination, with all that the checks share. */
export interface Claim {
  readonly text: string
  readonly folded: string
  readonly values: readonly Value[]
  readonly analyses: readonly PassageAnalysis[]
  /** Grows where a check finds that the claim rests on a further sentence. */
  readonly chosen: Chosen[]
  readonly clauses: readonly AlignedClause[]
  readonly context: CheckContext
}

/** What a check found that the sources do not bear. */
export interface Failure {
  readonly reason: WithheldReason
  readonly detail: string
}
