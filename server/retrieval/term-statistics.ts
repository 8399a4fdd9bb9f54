import { findTerm, findWord, type Postings, pairKey, termFrequency } from './postings.ts'
import type { TermStatistics } from './retriever.ts'
import { isIdeograph } from './script.ts'

/**
 * How common the analyzer's terms are. Words of three and more ideographs have no postings: they are looked up in
 * the texts, once.
 */
export function createStatistics(postings: Postings): TermStatistics {
  const longWords = new Map<string, number>()
  return {
    passageCount: postings.passageCount,
    passageFrequency(term) {
      const first = term.charCodeAt(0)
      if (term === '') return 0
      if (!isIdeograph(first)) return termFrequency(postings, findWord(postings, term))
      if (term.length === 1) return termFrequency(postings, findTerm(postings, first))
      if (term.length === 2) return termFrequency(postings, findTerm(postings, pairKey(first, term.charCodeAt(1))))
      const known = longWords.get(term)
      if (known !== undefined) return known
      const frequency = countSubstring(postings, term)
      if (longWords.size > 20_000) longWords.clear()
      longWords.set(term, frequency)
      return frequency
    },
  }
}

/** In how many passages a word of three or more ideographs stands: those of its rarest pair are read. */
export function countSubstring(postings: Postings, word: string): number {
  let rarest = -1
  for (let index = 0; index + 1 < word.length; index++) {
    const term = findTerm(postings, pairKey(word.charCodeAt(index), word.charCodeAt(index + 1)))
    if (term === -1) return 0
    if (rarest === -1 || termFrequency(postings, term) < termFrequency(postings, rarest)) rarest = term
  }
  let count = 0
  const end = postings.starts[rarest + 1] ?? 0
  for (let slot = postings.starts[rarest] ?? 0; slot < end; slot++) {
    if (holds(postings, postings.passages[slot] ?? 0, word)) count++
  }
  return count
}

function holds({ units, unitStarts }: Postings, passage: number, word: string): boolean {
  const first = word.charCodeAt(0)
  const last = (unitStarts[passage + 1] ?? 0) - word.length
  for (let start = unitStarts[passage] ?? 0; start <= last; start++) {
    if (units[start] !== first) continue
    let length = 1
    while (length < word.length && units[start + length] === word.charCodeAt(length)) length++
    if (length === word.length) return true
  }
  return false
}
