import type { Analyzer } from './analyzer.ts'
import { correctHomophones, type Homophones } from './homophones.ts'
import { findNumerals } from './numerals-for-search.ts'
import { findTerm, findWord, type Postings, pairKey, termFrequency } from './postings.ts'
import { questionSpans } from './question-words.ts'
import { isIdeograph, isWordUnit } from './script.ts'

/** A longer question is read up to here; what follows adds time and seldom sense. */
const LONGEST_QUESTION = 300
/** How much grammar, and asking, matter against matter itself. */
const STOPWORD_SALIENCE = 0.3
const ASKING_SALIENCE = 0.15
/** A pair across the border of two words says less than one inside a word. */
const ACROSS_WORDS = 0.7
/**
 * Single ideographs in fewer passages than this share, or this number, are looked up too; the others only in the
 * texts of candidates.
 */
const RARE_SHARE = 0.02
const RARE_COUNT = 400
const RARE_WEIGHT = 0.4
const WORD_WEIGHT = 1.5
const NUMERAL_WEIGHT = 0.7
/** Pairs that a correction replaced, or that another correction would have made. */
const DOUBTFUL_WEIGHT = 0.4
/**
 * An alternative counts for this share of the word it stands for, divided by the number of alternatives; a word for
 * at least that much.
 */
const SYNONYM_WEIGHT = 0.8
const SYNONYM_FLOOR = 5

export interface QueryTerm {
  /** The place of the term in the index. */
  readonly place: number
  /** Salience in the question times rarity in the index. */
  readonly weight: number
}

/** A question made ready for one index. */
export interface QueryPlan {
  /** The folded question: an ideograph's code, or 0 for anything else. */
  readonly codes: Uint16Array
  /** By position, the weight of the ideograph there, and of the pair that ends there. */
  readonly singleWeights: Float32Array
  readonly pairWeights: Float32Array
  /** By position, the length of the dictionary word that ends there, or 0. */
  readonly wordLengths: Uint8Array
  /** What the question says: rare ideographs, pairs, words of letters, numerals. */
  readonly own: readonly QueryTerm[]
  /** The sum of the weights in `own`. */
  readonly ownWeight: number
  /** What else it may mean. */
  readonly synonyms: readonly QueryTerm[]
}

/** How rare a term is: the idf of BM25. */
export function rarity(postings: Postings, place: number): number {
  const frequency = termFrequency(postings, place)
  return Math.log(1 + (postings.passageCount - frequency + 0.5) / (frequency + 0.5))
}

/** Reads a question. Without `homophones` nothing is put right. */
export function planQuery(
  queryText: string,
  postings: Postings,
  analyzer: Analyzer,
  homophones?: Homophones,
): QueryPlan {
  const asked = analyzer.normalise(queryText).slice(0, LONGEST_QUESTION)
  const { text, pairs } =
    homophones === undefined
      ? { text: asked, pairs: [] }
      : withoutHomophoneErrors(asked, postings, analyzer, homophones)
  const codes = codesOf(text)
  const { salience, wordLengths, inside } = readWords(text, analyzer)
  const singleWeights = new Float32Array(text.length)
  const pairWeights = new Float32Array(text.length)
  const weights = new Map<number, number>()
  const add = (place: number, weight: number) => weights.set(place, (weights.get(place) ?? 0) + weight)
  const rareBelow = Math.max(postings.passageCount * RARE_SHARE, RARE_COUNT)
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0
    if (code === 0) continue
    const importance = salience[index] ?? 1
    const single = findTerm(postings, code)
    if (single === -1) continue
    const singleWeight = importance * rarity(postings, single)
    singleWeights[index] = singleWeight
    if (termFrequency(postings, single) < rareBelow) add(single, RARE_WEIGHT * singleWeight)
    const before = codes[index - 1] ?? 0
    const pair = before === 0 ? -1 : findTerm(postings, pairKey(before, code))
    if (pair === -1) continue
    const bond = inside[index] === 1 ? 1 : ACROSS_WORDS
    const pairWeight = Math.sqrt(importance * (salience[index - 1] ?? 1)) * bond * rarity(postings, pair)
    pairWeights[index] = pairWeight
    add(pair, pairWeight)
  }
  for (const { place, weight } of wordsAndNumerals(text, salience, postings)) add(place, weight)
  let ownWeight = 0
  for (const weight of weights.values()) ownWeight += weight
  for (const place of pairs) if (!weights.has(place)) weights.set(place, DOUBTFUL_WEIGHT * rarity(postings, place))
  const own = termsOf(weights)
  return {
    codes,
    singleWeights,
    pairWeights,
    wordLengths,
    own,
    ownWeight,
    synonyms: synonymTerms(text, pairWeights, weights, postings, analyzer),
  }
}

function codesOf(text: string): Uint16Array {
  const codes = new Uint16Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    codes[index] = isIdeograph(code) ? code : 0
  }
  return codes
}

function termsOf(weights: ReadonlyMap<number, number>): QueryTerm[] {
  return [...weights].map(([place, weight]) => ({ place, weight }))
}

