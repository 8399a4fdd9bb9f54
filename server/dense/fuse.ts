import type { Passage, RankedPassage } from '../retrieval/passage.ts'
import { greatest } from './dense-index.ts'

export interface FuseOptions {
  /** By words, best first; scores above 0. */
  readonly lexical: readonly RankedPassage[]
  /** All passages of the scope, with the cosine of each to the question. */
  readonly passages: readonly Passage[]
  readonly cosines: Float32Array
  /** How many of the best by meaning join the candidates. */
  readonly candidates: number
  /** The share of the meaning in the score, 0 to 1. */
  readonly weight: number
  readonly limit: number
}

/**
 * Merges what was found by words and by meaning: a convex combination of both scores, each brought to 0…1 for this question, and the whole put back on the
 * scale of the lexical scores, since what decides later whether there is an answer was fitted on that. (Bruch, Gai, Ingber, "An Analysis of Fusion Functions
 * for Hybrid Retrieval", ACM TOIS 2023, find it better than reciprocal ranks and hardly dependent on its weight.) The lexical score is divided by the best
 * one; the cosine counts from the mean of the scope, since models put unrelated texts anywhere from 0 to 0.7, to the best one.
 */
export function fuse({ lexical, passages, cosines, candidates, weight, limit }: FuseOptions): RankedPassage[] {
  const best = lexical[0]?.score ?? 0
  const scale = best > 0 ? best : 1
  let sum = 0
  let top = Number.NEGATIVE_INFINITY
  for (const cosine of cosines) {
    sum += cosine
    if (cosine > top) top = cosine
  }
  const mean = cosines.length === 0 ? 0 : sum / cosines.length
  const range = top - mean
  const near = (cosine: number) => (range > 1e-6 ? Math.max(0, cosine - mean) / range : 0)

  const fused = new Map<string, RankedPassage>()
  const cosineOf = new Map<string, number>()
  const wanted = new Set(lexical.map(({ passage }) => passage.id))
  for (const [place, passage] of passages.entries()) {
    if (wanted.has(passage.id)) cosineOf.set(passage.id, cosines[place] ?? mean)
  }
  for (const { passage, score } of lexical) {
    const meaning = near(cosineOf.get(passage.id) ?? mean)
    fused.set(passage.id, { passage, score: (1 - weight) * score + weight * scale * meaning })
  }
  for (const place of greatest(cosines, candidates)) {
    const passage = passages[place]
    const meaning = near(cosines[place] ?? mean)
    if (passage === undefined || meaning === 0 || fused.has(passage.id)) continue
    fused.set(passage.id, { passage, score: weight * scale * meaning })
  }
  return [...fused.values()].sort((left, right) => right.score - left.score).slice(0, limit)
}
