import type { Analyzer } from './analyzer.ts'
import { createFeatureTable } from './candidate-features.ts'
import { createHomophones } from './homophones.ts'
import { createPassageReader } from './passage-reader.ts'
import type { Postings } from './postings.ts'
import { planQuery, type QueryPlan, type QueryTerm } from './query-plan.ts'
import { type RankCandidates, shippedRanking } from './rank-model.ts'

/** A passage found: its position in the index, and a score that compares only within one search. */
export interface Hit {
  readonly ordinal: number
  readonly score: number
}

export interface SearchOptions {
  /** Whether ideographs that seem mistaken for one of the same sound are put right; default true. */
  readonly homophones?: boolean
  /** Another ordering of the candidates than the one that ships: for measuring and training. */
  readonly ranking?: RankCandidates
  /** Sees the rows of features that the candidates are ordered by: for training. */
  readonly onFeatures?: (rows: Float32Array, passages: Uint32Array) => void
}

/** How many passages of the first look-up are read closely. */
const CANDIDATES = 200
const BUCKETS = 2048
/** One unit of the ordering's score multiplies the score that is shown by e to this power. */
const SHOWN_SLOPE = 0.5

/**
 * The search function of an index, in two steps: BM25 over pairs, words and rare ideographs finds candidates, then a close reading of
 * their texts orders them. Working arrays are reused from call to call.
 */
export function createSearch(postings: Postings, analyzer: Analyzer) {
  const lookUp = createLookUp(postings)
  const features = createFeatureTable(postings, createPassageReader(postings))
  const homophones = createHomophones(postings)
  const ranks = new Float32Array(CANDIDATES)

  return (queryText: string, limit: number, options: SearchOptions = {}): Hit[] => {
    const plan = planQuery(queryText, postings, analyzer, options.homophones === false ? undefined : homophones)
    const candidates = lookUp(plan, Math.max(limit, CANDIDATES))
    const count = candidates.passages.length
    const rows = features.measure(plan, candidates)
    options.onFeatures?.(rows, candidates.passages)
    const scores = count > ranks.length ? new Float32Array(count) : ranks
    const rank = options.ranking ?? shippedRanking()
    rank(rows, count, scores)
    const order = Array.from({ length: count }, (_, index) => index).sort(
      (left, right) =>
        (scores[right] ?? 0) - (scores[left] ?? 0) ||
        (candidates.passages[left] ?? 0) - (candidates.passages[right] ?? 0),
    )
    const first = order[0]
    if (first === undefined) return []
    const best = (candidates.own[first] ?? 0) + (candidates.synonyms[first] ?? 0)
    return order.slice(0, limit).map((index) => ({
      ordinal: candidates.passages[index] ?? 0,
      // Positive, in the scale of BM25 and in the order of the ranking, whose own scale means nothing outside.
      score: best * Math.exp(SHOWN_SLOPE * ((scores[index] ?? 0) - (scores[first] ?? 0))),
    }))
  }
}

interface Found {
  readonly passages: Uint32Array
  readonly own: Float32Array
  readonly synonyms: Float32Array
}

/** Term by term through the postings; gives the `most` passages with the highest sums, in the order of the index. */
function createLookUp(postings: Postings): (plan: QueryPlan, most: number) => Found {
  const own = new Float32Array(postings.passageCount)
  const synonyms = new Float32Array(postings.passageCount)
  const touched = new Uint32Array(postings.passageCount)
  const buckets = new Uint32Array(BUCKETS)
  const { starts, passages, impacts } = postings
  let touchedCount = 0

  const accumulate = (terms: readonly QueryTerm[], sums: Float32Array, others: Float32Array) => {
    for (const { place, weight } of terms) {
      const end = starts[place + 1] ?? 0
      const step = weight / 255
      for (let slot = starts[place] ?? 0; slot < end; slot++) {
        const passage = passages[slot] ?? 0
        const before = sums[passage] ?? 0
        if (before === 0 && others[passage] === 0) touched[touchedCount++] = passage
        sums[passage] = before + step * (impacts[slot] ?? 0)
      }
    }
  }
  /** The score that about `most` passages reach, from a histogram: sorting all that were touched would cost more than finding them. */
  const cutOff = (most: number, highest: number): number => {
    if (touchedCount <= most) return 0
    buckets.fill(0)
    const scale = (BUCKETS - 1) / highest
    for (let index = 0; index < touchedCount; index++) {
      const passage = touched[index] ?? 0
      const bucket = (((own[passage] ?? 0) + (synonyms[passage] ?? 0)) * scale) | 0
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    let bucket = BUCKETS - 1
    for (let count = buckets[bucket] ?? 0; count < most && bucket > 0; count += buckets[bucket] ?? 0) bucket--
    return bucket / scale
  }
  return (plan, most) => {
    touchedCount = 0
    accumulate(plan.own, own, synonyms)
    accumulate(plan.synonyms, synonyms, own)
    let highest = 1e-6
    for (let index = 0; index < touchedCount; index++) {
      const passage = touched[index] ?? 0
      const score = (own[passage] ?? 0) + (synonyms[passage] ?? 0)
      if (score > highest) highest = score
    }
    const least = cutOff(most, highest) * (1 - 1e-6)
    const kept: number[] = []
    for (let index = 0; index < touchedCount; index++) {
      const passage = touched[index] ?? 0
      if ((own[passage] ?? 0) + (synonyms[passage] ?? 0) >= least) kept.push(passage)
    }
    const score = (passage: number) => (own[passage] ?? 0) + (synonyms[passage] ?? 0)
    kept.sort((left, right) => score(right) - score(left) || left - right)
    kept.length = Math.min(kept.length, most)
    const chosen = Uint32Array.from(kept).sort()
    const found = {
      passages: chosen,
      own: Float32Array.from(chosen, (passage) => own[passage] ?? 0),
      synonyms: Float32Array.from(chosen, (passage) => synonyms[passage] ?? 0),
    }
    for (let index = 0; index < touchedCount; index++) {
      const passage = touched[index] ?? 0
      own[passage] = 0
      synonyms[passage] = 0
    }
    return found
  }
}
