/**
 * An inverted index in typed arrays. A term is a number: an ideograph is its code; a pair is `first << 16 |
 * second`; a word of letters or a numeral is `0x10000 +` its place in `words`, which no pair can be, as no
 * ideograph lies below U+3007.
 */
export interface Postings {
  readonly passageCount: number
  /** The terms that occur, ascending. */
  readonly keys: Uint32Array
  /** Where each ideograph's pairs begin in `keys` (65,537 entries, by the code of the first). */
  readonly rows: Uint32Array
  /** Where each term's postings begin in `passages` and `impacts`; one entry more than `keys`. */
  readonly starts: Uint32Array
  /** The passages of each term, ascending. */
  readonly passages: Uint32Array
  /** The saturated frequency of the term in the passage, 0 to 255 for 0 to 1. */
  readonly impacts: Uint8Array
  /** Words of letters, and numerals (`#` and value), sorted. */
  readonly words: readonly string[]
  /** The folded text of every passage, one after another: title, headings, text, a zero between them. */
  readonly units: Uint16Array
  /** Where each passage begins in `units`; one entry more than passages. */
  readonly unitStarts: Uint32Array
  /** Where the text itself begins, after title and headings, by passage. */
  readonly textStarts: Uint32Array
  /** The group (document) of each passage. */
  readonly groups: Uint32Array
  readonly groupCount: number
  /** The section (document and headings, article number apart) of each passage. */
  readonly sections: Uint32Array
}

/** The term of a pair of ideographs. */
export function pairKey(first: number, second: number): number {
  return ((first << 16) | second) >>> 0
}

/** The term of the word at `index` in `Postings.words`. */
export function wordKey(index: number): number {
  return 65536 + index
}

/** The place of a word of letters or a numeral in `keys`, or -1. */
export function findWord(postings: Postings, word: string): number {
  const { words } = postings
  let low = 0
  let high = words.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const at = words[middle] ?? ''
    if (at === word) return findTerm(postings, wordKey(middle))
    if (at < word) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** The place of a term in `keys`, or -1. */
export function findTerm(postings: Postings, key: number): number {
  const { keys, rows } = postings
  const first = key >>> 16
  let low = rows[first] ?? 0
  let high = (rows[first + 1] ?? 0) - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const at = keys[middle] ?? 0
    if (at === key) return middle
    if (at < key) low = middle + 1
    else high = middle - 1
  }
  return -1
}

/** In how many passages a term stands, by its place. */
export function termFrequency(postings: Postings, term: number): number {
  return term < 0 ? 0 : (postings.starts[term + 1] ?? 0) - (postings.starts[term] ?? 0)
}
