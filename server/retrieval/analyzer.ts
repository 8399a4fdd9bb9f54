import { readFileSync } from 'node:fs'
import { Jieba } from '@node-rs/jieba'
import { dict } from '@node-rs/jieba/dict.js'
import { findNumerals } from './numerals-for-search.ts'
import { isQuestionWord, isStopword } from './question-words.ts'
import { foldText, isIdeograph, isWordUnit } from './script.ts'
import { loadSynonyms, type Synonyms } from './synonyms.ts'

export interface AnalyzerOptions {
  /** Files with words that the bundled dictionary lacks, one `word frequency tag` a line. */
  readonly userWords?: string | readonly string[]
  /** Files with synonyms; see `loadSynonyms`. */
  readonly synonyms?: string | readonly string[]
}

/** A word in a text, in UTF-16 code units. */
export interface WordSpan {
  readonly start: number
  readonly end: number
  readonly word: string
}

/** Turns Chinese text into what is searched, counted and compared. */
export interface Analyzer {
  /** Width, case and Traditional characters folded, unit by unit: the result has the same UTF-16 length. */
  normalise(text: string): string
  /** The words of the folded text in order, by the dictionary; punctuation and blanks are left out. */
  words(text: string): string[]
  /**
   * All that a text is found by, in order, with repetitions: characters (劳), pairs (劳动), words (劳动者; of two letters
   * they are pairs already), letters and digits (`5g`), and numbers as `#` and value (`#1995` for 1995, 一九九五). The
   * kind of a term shows in its shape, so that no prefix is needed: one ideograph, two, more; `#`; the rest.
   */
  terms(text: string): string[]
  /** The words of a text that is folded already, with their places in it. */
  wordSpans(folded: string): WordSpan[]
  /** The same by the dictionary alone: what it lacks falls into single ideographs instead of being guessed. */
  dictionarySpans(folded: string): WordSpan[]
  isQuestionWord(word: string): boolean
  isStopword(word: string): boolean
  readonly synonyms: Synonyms
  /** Changes when `words` or `synonyms` may give something else: part of the name of a saved index. */
  readonly version: string
}

/**
 * Makes an analyzer; loading the dictionary takes about 0.2 s.
 * @throws where a file cannot be read or a line of synonyms is malformed.
 */
export function createAnalyzer(options: AnalyzerOptions = {}): Analyzer {
  const jieba = Jieba.withDict(dict)
  jieba.loadDict(foldedWords())
  for (const path of listOf(options.userWords)) jieba.loadDict(readWords(path))
  const synonyms = loadSynonyms(listOf(options.synonyms), foldText)
  const words = (text: string) => jieba.cut(foldText(text), true).filter(hasWordUnit)
  return {
    normalise: foldText,
    words,
    terms: (text) => termsOf(foldText(text), words),
    dictionarySpans: (folded) => spansOf(jieba.cut(folded, false)),
    wordSpans: (folded) => spansOf(jieba.cut(folded, true)),
    isQuestionWord,
    isStopword,
    synonyms,
    version: '1',
  }
}

function spansOf(pieces: readonly string[]): WordSpan[] {
  const spans: WordSpan[] = []
  let start = 0
  for (const word of pieces) {
    const end = start + word.length
    if (hasWordUnit(word)) spans.push({ start, end, word })
    start = end
  }
  return spans
}

function listOf(paths: string | readonly string[] | undefined): readonly string[] {
  if (paths === undefined) return []
  return typeof paths === 'string' ? [paths] : paths
}

/**
 * The dictionary's words with ideographs that are Simplified too but fold to another (著名, 乾隆), as they stand in
 * folded texts.
 */
function foldedWords(): Buffer {
  const lines =
    Buffer.from(dict)
      .toString('utf8')
      .match(/^.*[著乾].*$/gm) ?? []
  return Buffer.from(`${foldText(lines.join('\n'))}\n`)
}

/** A user dictionary folded like the texts, its comments dropped. */
function readWords(path: string): Buffer {
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim())
  return Buffer.from(`${foldText(lines.filter((line) => line !== '').join('\n'))}\n`)
}

function hasWordUnit(word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    const code = word.charCodeAt(index)
    if (isIdeograph(code) || isWordUnit(code)) return true
  }
  return false
}

function termsOf(folded: string, words: (text: string) => string[]): string[] {
  const terms: string[] = []
  let run = ''
  for (let index = 0; index < folded.length; index++) {
    const code = folded.charCodeAt(index)
    const character = folded.charAt(index)
    if (isWordUnit(code)) {
      run += character
      continue
    }
    if (run !== '') terms.push(run)
    run = ''
    if (!isIdeograph(code)) continue
    terms.push(character)
    if (isIdeograph(folded.charCodeAt(index + 1))) terms.push(character + folded.charAt(index + 1))
  }
  if (run !== '') terms.push(run)
  for (const word of words(folded)) if (word.length > 2 && isIdeograph(word.charCodeAt(0))) terms.push(word)
  for (const numeral of findNumerals(folded)) terms.push(numeral.term)
  return terms
}
