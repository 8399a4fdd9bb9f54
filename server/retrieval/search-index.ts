import type { Analyzer } from './analyzer.ts'
import { type Candidates, createFeatureTable } from './candidate-features.ts'
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
const CANDIDATES = 100
const BUCKETS = 2048
/** One unit of the ordering's score multiplies the score that is shown by e to this power. */
const SHOWN_SLOPE = 0.5

/**
 * The search function of an index, in two steps: BM25 over pairs, words and rare ideographs finds candidates, then
 * a close reading of their texts orders them. Working arrays are reused from call to call.
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

/**
 * Term by term through the postings; gives the `most` passages with the highest sums, in the order of the index.
 * Both sums of a passage stand side by side, since reaching for memory is what takes the time.
 */
function createLookUp(postings: Postings): (plan: QueryPlan, most: number) => Candidates {
  const sums = new Float32Array(2 * postings.passageCount)
  const touched = new Uint32Array(postings.passageCount)
  const totals = new Float32Array(postings.passageCount)
  const buckets = new Uint32Array(BUCKETS)
  const { starts, passages, impacts } = postings

  /** Adds terms to one of the two sums (0 own, 1 synonyms); gives how many passages are touched now. */
  const accumulate = (terms: readonly QueryTerm[], which: 0 | 1, before: number): number => {
    let count = before
    for (const { place, weight } of terms) {
      const end = starts[place + 1] ?? 0
      const step = weight / 255
      for (let slot = starts[place] ?? 0; slot < end; slot++) {
        const passage = passages[slot] ?? 0
        const at = 2 * passage
        if (sums[at] === 0 && sums[at + 1] === 0) touched[count++] = passage
        sums[at + which] = (sums[at + which] ?? 0) + step * (impacts[slot] ?? 0)
      }
    }
    return count
  }
  /**
   * The total that about `most` passages reach, from a histogram: sorting all that were touched would cost more
   * than finding them.
   */
  const cutOff = (count: number, most: number, highest: number): number => {
    if (count <= most) return 0
    buckets.fill(0)
    const scale = (BUCKETS - 1) / highest
    for (let index = 0; index < count; index++) {
      const bucket = ((totals[index] ?? 0) * scale) | 0
      buckets[bucket] = (buckets[bucket] ?? 0) + 1
    }
    let bucket = BUCKETS - 1
    for (let above = buckets[bucket] ?? 0; above < most && bucket > 0; above += buckets[bucket] ?? 0) bucket--
    return (bucket / scale) * (1 - 1e-6)
  }
  return (plan, most) => {
    const count = accumulate(plan.synonyms, 1, accumulate(plan.own, 0, 0))
    let highest = 1e-6
    for (let index = 0; index < count; index++) {
      const at = 2 * (touched[index] ?? 0)
      const total = (sums[at] ?? 0) + (sums[at + 1] ?? 0)
      totals[index] = total
      if (total > highest) highest = total
    }
    const least = cutOff(count, most, highest)
    const kept: { readonly passage: number; readonly total: number }[] = []
    for (let index = 0; index < count; index++) {
      const total = totals[index] ?? 0
      if (total >= least) kept.push({ passage: touched[index] ?? 0, total })
    }
    kept.sort((left, right) => right.total - left.total || left.passage - right.passage)
    const chosen = Uint32Array.from(kept.slice(0, most), ({ passage }) => passage).sort()
    const found = {
      passages: chosen,
      own: Float32Array.from(chosen, (passage) => sums[2 * passage] ?? 0),
      synonyms: Float32Array.from(chosen, (passage) => sums[2 * passage + 1] ?? 0),
    }
    for (let index = 0; index < count; index++) {
      const at = 2 * (touched[index] ?? 0)
      sums[at] = 0
      sums[at + 1] = 0
    }
    return found
  }
}
