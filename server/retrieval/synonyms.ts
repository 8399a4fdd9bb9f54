import { readFileSync } from 'node:fs'

/** A word of a text that has alternatives, in UTF-16 code units. */
export interface SynonymSpan {
  readonly start: number
  readonly end: number
  readonly alternatives: readonly string[]
}

/** What else to search for, by the folded words that stand in a question. */
export interface Synonyms {
  /** The words that have alternatives. */
  readonly words: ReadonlySet<string>
  /** The alternatives of a word, without the word itself; empty for an unknown one. */
  of(word: string): readonly string[]
  /** Where words with alternatives stand in a folded text; the longest first, without overlap. */
  find(folded: string): SynonymSpan[]
}

/**
 * Reads synonym files. One group a line: `产改|产业工人队伍建设改革` means each other; `老公 > 丈夫|配偶` means that a question with
 * the left word also searches for the right ones, not the reverse. `#` begins a comment. `fold` makes words
 * comparable.
 * @throws where a file cannot be read, or a line has fewer than two words.
 */
export function loadSynonyms(paths: readonly string[], fold: (text: string) => string): Synonyms {
  const alternatives = new Map<string, Set<string>>()
  for (const path of paths) {
    const lines = readFileSync(path, 'utf8').split('\n')
    for (const [index, line] of lines.entries()) {
      const content = fold(line.replace(/#.*$/, '')).trim()
      if (content !== '' && !addGroup(content, alternatives)) {
        throw new Error(`${path}:${index + 1}: a line of synonyms needs two words or more, separated by |`)
      }
    }
  }
  const lists = new Map([...alternatives].map(([word, others]) => [word, [...others]]))
  const longest = Math.max(0, ...[...lists.keys()].map((word) => word.length))
  return {
    words: new Set(lists.keys()),
    of: (word) => lists.get(word) ?? [],
    find: (folded) => findWords(folded, lists, longest),
  }
}

function findWords(text: string, lists: ReadonlyMap<string, readonly string[]>, longest: number): SynonymSpan[] {
  const spans: SynonymSpan[] = []
  for (let start = 0; start < text.length; start++) {
    for (let end = Math.min(text.length, start + longest); end > start; end--) {
      const alternatives = lists.get(text.slice(start, end))
      if (alternatives === undefined) continue
      spans.push({ start, end, alternatives })
      start = end - 1
      break
    }
  }
  return spans
}

function addGroup(content: string, alternatives: Map<string, Set<string>>): boolean {
  const [left = '', right] = content.split('>')
  const from = splitWords(left)
  const to = right === undefined ? from : splitWords(right)
  if (from.length === 0 || to.length === 0 || (right === undefined && from.length < 2)) return false
  for (const word of from) {
    const others = alternatives.get(word) ?? new Set<string>()
    for (const other of to) if (other !== word) others.add(other)
    alternatives.set(word, others)
  }
  return true
}

function splitWords(list: string): string[] {
  return list
    .split('|')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
