import { isStopword } from '../retrieval/question-words.ts'
import type { Claim } from './claim.ts'
import { tagWords } from './tag-words.ts'

/** The least share of a claim's content that its evidence must hold. */
export const LEAST_SUPPORT = 0.45
/** The least share for each clause of some length: a clause that was added out of the air must not hide behind the rest. */
export const LEAST_CLAUSE_SUPPORT = 0.3
/** Clauses with less content (in letters) than this are judged with the sentence only. */
const CLAUSE_CONTENT = 4

export interface Support {
  /** Of the whole claim, 0 to 1. */
  readonly whole: number
  /** Of its weakest clause that says enough to be judged; 1 where there is none. */
  readonly weakest: number
}

/**
 * How much of the claim's content its evidence holds: each content word counts by its length; whole where the evidence
 * (or the passage's title) has it, in part where it has some of its letters. Values are left out: they were checked.
 */
export function supportOf(claim: Claim): Support {
  const evidence = claim.chosen.map(({ analysis, index }) => analysis.sentences[index]?.folded ?? '').join('\n')
  const beside = claim.chosen
    .flatMap(({ analysis, index }) => [analysis.sentences[index - 1], analysis.sentences[index + 1]])
    .map((sentence) => sentence?.folded ?? '')
    .join('\n')
  const titles = claim.analyses.map(({ nameText, folded }) => nameText.slice(folded.length)).join('\n')
  let total = 0
  let found = 0
  let clauseTotal = 0
  let clauseFound = 0
  let weakest = 1
  const endClause = () => {
    if (clauseTotal >= CLAUSE_CONTENT) weakest = Math.min(weakest, clauseFound / clauseTotal)
    clauseTotal = 0
    clauseFound = 0
  }
  for (const { word, tag, start, end } of tagWords(claim.folded)) {
    if (/^[,，。;；!！?？:：\n]/.test(word)) endClause()
    if (claim.values.some((value) => start < value.end && end > value.start)) continue
    if (!/[\p{L}\p{N}]/u.test(word) || isStopword(word) || /^(?:u|y|e$|o|c|p|r)/.test(tag)) continue
    const weight = Math.min(word.length, 4)
    const share =
      evidence.includes(word) || titles.includes(word)
        ? 1
        : 0.7 * (beside.includes(word) ? 1 : lettersIn(word, evidence))
    total += weight
    found += weight * share
    clauseTotal += weight
    clauseFound += weight * share
  }
  endClause()
  return { whole: total === 0 ? 0 : found / total, weakest }
}

function lettersIn(word: string, text: string): number {
  let hits = 0
  for (const letter of word) if (text.includes(letter)) hits++
  return word.length < 2 ? 0 : hits / word.length
}
