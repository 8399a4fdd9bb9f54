import type { Claim, Failure } from './claim.ts'
import { canonicalHonour, findHonours } from './honours.ts'
import { isSwapped, type Occurrence } from './swapped.ts'

/** An honour must stand in a cited passage, level and rank included. */
export function checkHonours(claim: Claim): Failure | undefined {
  const texts = claim.analyses.map(({ nameText }) => canonicalHonour(nameText))
  for (const { text } of findHonours(claim.folded, claim.context.honours)) {
    if (!texts.some((source) => source.includes(canonicalHonour(text))))
      return { reason: 'honour-unsupported', detail: text }
  }
  return undefined
}

/** No other honour may stand in the source where the claim has this one. */
export function checkHonourPlaces(claim: Claim): Failure | undefined {
  for (const honour of findHonours(claim.folded, claim.context.honours)) {
    const wanted = canonicalHonour(honour.text)
    const own: Occurrence[] = []
    const rivals: Occurrence[] = []
    for (const analysis of claim.analyses) {
      for (const { text, start, end } of findHonours(analysis.folded, claim.context.honours)) {
        const name = canonicalHonour(text)
        const list = name.includes(wanted) || wanted.includes(name) ? own : rivals
        list.push({ analysis, start, end })
      }
    }
    if (isSwapped(claim, honour.start, honour.end, own, rivals)) {
      return { reason: 'honour-unsupported', detail: honour.text }
    }
  }
  return undefined
}
