import { boundsAgree } from './bounds.ts'
import type { Value } from './canonical-values.ts'
import type { Claim, Failure } from './claim.ts'
import { comparable, states } from './compare-values.ts'
import { contextMatch, contextOf } from './context-match.ts'
import type { PassageAnalysis, PlacedValue } from './passage-analysis.ts'

/** By how much another value of the unit must fit the claim's words better before the claimed one counts as swapped. */
const SWAP_MARGIN = 0.1
/** Fits that are closer than this count as equal. */
const TIE = 0.05
/** How well the words around a value in a sentence that was not chosen must fit for that sentence to be evidence too. */
const FAR_FIT = 0.35

interface Found {
  readonly analysis: PassageAnalysis
  readonly placed: PlacedValue
  readonly fit: number
}

/** Every number, date, amount, document and article number must stand in the evidence, of the same thing. */
export function checkValues(claim: Claim): Failure | undefined {
  for (const value of claim.values) {
    const failure = checkValue(claim, value)
    if (failure !== undefined) return failure
  }
  return undefined
}

function checkValue(claim: Claim, value: Value): Failure | undefined {
  const failure = { reason: reasonOf(value), detail: value.text }
  const context = contextOf(claim.folded, value.start, value.end)
  const own: Found[] = []
  const rivals: Found[] = []
  for (const analysis of claim.analyses) {
    for (const placed of analysis.values) {
      const list = states(placed.item, value, placed.year)
        ? own
        : comparable(value, placed.item) && !placed.item.weak
          ? rivals
          : undefined
      list?.push({ analysis, placed, fit: contextMatch(context, placed.context) })
    }
  }
  const rival = Math.max(0, ...rivals.filter((found) => isChosen(claim, found)).map(({ fit }) => fit))
  if (value.weak) {
    const fit = Math.max(0, ...own.map((found) => found.fit))
    return rival > 0.6 && rival > fit + SWAP_MARGIN ? failure : undefined
  }
  if (value.kind === 'document' && !sameIssuer(claim, value)) return failure
  if (own.length === 0) return isNamed(claim, value) ? undefined : failure
  if (governsMain(claim, value)) return undefined
  const best = own.reduce((one, other) => (weigh(claim, other) > weigh(claim, one) ? other : one))
  if (!isNear(claim, best)) {
    if (best.fit < FAR_FIT) return failure
    claim.chosen.push({ analysis: best.analysis, index: best.placed.sentence })
  }
  // A value that only a neighbouring sentence has must fit better than those of the chosen sentence itself.
  if (rival > best.fit + (isChosen(claim, best) ? SWAP_MARGIN : -TIE)) return failure
  // The sentence that the claim is closest to says another value just there: 十年以上的…十二个月 for …二十四个月.
  const [main] = claim.chosen
  const inMain = ({ analysis, placed }: Found) => analysis === main?.analysis && placed.sentence === main.index
  if (!own.some(inMain) && rivals.some((found) => inMain(found) && isLikely(found.fit, best.fit))) return failure
  const agree = own.some((found) => found.fit > best.fit - 0.1 && boundsAgree(value.bound, found.placed.item.bound))
  return agree ? undefined : failure
}

/** Fit enough, beside the claimed value's own, to be what the main sentence says in its place. */
function isLikely(fit: number, own: number): boolean {
  return fit >= own - TIE || (fit > 0.3 && fit > own * 0.6)
}

/** How many sentences after a year it may still be the year that is spoken of. */
const YEAR_REACH = 4

/**
 * Whether the claimed year is the one under which the main sentence stands: the last year named before it in the same
 * paragraph. The sentence with the year becomes evidence too.
 */
function governsMain(claim: Claim, value: Value): boolean {
  const [main] = claim.chosen
  if (value.shape !== 'y' || main === undefined) return false
  const { analysis, index } = main
  const last = analysis.values.findLast(
    ({ item, sentence }) => item.shape.startsWith('y') && item.kind === 'date' && sentence <= index,
  )
  if (last === undefined || last.sentence === index || index - last.sentence > YEAR_REACH) return false
  if (!states(last.item, value, last.year)) return false
  const between = analysis.folded.slice(last.item.end, analysis.sentences[index]?.start)
  if (between.includes('\n')) return false
  claim.chosen.push({ analysis, index: last.sentence })
  return true
}

/** Occurrences in the chosen sentences come first. */
function weigh(claim: Claim, found: Found): number {
  return found.fit + (isNear(claim, found) ? 0.2 : 0)
}

function isChosen(claim: Claim, { analysis, placed }: Found): boolean {
  return claim.chosen.some((c) => c.analysis === analysis && c.index === placed.sentence)
}

function isNear(claim: Claim, { analysis, placed }: Found): boolean {
  return claim.chosen.some((c) => c.analysis === analysis && Math.abs(c.index - placed.sentence) <= 1)
}

/** Whether the value is part of what the passage is called (第十二届…, 2010年世界杯), and stands there just so. */
function isNamed(claim: Claim, value: Value): boolean {
  const before = claim.folded.slice(Math.max(0, value.start - 2), value.end)
  const after = claim.folded.slice(value.start, value.end + 2)
  return claim.analyses.some(({ nameText, folded }) => {
    const about = value.kind === 'document' ? nameText : nameText.slice(folded.length)
    return about.includes(before) || (value.kind !== 'document' && about.includes(after))
  })
}

/** The letters before 〔2023〕15号 name who issued it: 国发, 江工发. */
function sameIssuer(claim: Claim, value: Value): boolean {
  const before = /\p{Script=Han}*$/u.exec(claim.folded.slice(0, value.start))?.[0] ?? ''
  const issuer = before.replace(/^.*(?:根据|依据|按照|依照|参照|参见|见|即|是|为|的|以|了|在|和|与|及)/u, '').slice(-6)
  const [year = '', number = ''] = value.numbers.map(String)
  const wanted = issuer + year + number
  return claim.analyses.some(({ nameText }) => nameText.replaceAll(/[^\p{L}\p{N}]|号/gu, '').includes(wanted))
}

function reasonOf(value: Value): Failure['reason'] {
  if (value.kind === 'document' || value.kind === 'article') return 'document-number-unsupported'
  return value.kind === 'date' ? 'date-unsupported' : 'number-unsupported'
}
