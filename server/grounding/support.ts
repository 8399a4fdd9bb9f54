import { isStopword } from '../retrieval/question-words.ts'
import type { Claim } from './claim.ts'
import { tagWords } from './tag-words.ts'

/** The least share of a claim's content that its evidence must hold. */
export const LEAST_SUPPORT = 0.45

/**
 * How much of the claim's content its evidence holds, 0 to 1: each content word counts by its length; whole where the
 * evidence (or the passage's title) has it, in part where it has some of its letters.
 */
export function supportOf(claim: Claim): number {
  let total = 0
  let found = 0
  const evidence = claim.chosen.map(({ analysis, index }) => analysis.sentences[index]?.folded ?? '').join('\n')
  const titles = claim.analyses.map(({ nameText, folded }) => nameText.slice(folded.length)).join('\n')
  for (const { word, tag } of tagWords(claim.folded)) {
    if (!/[\p{L}\p{N}]/u.test(word) || isStopword(word) || /^(?:u|y|e$|o|c|p|r)/.test(tag)) continue
    const weight = Math.min(word.length, 4)
    total += weight
    if (evidence.includes(word) || titles.includes(word)) found += weight
    else found += weight * 0.5 * lettersIn(word, evidence)
  }
  return total === 0 ? 0 : found / total
}

function lettersIn(word: string, text: string): number {
  let hits = 0
  for (const letter of word) if (text.includes(letter)) hits++
  return word.length < 2 ? 0 : hits / word.length
}