interface ReadWords {
  readonly salience: Float32Array
  readonly wordLengths: Uint8Array
  /** 1 where a word goes on from the position before. */
  readonly inside: Uint8Array
}

function readWords(text: string, analyzer: Analyzer): ReadWords {
  const salience = new Float32Array(text.length).fill(1)
  const wordLengths = new Uint8Array(text.length)
  const inside = new Uint8Array(text.length)
  for (const { start, end, word } of analyzer.wordSpans(text)) {
    if (analyzer.isStopword(word)) salience.fill(STOPWORD_SALIENCE, start, end)
    if (end - start < 2 || end - start > 30) continue
    wordLengths[end - 1] = end - start
    inside.fill(1, start + 1, end)
  }
  for (const { start, end } of questionSpans(text)) salience.fill(ASKING_SALIENCE, start, end)
  return { salience, wordLengths, inside }
}

/** The question put right, and the pairs of what it said before and of what else it may have meant. */
function withoutHomophoneErrors(
  text: string,
  postings: Postings,
  analyzer: Analyzer,
  homophones: Homophones,
): { text: string; pairs: readonly number[] } {
  const codes = codesOf(text)
  const fixed = new Uint8Array(text.length)
  for (const { start, end } of questionSpans(text)) fixed.fill(1, start, end)
  for (const { start, end } of analyzer.dictionarySpans(text)) if (end - start > 1) fixed.fill(1, start, end)
  for (const { start, end } of analyzer.wordSpans(text)) {
    const isGuess = end - start > 1
    if (isGuess && pairPlaces(text.slice(start, end), postings).length === end - start - 1) fixed.fill(1, start, end)
  }
  const corrected = correctHomophones(codes, fixed, postings, homophones)
  const pairs: number[] = []
  const addPairs = (around: Uint16Array, position: number, code: number) => {
    const before = around[position - 1] ?? 0
    const after = around[position + 1] ?? 0
    if (before !== 0) pairs.push(findTerm(postings, pairKey(before, code)))
    if (after !== 0) pairs.push(findTerm(postings, pairKey(code, after)))
  }
  let result = ''
  for (let index = 0; index < text.length; index++) {
    const code = corrected.codes[index] ?? 0
    result += code === 0 ? text.charAt(index) : String.fromCharCode(code)
    if (code !== codes[index]) addPairs(codes, index, codes[index] ?? 0)
  }
  for (const { position, code } of corrected.alternatives) addPairs(codes, position, code)
  return { text: result, pairs: pairs.filter((place) => place !== -1) }
}

function wordsAndNumerals(text: string, salience: Float32Array, postings: Postings): QueryTerm[] {
  const terms: QueryTerm[] = []
  for (let start = 0; start < text.length; start++) {
    if (!isWordUnit(text.charCodeAt(start))) continue
    let end = start + 1
    while (end < text.length && isWordUnit(text.charCodeAt(end))) end++
    const place = findWord(postings, text.slice(start, end))
    if (place !== -1) terms.push({ place, weight: WORD_WEIGHT * (salience[start] ?? 1) * rarity(postings, place) })
    start = end
  }
  for (const numeral of findNumerals(text)) {
    const place = findWord(postings, numeral.term)
    if (place !== -1) terms.push({ place, weight: NUMERAL_WEIGHT * rarity(postings, place) })
  }
  return terms
}

/**
 * The pairs of alternatives that the question does not hold itself; what an alternative weighs is shared by its
 * pairs.
 */
function synonymTerms(
  text: string,
  pairWeights: Float32Array,
  own: ReadonlyMap<number, number>,
  postings: Postings,
  analyzer: Analyzer,
): QueryTerm[] {
  const weights = new Map<number, number>()
  for (const { start, end, alternatives } of analyzer.synonyms.find(text)) {
    let original = 0
    for (let index = start + 1; index < end; index++) original += pairWeights[index] ?? 0
    const share = (SYNONYM_WEIGHT * Math.max(original, SYNONYM_FLOOR)) / alternatives.length
    for (const word of alternatives) {
      if (text.includes(word)) continue
      const places = pairPlaces(word, postings)
      const total = places.reduce((sum, place) => sum + rarity(postings, place), 0)
      for (const place of places) {
        if (!own.has(place)) weights.set(place, (weights.get(place) ?? 0) + (share * rarity(postings, place)) / total)
      }
    }
  }
  return termsOf(weights)
}

/** The places of a word's pairs; none where the index lacks more than one in three of them. */
function pairPlaces(word: string, postings: Postings): number[] {
  const places: number[] = []
  let missing = 0
  for (let index = 1; index < word.length; index++) {
    const first = word.charCodeAt(index - 1)
    const second = word.charCodeAt(index)
    if (!isIdeograph(first) || !isIdeograph(second)) continue
    const place = findTerm(postings, pairKey(first, second))
    if (place === -1) missing++
    else places.push(place)
  }
  return missing * 2 > places.length ? [] : places
}
