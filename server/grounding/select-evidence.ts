import type { Value } from './canonical-values.ts'
import { states } from './compare-values.ts'
import type { PassageAnalysis, SourceSentence } from './passage-analysis.ts'

/** A sentence of a cited passage that bears a part of the claim. */
export interface Chosen {
  readonly analysis: PassageAnalysis
  readonly index: number
}

const MOST = 4
const TIE_BREAK = 0.001

/**
 * The sentences that the claim was made from: first the one that has most of its content, then what adds to it (a
 * neighbour, or the sentence that a clause of the claim comes from). Content decides, so that a wrong number cannot
 * choose its own evidence; values only break ties between sentences that are alike.
 */
export function selectEvidence(
  folded: string,
  values: readonly Value[],
  analyses: readonly PassageAnalysis[],
): Chosen[] {
  const pairs = contentPairs(folded, values)
  const candidates = analyses.flatMap((analysis) =>
    analysis.sentences.map((sentence, index) => ({
      analysis,
      index,
      hits: hitsOf(pairs, sentence),
      stated: statedIn(analysis, index, values) * TIE_BREAK,
    })),
  )
  // A pair that few sentences have says more about which one is meant.
  const weights = pairs.map(
    (_, at) => 1 / Math.sqrt(Math.max(1, candidates.filter(({ hits }) => hits[at] === 1).length)),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const chosen: Chosen[] = []
  const covered = new Uint8Array(pairs.length)
  while (chosen.length < MOST) {
    let best: (typeof candidates)[number] | undefined
    let bestGain = 0
    for (const candidate of candidates) {
      let gain = 0
      for (let at = 0; at < pairs.length; at++)
        if (candidate.hits[at] === 1 && covered[at] === 0) gain += weights[at] ?? 0
      const near = chosen.some((c) => c.analysis === candidate.analysis && Math.abs(c.index - candidate.index) <= 1)
      const weighed = (near ? gain * 1.2 : gain) + (gain > 0 ? candidate.stated : 0)
      if (weighed > bestGain) {
        bestGain = weighed
        best = candidate
      }
    }
    if (best === undefined || (chosen.length > 0 && bestGain < Math.max(1.5, total * 0.08))) break
    chosen.push({ analysis: best.analysis, index: best.index })
    for (let at = 0; at < pairs.length; at++) if (best.hits[at] === 1) covered[at] = 1
  }
  return chosen
}

/** How many of the claimed values a sentence states. */
function statedIn(analysis: PassageAnalysis, index: number, values: readonly Value[]): number {
  const here = analysis.values.filter((placed) => placed.sentence === index)
  return values.filter((value) => here.some(({ item, year }) => states(item, value, year))).length
}

function hitsOf(pairs: readonly string[], sentence: SourceSentence): Uint8Array {
  const hits = new Uint8Array(pairs.length)
  for (let at = 0; at < pairs.length; at++) if (sentence.folded.includes(pairs[at] ?? '')) hits[at] = 1
  return hits
}

/** Pairs of neighbouring letters outside values and punctuation. */
export function contentPairs(folded: string, values: readonly Value[]): string[] {
  let masked = folded
  for (const { start, end, weak } of values) {
    if (!weak) masked = masked.slice(0, start) + ' '.repeat(end - start) + masked.slice(end)
  }
  const pairs: string[] = []
  for (let at = 0; at + 1 < masked.length; at++) {
    const pair = masked.slice(at, at + 2)
    if (/^[\p{L}\p{N}]{2}$/u.test(pair)) pairs.push(pair)
  }
  return pairs
}
