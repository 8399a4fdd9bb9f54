import type { Claim, Failure } from './claim.ts'
import { contextMatch, contextOf } from './context-match.ts'
import { canonicalHonour, findHonours } from './honours.ts'

const SWAP_MARGIN = 0.2
const SWAP_FIT = 0.5

/** An honour must stand in a cited passage, level and rank included, and not in the place of another one. */
export function checkHonours(claim: Claim): Failure | undefined {
  const texts = claim.analyses.map(({ nameText }) => canonicalHonour(nameText))
  for (const honour of findHonours(claim.folded)) {
    const wanted = canonicalHonour(honour.text)
    const failure: Failure = { reason: 'honour-unsupported', detail: honour.text }
    if (wanted === '') continue
    if (!texts.some((text) => text.includes(wanted))) return failure
    const context = contextOf(claim.folded, honour.start, honour.end)
    let own = 0
    let rival = 0
    for (const analysis of claim.analyses) {
      for (const other of findHonours(analysis.folded)) {
        const name = canonicalHonour(other.text)
        const sentence = analysis.sentences.find(({ start, end }) => other.start >= start && other.start < end)
        const fit = contextMatch(context, contextOf(analysis.folded, other.start, other.end, sentence?.start, sentence?.end))
        if (name.includes(wanted) || wanted.includes(name)) own = Math.max(own, fit)
        else rival = Math.max(rival, fit)
      }
    }
    if (rival > SWAP_FIT && rival > own + SWAP_MARGIN) return failure
  }
  return undefined
}
