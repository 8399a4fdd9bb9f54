import type { Analyzer } from './analyzer.ts'
import { findNumerals } from './numerals-for-search.ts'
import type { IndexablePassage } from './passage.ts'
import { type Postings, pairKey, wordKey } from './postings.ts'
import { isIdeograph, isWordUnit } from './script.ts'
import { createTermTable } from './term-table.ts'

/** BM25F: how fast repetition saturates; per field its weight and how much its length discounts. */
const SATURATION = 1.2
const FIELDS = {
  title: { weight: 1, discount: 0.5 },
  headings: { weight: 1, discount: 0.5 },
  text: { weight: 1, discount: 0.6 },
} as const

type Field = keyof typeof FIELDS
const FIELD_NAMES = ['title', 'headings', 'text'] as const

/** The codes of words seen while collecting; they are put in order at the end. */
const FIRST_WORD = 65536

/** How many passages are read between two pauses. */
const SLICE = 200

/**
 * Reads passages into postings. Scoring is BM25F, so a term's impact on a passage is known here but for the
 * question's own weight. Pauses (`yield`) from time to time, so that a server can go on answering meanwhile.
 */
export function* collectPostings(
  passages: readonly IndexablePassage[],
  analyzer: Analyzer,
): Generator<undefined, Postings, undefined> {
  const folded = passages.map((passage) => ({
    title: analyzer.normalise(passage.title),
    headings: analyzer.normalise(passage.headings.join(' ')),
    text: analyzer.normalise(passage.text),
  }))
  const averages = averageLengths(folded)
  const { units, unitStarts, textStarts } = packUnits(folded)
  const table = createTermTable()
  const words = new Map<string, number>()
  const wordTerm = (word: string) => {
    const known = words.get(word)
    if (known !== undefined) return known
    const term = FIRST_WORD + words.size
    words.set(word, term)
    return term
  }
  const emitted = createEmitter()
  let weights = new Float32Array(1 << 16)
  let touched: number[] = []
  const add = (key: number, weight: number) => {
    const id = table.idOf(key)
    if (id >= weights.length) {
      const wider = new Float32Array(Math.max(id + 1, weights.length * 2))
      wider.set(weights)
      weights = wider
    }
    const before = weights[id] ?? 0
    if (before === 0) touched.push(id)
    weights[id] = before + weight
  }
  for (const [place, fields] of folded.entries()) {
    if (place % SLICE === SLICE - 1) yield
    for (const name of FIELD_NAMES) {
      const text = fields[name]
      if (text === '') continue
      const { weight, discount } = FIELDS[name]
      const share = weight / (1 - discount + discount * (text.length / averages[name]))
      collectTerms(text, wordTerm, (key) => add(key, share))
    }
    for (const id of touched) {
      const weight = weights[id] ?? 0
      emitted.add(id, Math.max(1, Math.round((255 * weight) / (SATURATION + weight))))
      weights[id] = 0
    }
    emitted.endPassage()
    touched = []
  }
  const groups = groupsOf(passages)
  return {
    ...arrange(table.keys(), emitted, [...words.keys()]),
    ...groups,
    units,
    unitStarts,
    textStarts,
    passageCount: passages.length,
  }
}

function averageLengths(folded: readonly Readonly<Record<Field, string>>[]): Record<Field, number> {
  const averageOf = (name: Field) => {
    const lengths = folded.map((fields) => fields[name].length).filter((length) => length > 0)
    return lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length)
  }
  return { title: averageOf('title'), headings: averageOf('headings'), text: averageOf('text') }
}

/** Every term of a folded text: ideographs, pairs, words of letters, numerals. */
function collectTerms(text: string, wordTerm: (word: string) => number, add: (key: number) => void): void {
  let wordStart = -1
  let previous = 0
  for (let index = 0; index <= text.length; index++) {
    const code = index < text.length ? text.charCodeAt(index) : 0
    if (isIdeograph(code)) {
      add(code)
      if (previous !== 0) add(pairKey(previous, code))
      previous = code
    } else previous = 0
    if (isWordUnit(code)) {
      if (wordStart === -1) wordStart = index
    } else if (wordStart !== -1) {
      add(wordTerm(text.slice(wordStart, index)))
      wordStart = -1
    }
  }
  for (const numeral of findNumerals(text)) add(wordTerm(numeral.term))
}

