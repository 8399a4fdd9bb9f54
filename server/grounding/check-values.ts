import { boundsAgree } from './bounds.ts'
import type { Value } from './canonical-values.ts'
import type { Claim, Failure } from './claim.ts'
import { comparable, states } from './compare-values.ts'
import { type Context, contextMatch, contextOf } from './context-match.ts'
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
      const list = states(placed.item, value, placed.year) ? own : comparable(value, placed.item) ? rivals : undefined
      list?.push({ analysis, placed, fit: contextMatch(context, placed.context) })
    }
  }
  const rival = Math.max(0, ...rivals.filter((found) => isChosen(claim, found)).map(({ fit }) => fit))
  if (value.weak) {
    const fit = Math.max(0, ...own.map((found) => found.fit))
    return rival > 0.6 && rival > fit + SWAP_MARGIN ? failure : undefined
  }
  if (own.length === 0) return isNamed(claim, value) ? undefined : failure
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
  if (!own.some(inMain) && rivals.some((found) => inMain(found) && found.fit >= best.fit - TIE)) return failure
  const agree = own.some((found) => found.fit > best.fit - 0.1 && boundsAgree(value.bound, found.placed.item.bound))
  if (!agree) return failure
  return value.kind === 'document' && !sameIssuer(claim, value, context) ? failure : undefined
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
  const around = claim.folded.slice(Math.max(0, value.start - 2), value.end + 2)
  return claim.analyses.some(({ nameText }) => around.length >= 4 && nameText.includes(around))
}

/** The letters before 〔2023〕15号 name who issued it. */
function sameIssuer(claim: Claim, value: Value, context: Context): boolean {
  const issuer = [...context.left.slice(0, 2)].reverse().join('')
  const before = claim.folded.charAt(value.start - 1)
  if (!/\p{L}/u.test(before)) return true
  const bracket = claim.folded.slice(value.start, value.end).replaceAll(/\D/g, '')
  return claim.analyses.some(({ nameText }) => {
    const compact = nameText.replaceAll(/[^\p{L}\p{N}]/gu, '')
    return compact.includes(issuer + bracket) || compact.includes(issuer + bracket.slice(0, 4))
  })
}

function reasonOf(value: Value): Failure['reason'] {
  if (value.kind === 'document' || value.kind === 'article') return 'document-number-unsupported'
  return value.kind === 'date' ? 'date-unsupported' : 'number-unsupported'
}
