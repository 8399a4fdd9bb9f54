import type { Analyzer } from './analyzer.ts'
import { findTerm, findWord, type Postings, pairKey, termFrequency } from './postings.ts'
import { isIdeograph } from './script.ts'

/** A passage found: its position in the index, and a score that compares only within one search. */
export interface Hit {
  readonly ordinal: number
  readonly score: number
}

export interface SearchOptions {
  /** Whether a word that seems misspelt by its sound is also looked for as it should be; default true. */
  readonly homophones?: boolean
}

/** The search function of an index; its working arrays are reused from call to call. */
export function createSearch(postings: Postings, analyzer: Analyzer) {
  const scores = new Float32Array(postings.passageCount)
  const touched = new Uint32Array(postings.passageCount)

  return (queryText: string, limit: number, _options: SearchOptions = {}): Hit[] => {
    const counts = new Map<number, number>()
    for (const term of analyzer.terms(queryText)) {
      const place = placeOf(postings, term)
      if (place !== -1) counts.set(place, (counts.get(place) ?? 0) + 1)
    }
    let touchedCount = 0
    for (const [place, count] of counts) {
      const frequency = termFrequency(postings, place)
      const isUnigram = (postings.keys[place] ?? 0) < 65536
      const rarity = Math.log(1 + (postings.passageCount - frequency + 0.5) / (frequency + 0.5))
      const weight = (rarity * count * (isUnigram ? 0.5 : 1)) / 255
      const end = postings.starts[place + 1] ?? 0
      for (let slot = postings.starts[place] ?? 0; slot < end; slot++) {
        const passage = postings.passages[slot] ?? 0
        const before = scores[passage] ?? 0
        if (before === 0) touched[touchedCount++] = passage
        scores[passage] = before + weight * (postings.impacts[slot] ?? 0)
      }
    }
    const hits: Hit[] = []
    for (let index = 0; index < touchedCount; index++) {
      const ordinal = touched[index] ?? 0
      hits.push({ ordinal, score: scores[ordinal] ?? 0 })
      scores[ordinal] = 0
    }
    return hits.sort((left, right) => right.score - left.score || left.ordinal - right.ordinal).slice(0, limit)
  }
}

function placeOf(postings: Postings, term: string): number {
  const first = term.charCodeAt(0)
  if (!isIdeograph(first)) return findWord(postings, term)
  if (term.length === 1) return findTerm(postings, first)
  return term.length === 2 ? findTerm(postings, pairKey(first, term.charCodeAt(1))) : -1
}
