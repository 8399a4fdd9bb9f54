import type { Passage } from '../retrieval/passage.ts'
import { foldText } from '../retrieval/script.ts'
import { sentenceSpans } from '../retrieval/sentence-spans.ts'
import { extractFolded, type Value } from './canonical-values.ts'
import { type Context, contextOf } from './context-match.ts'
import { findNames, type Name } from './names.ts'
import { tagKnownWords } from './tag-words.ts'

/** A value or name of a passage, with what stands around it in its sentence. */
export interface Placed<T> {
  readonly item: T
  readonly context: Context
  /** Index of the sentence. */
  readonly sentence: number
}

export interface PlacedValue extends Placed<Value> {
  /** The year last named before this value: what 同年 and 5月3日 refer to. */
  readonly year: number | undefined
}

/** One sentence of a passage, folded; offsets count from the beginning of the passage. */
export interface SourceSentence {
  readonly start: number
  readonly end: number
  readonly folded: string
}

/** All that checking needs to know of a passage, made once. */
export interface PassageAnalysis {
  readonly passage: Passage
  readonly folded: string
  /** Only letters and digits of `folded`; `offsets[i]` is where the i-th of them stands. */
  readonly compact: string
  readonly offsets: readonly number[]
  readonly sentences: readonly SourceSentence[]
  readonly values: readonly PlacedValue[]
  readonly names: readonly Placed<Name>[]
  /** Where a name may stand: text, title, headings, issuer, number. */
  readonly nameText: string
}

const analyses = new WeakMap<Passage, PassageAnalysis>()

/** The analysis of a passage; kept as long as the passage object lives. */
export function analysePassage(passage: Passage): PassageAnalysis {
  const known = analyses.get(passage)
  if (known !== undefined) return known
  const made = makeAnalysis(passage)
  analyses.set(passage, made)
  return made
}

function makeAnalysis(passage: Passage): PassageAnalysis {
  const folded = foldText(passage.text)
  const sentences = sentenceSpans(passage.text).map(({ start, end }) => ({
    start,
    end,
    folded: folded.slice(start, end),
  }))
  const { meta } = passage
  const about = [passage.title, ...passage.headings, meta.issuedBy, meta.documentNumber, meta.source, meta.region]
  let year: number | undefined
  const values = place(extractFolded(folded, passage.text), folded, sentences).map((placed) => {
    if (placed.item.kind === 'date' && placed.item.shape.startsWith('y')) year = placed.item.numbers[0]
    return { ...placed, year }
  })
  return {
    passage,
    folded,
    ...compactOf(folded),
    sentences,
    values,
    names: place(findNames(folded), folded, sentences),
    nameText: `${folded}\n${foldText(about.filter((part) => part !== undefined).join('\n'))}`,
  }
}

const surnames = new WeakMap<PassageAnalysis, ReadonlySet<string>>()

/** Family names of people in the passage, so that 周师傅 may stand for 周德厚. */
export function surnamesOf(analysis: PassageAnalysis): ReadonlySet<string> {
  const known = surnames.get(analysis)
  if (known !== undefined) return known
  const people = analysis.names.filter(({ item }) => item.class === 'person').map(({ item }) => item.text.charAt(0))
  const letters = tagKnownWords(analysis.folded).filter(({ word, tag }) => word.length === 1 && tag === 'nr')
  const found = new Set([...people, ...letters.map(({ word }) => word)])
  surnames.set(analysis, found)
  return found
}

function place<T extends { readonly start: number; readonly end: number }>(
  items: readonly T[],
  folded: string,
  sentences: readonly SourceSentence[],
): Placed<T>[] {
  let index = 0
  return items.map((item) => {
    while (index + 1 < sentences.length && item.start >= (sentences[index]?.end ?? 0)) index++
    const sentence = sentences[index]
    return { item, sentence: index, context: contextOf(folded, item.start, item.end, sentence?.start, sentence?.end) }
  })
}

/** The letters and digits of a folded text and where each stands. */
export function compactOf(folded: string): { compact: string; offsets: number[] } {
  const offsets: number[] = []
  let compact = ''
  for (let at = 0; at < folded.length; at++) {
    const character = folded.charAt(at)
    if (!/[\p{L}\p{N}\uD800-\uDFFF]/u.test(character)) continue
    compact += character
    offsets.push(at)
  }
  return { compact, offsets }
}
