import type { Claim } from './claim.ts'
import { type Context, contextMatch, contextOf } from './context-match.ts'
import type { PassageAnalysis } from './passage-analysis.ts'

/** How well another name must fit the claim's words, at least and by how much better, to count as the one that was meant. */
const SWAP_FIT = 0.5
const SWAP_MARGIN = 0.2

/** An occurrence of a name or honour in a source. */
export interface Occurrence {
  readonly analysis: PassageAnalysis
  readonly start: number
  readonly end: number
}

interface Fit {
  readonly fit: number
  readonly coverage: number
}

/**
 * Whether one of the `rivals` stands where the claim puts its own: the words around it are the same, and its sentence has
 * as much of the claim, values included, as any sentence of the own name has.
 */
export function isSwapped(
  claim: Claim,
  start: number,
  end: number,
  own: readonly Occurrence[],
  rivals: readonly Occurrence[],
): boolean {
  if (rivals.length === 0) return false
  const context = contextOf(claim.folded, start, end)
  const fits = rivals.map((rival) => fitOf(claim, context, rival))
  const strong = fits.filter(({ fit }) => fit > SWAP_FIT)
  if (strong.length === 0) return false
  const owns = own.map((occurrence) => fitOf(claim, context, occurrence))
  const ownFit = Math.max(0, ...owns.map(({ fit }) => fit))
  const ownCoverage = Math.max(0, ...owns.map(({ coverage }) => coverage))
  return strong.some(({ fit, coverage }) => fit > ownFit + SWAP_MARGIN && coverage >= ownCoverage)
}

function fitOf(claim: Claim, context: Context, { analysis, start, end }: Occurrence): Fit {
  const sentence = analysis.sentences.find((one) => start >= one.start && start < one.end)
  const fit = contextMatch(context, contextOf(analysis.folded, start, end, sentence?.start, sentence?.end))
  return { fit, coverage: coverageOf(claim.folded, sentence?.folded ?? '') }
}

/** How many pairs of letters of the claim the sentence has. */
function coverageOf(claim: string, sentence: string): number {
  let hits = 0
  for (let at = 0; at + 1 < claim.length; at++) if (sentence.includes(claim.slice(at, at + 2))) hits++
  return hits
}

/** Every place where a text stands in a passage. */
export function occurrencesOf(analysis: PassageAnalysis, text: string): Occurrence[] {
  const found: Occurrence[] = []
  for (let at = analysis.folded.indexOf(text); at >= 0; at = analysis.folded.indexOf(text, at + 1)) {
    found.push({ analysis, start: at, end: at + text.length })
  }
  return found
}
