import type { Analyzer } from './analyzer.ts'
import type { Passage } from './passage.ts'
import { cuesOf } from './sentence-cues.ts'
import { sentenceSpans } from './sentence-spans.ts'

/** One sentence of a passage, ready to be compared. */
export interface TableSentence {
  /** In UTF-16 code units of the passage's text. */
  readonly start: number
  readonly end: number
  readonly folded: string
  /** The folded clauses between commas. */
  readonly clauses: readonly string[]
  readonly cues: readonly number[]
  /** A heading is context for others and never an answer. */
  readonly heading: boolean
}

export interface SentenceTable {
  /** The folded title: what the passage is about. */
  readonly subject: string
  readonly sentences: readonly TableSentence[]
}

/** Longer titles are sentences rather than names. */
const LONGEST_NAME = 12

const tables = new WeakMap<Passage, SentenceTable>()

/** The sentences of a passage; made once for each passage object. */
export function sentenceTable(passage: Passage, analyzer: Analyzer): SentenceTable {
  const known = tables.get(passage)
  if (known !== undefined) return known
  const spans = sentenceSpans(passage.text)
  const sentences = spans.map(({ start, end }) => {
    const folded = analyzer.normalise(passage.text.slice(start, end))
    return {
      start,
      end,
      folded,
      clauses: folded.split(/[,;:。]/u).filter((clause) => clause !== ''),
      cues: cuesOf(folded),
      heading: isHeading(passage.text, start, end, spans.length),
    }
  })
  const table = { subject: subjectOf(analyzer.normalise(passage.title), sentences), sentences }
  tables.set(passage, table)
  return table
}

/** The title where the text itself speaks of it by that name; a title that only sums up a story is no subject. */
function subjectOf(title: string, sentences: readonly TableSentence[]): string {
  const name = title.replace(/\s*[(（].*$/u, '')
  return name.length <= LONGEST_NAME || sentences.some(({ folded }) => folded.includes(name)) ? title : ''
}

/** A Markdown heading, or a short line of its own that ends without punctuation. */
function isHeading(text: string, start: number, end: number, count: number): boolean {
  const line = text.slice(start, end)
  if (/^#{1,6}\s/u.test(line)) return true
  if (count === 1 || line.length > 24 || /[。！？；…!?;.，,：:”」』）)]$/u.test(line)) return false
  if (/^(?:[-*•]|\d+[.、)）]|[（(]?[一二三四五六七八九十]+[)）、])/u.test(line)) return false
  const after = text.slice(end).match(/^[^\S\n]*(\n|$)/u)
  const before = start === 0 || /\n\s*$/u.test(text.slice(0, start))
  return before && after !== null && after[1] === '\n'
}
