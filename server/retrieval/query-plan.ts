import type { Analyzer } from './analyzer.ts'
import { findNumerals } from './numerals-for-search.ts'
import { findTerm, findWord, type Postings, pairKey, termFrequency } from './postings.ts'
import { questionSpans } from './question-words.ts'
import { isIdeograph, isWordUnit } from './script.ts'

/** A longer question is read up to here; what follows adds time and seldom sense. */
const LONGEST_QUESTION = 400

export interface QueryTerm {
  /** The place of the term in the index. */
  readonly place: number
  readonly synonym: boolean
  /** Salience in the question times rarity in the index. */
  readonly weight: number
}

/** A question made ready for one index. */
export interface QueryPlan {
  /** The folded question: an ideograph's code, or 0 for anything else. */
  readonly codes: Uint16Array
  /** How much each position matters: 1 for matter, little for asking and grammar. */
  readonly salience: Float32Array
  /** By position, the weight of the ideograph there (its place in `singlePlaces`), and of the pair that ends there. */
  readonly singleWeights: Float32Array
  readonly pairWeights: Float32Array
  /** By position, the length of the dictionary word that ends there, or 0. */
  readonly wordLengths: Uint8Array
  /** Ideographs that are rare enough to look up by themselves, pairs, words of letters and numerals. */
  readonly terms: readonly QueryTerm[]
  readonly text: string
  readonly own: number
}

export interface PlanTuning {
  readonly stop: number
  readonly ask: number
  readonly across: number
  readonly rareSingle: number
  readonly single1: number
  readonly syn: number
  readonly synFloor: number
  readonly synPow: number
}

/** How rare a term is: the idf of BM25. */
export function rarity(postings: Postings, place: number): number {
  const frequency = termFrequency(postings, place)
  return Math.log(1 + (postings.passageCount - frequency + 0.5) / (frequency + 0.5))
}

export function planQuery(queryText: string, postings: Postings, analyzer: Analyzer, tuning: PlanTuning): QueryPlan {
  const text = analyzer.normalise(queryText).slice(0, LONGEST_QUESTION)
  const codes = new Uint16Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    codes[index] = isIdeograph(code) ? code : 0
  }
  const salience = new Float32Array(text.length).fill(1)
  const wordLengths = new Uint8Array(text.length)
  const joined = new Uint8Array(text.length)
  for (const { start, end, word } of analyzer.wordSpans(text)) {
    if (end - start < 2 || end - start > 30) {
      if (analyzer.isStopword(word)) salience[start] = tuning.stop
      if (analyzer.isQuestionWord(word)) salience[start] = tuning.ask
      continue
    }
    wordLengths[end - 1] = end - start
    joined.fill(1, start + 1, end)
    if (analyzer.isStopword(word)) salience.fill(tuning.stop, start, end)
  }
  for (const { start, end } of questionSpans(text)) salience.fill(tuning.ask, start, end)
  const weights = new Map<number, number>()
  const add = (place: number, weight: number) => {
    if (place !== -1) weights.set(place, (weights.get(place) ?? 0) + weight)
  }
  const singleWeights = new Float32Array(text.length)
  const pairWeights = new Float32Array(text.length)
  const rareBelow = postings.passageCount * tuning.rareSingle
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0
    if (code === 0) continue
    const single = findTerm(postings, code)
    const own = salience[index] ?? 1
    if (single !== -1) {
      singleWeights[index] = own * rarity(postings, single)
      if (termFrequency(postings, single) < rareBelow) add(single, tuning.single1 * own * rarity(postings, single))
    }
    const before = codes[index - 1] ?? 0
    if (before === 0) continue
    const pair = findTerm(postings, pairKey(before, code))
    if (pair === -1) continue
    const bond = joined[index] === 1 ? 1 : tuning.across
    const weight = Math.sqrt(own * (salience[index - 1] ?? 1)) * bond * rarity(postings, pair)
    pairWeights[index] = weight
    add(pair, weight)
  }
  addWords(text, postings, salience, add)
  const synonymWeights = new Map<number, number>()
  const addSyn = (place: number, weight: number) => { if (!weights.has(place)) synonymWeights.set(place, (synonymWeights.get(place) ?? 0) + weight) }
  let own = 0
  for (const weight of weights.values()) own += weight
  for (const { start, end, alternatives } of analyzer.synonyms.find(text)) {
    let weight = 0
    for (let at = start; at < end; at++) weight += at === start ? 0 : (pairWeights[at] ?? 0)
    weight = Math.max(weight, tuning.synFloor) * tuning.syn / Math.pow(alternatives.length, tuning.synPow)
    for (const word of alternatives) {
      if (text.includes(word)) continue
      const places: number[] = []
      for (let at = 1; at < word.length; at++) { const place = findTerm(postings, pairKey(word.charCodeAt(at - 1), word.charCodeAt(at))); if (place !== -1) places.push(place) }
      if (places.length < word.length - 1) continue
      const total = places.reduce((sum, place) => sum + rarity(postings, place), 0)
      for (const place of places) addSyn(place, weight * rarity(postings, place) / total)
    }
  }
  const terms = [...[...weights].map(([place, weight]) => ({ place, weight, synonym: false })), ...[...synonymWeights].map(([place, weight]) => ({ place, weight, synonym: true }))]
  return { own, codes, salience, singleWeights, pairWeights, wordLengths, terms, text }
}

function addWords(text: string, postings: Postings, salience: Float32Array, add: (place: number, weight: number) => void): void {
  for (let start = 0; start < text.length; start++) {
    if (!isWordUnit(text.charCodeAt(start))) continue
    let end = start + 1
    while (end < text.length && isWordUnit(text.charCodeAt(end))) end++
    const place = findWord(postings, text.slice(start, end))
    if (place !== -1) add(place, 1.5 * (salience[start] ?? 1) * rarity(postings, place))
    start = end
  }
  for (const numeral of findNumerals(text)) {
    const place = findWord(postings, numeral.term)
    if (place !== -1) add(place, 0.7 * rarity(postings, place))
  }
}
