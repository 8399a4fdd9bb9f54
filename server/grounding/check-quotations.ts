import { foldText } from '../retrieval/script.ts'
import type { Claim, Failure } from './claim.ts'
import { compactOf } from './passage-analysis.ts'

const QUOTED = /[“"「『](?<closed>[^”"」』]{1,400})[”"」』]|[“「『](?<open>[^”」』]{1,400})$/gu

/** Quoted words must stand in one cited passage letter by letter; only punctuation and width may differ. */
export function checkQuotations(claim: Claim): Failure | undefined {
  for (const match of claim.text.matchAll(QUOTED)) {
    const quoted = match.groups?.closed ?? match.groups?.open ?? ''
    const { compact } = compactOf(foldText(quoted))
    if (compact === '') continue
    const known = claim.analyses.some(
      (analysis) => analysis.compact.includes(compact) || compactOf(analysis.nameText).compact.includes(compact),
    )
    if (!known) return { reason: 'quotation-unsupported', detail: quoted }
  }
  return undefined
}