function packUnits(
  folded: readonly Readonly<Record<Field, string>>[],
): Pick<Postings, 'units' | 'unitStarts' | 'textStarts'> {
  const total = folded.reduce(
    (sum, { title, headings, text }) => sum + title.length + headings.length + text.length + 3,
    0,
  )
  const units = new Uint16Array(total)
  const unitStarts = new Uint32Array(folded.length + 1)
  const textStarts = new Uint32Array(folded.length)
  let at = 0
  const write = (text: string) => {
    for (let index = 0; index < text.length; index++) units[at++] = text.charCodeAt(index)
    at++
  }
  for (const [index, { title, headings, text }] of folded.entries()) {
    unitStarts[index] = at
    write(title)
    write(headings)
    textStarts[index] = at
    write(text)
  }
  unitStarts[folded.length] = at
  return { units, unitStarts, textStarts }
}

interface Emitter {
  add(term: number, impact: number): void
  endPassage(): void
  readonly terms: Uint32Array
  readonly impacts: Uint8Array
  readonly ends: readonly number[]
}

/** What was collected, in the order of the passages. */
function createEmitter(): Emitter {
  let terms = new Uint32Array(1 << 16)
  let impacts = new Uint8Array(1 << 16)
  let size = 0
  const ends: number[] = []
  return {
    add(term, impact) {
      if (size === terms.length) {
        const moreTerms = new Uint32Array(size * 2)
        const moreImpacts = new Uint8Array(size * 2)
        moreTerms.set(terms)
        moreImpacts.set(impacts)
        terms = moreTerms
        impacts = moreImpacts
      }
      terms[size] = term
      impacts[size] = impact
      size++
    },
    endPassage: () => ends.push(size),
    get terms() {
      return terms.subarray(0, size)
    },
    get impacts() {
      return impacts.subarray(0, size)
    },
    ends,
  }
}

/** Turns what was collected by passage into lists by term, terms ascending, words in alphabetical order. */
function arrange(
  seen: Uint32Array,
  emitted: Emitter,
  words: readonly string[],
): Pick<Postings, 'keys' | 'rows' | 'starts' | 'passages' | 'impacts' | 'words'> {
  const sortedWords = [...words].sort((left, right) => (left < right ? -1 : 1))
  const wordPlaces = new Map(sortedWords.map((word, index) => [word, index]))
  const finalKeys = seen.map((key) => {
    const word = key >= FIRST_WORD ? words[key - FIRST_WORD] : undefined
    return word === undefined ? key : wordKey(wordPlaces.get(word) ?? 0)
  })
  const keys = finalKeys.slice().sort()
  const placeOfKey = new Map<number, number>()
  for (let place = 0; place < keys.length; place++) placeOfKey.set(keys[place] ?? 0, place)
  const places = finalKeys.map((key) => placeOfKey.get(key) ?? 0)
  const rows = new Uint32Array(65537)
  for (const key of keys) rows[(key >>> 16) + 1] = (rows[(key >>> 16) + 1] ?? 0) + 1
  for (let first = 1; first < rows.length; first++) rows[first] = (rows[first] ?? 0) + (rows[first - 1] ?? 0)

  const { terms, impacts: emittedImpacts, ends } = emitted
  const starts = new Uint32Array(keys.length + 1)
  for (const id of terms) {
    const next = (places[id] ?? 0) + 1
    starts[next] = (starts[next] ?? 0) + 1
  }
  for (let place = 1; place < starts.length; place++) starts[place] = (starts[place] ?? 0) + (starts[place - 1] ?? 0)
  const next = starts.slice()
  const passages = new Uint32Array(terms.length)
  const impacts = new Uint8Array(terms.length)
  let at = 0
  for (const [passage, end] of ends.entries()) {
    for (; at < end; at++) {
      const place = places[terms[at] ?? 0] ?? 0
      const slot = next[place] ?? 0
      next[place] = slot + 1
      passages[slot] = passage
      impacts[slot] = emittedImpacts[at] ?? 0
    }
  }
  return { keys, rows, starts, passages, impacts, words: sortedWords }
}

const ARTICLE_NUMBER = /第[零〇一二三四五六七八九十百千万\d]+条\S*$/

function groupsOf(passages: readonly IndexablePassage[]): Pick<Postings, 'groups' | 'groupCount' | 'sections'> {
  const groups = numberNames(passages.map(({ documentId, title }) => documentId ?? title))
  const sections = numberNames(
    passages.map(({ headings }, index) => `${groups[index]} ${headings.join(' ').replace(ARTICLE_NUMBER, '').trim()}`),
  )
  return { groups, groupCount: new Set(groups).size, sections }
}

/** Equal names get equal numbers, in the order of first appearance. */
function numberNames(names: readonly string[]): Uint32Array {
  const numbers = new Map<string, number>()
  return Uint32Array.from(names, (name) => {
    const known = numbers.get(name) ?? numbers.size
    numbers.set(name, known)
    return known
  })
}
