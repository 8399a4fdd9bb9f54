import type { DraftSentence } from '../grounding/checked-sentence.ts'

const ENDINGS = new Set('。！？!?…')
/** What may close a sentence after its ending, and belongs to it. */
const CLOSERS = new Set('。！？!?….”’』」》）)】"\'〞*_~～')
const SPACE = /\s/
/** After a closing mark these show that the sentence goes on:「“小心！”，他说」. */
const CONTINUES = /[，、：；,:;]/
/** Brackets that may open a citation mark, with the one that closes it. */
const MARK_BRACKETS = new Map([
  ['[', ']'],
  ['［', '］'],
  ['【', '】'],
  ['(', ')'],
  ['（', '）'],
])
const ROUND = new Set(['(', '（'])
const MARK_LENGTH = 40
const SOURCE_WORD = /^(?:来源|资料|出处|参考|引用|文献|见|source|ref|citation)$/i

/** A mark that was read, no mark (`null`), or too little text to know (`undefined`). */
type MarkRead = { readonly marks: readonly number[]; readonly length: number } | null | undefined

/** Reads a citation mark that begins at `at`; `ended` says that no more text can come. */
function readMark(text: string, at: number, ended: boolean): MarkRead {
  const opener = text[at] ?? ''
  const closer = MARK_BRACKETS.get(opener)
  if (closer === undefined) return null
  const named = ROUND.has(opener)
  let body = ''
  for (let index = at + 1; index < text.length; index++) {
    const character = text[index] ?? ''
    if (character === closer) {
      const marks = readNumbers(body, named)
      return marks === null ? null : { marks, length: index + 1 - at }
    }
    body += character
    if (body.length > MARK_LENGTH || !couldBeMark(body)) return null
  }
  return ended ? null : undefined
}

/** Whether `body` may still become the inside of a mark: cheap, and never false for the beginning of one. */
function couldBeMark(body: string): boolean {
  return /^\^?[a-z来源资料出处参考引用文献见]{0,8}[\s:：#^]*[\d０-９\s,，、;；\-–—~～]*$/i.test(body)
}

function readNumbers(body: string, named: boolean): readonly number[] | null {
  const parts = /^\^?([a-z来源资料出处参考引用文献见]*)[\s:：#^]*([\d０-９][\d０-９\s,，、;；\-–—~～]*)$/i.exec(body)
  if (parts === null) return null
  const [, word = '', numbers = ''] = parts
  if (word === '' ? named : !SOURCE_WORD.test(word)) return null
  const marks: number[] = []
  for (const item of numbers.normalize('NFKC').split(/[\s,、;]+/)) {
    const range = /^(\d{1,4})(?:[-–—~](\d{1,4}))?$/.exec(item)
    if (range === null) {
      if (item === '') continue
      return null
    }
    const first = Number(range[1])
    const last = range[2] === undefined ? first : Number(range[2])
    if (last - first > 50) return null
    for (let mark = first; mark <= last; mark++) marks.push(mark)
  }
  return marks.length === 0 ? null : marks
}

const QUOTES = new Map([
  ['“', '”'],
  ['「', '」'],
  ['『', '』'],
])
/** A quotation that does not close within this many characters no longer holds its sentence together. */
const QUOTATION_LENGTH = 200

type Step = 'inside' | 'closing'

/** The sentence that is being read. Kept apart from the stream so that any cut into tokens gives the same result. */
interface Reading {
  /** Text not yet looked at. */
  rest: string
  /** Text of the sentence so far, without marks. */
  text: string
  marks: number[]
  step: Step
  /** The mark that closes the quotation being read, and where in `text` it was opened. */
  quotation: { readonly closer: string; readonly from: number } | undefined
}

/** Takes as many whole sentences off `reading.rest` as are certain. */
function* takeSentences(reading: Reading, ended: boolean): Generator<DraftSentence> {
  let at = 0
  while (at < reading.rest.length) {
    const character = reading.rest[at] ?? ''
    const mark = readMark(reading.rest, at, ended)
    if (mark === undefined) break
    if (mark !== null) {
      reading.marks.push(...mark.marks)
      at += mark.length
      continue
    }
    if (reading.step === 'closing' && !CLOSERS.has(character) && !SPACE.test(character)) {
      if ((CONTINUES.test(character) || endsInBareQuotation(reading)) && !/\s$/.test(reading.text))
        reading.step = 'inside'
      else yield takeSentence(reading)
    }
    const quoted = isInQuotation(reading, character)
    if (character === '.' && reading.step === 'inside') {
      const next = reading.rest[at + 1]
      if (next === undefined && !ended) break
      if (isFullStop(reading.text, next)) reading.step = 'closing'
    } else if ((ENDINGS.has(character) && !quoted) || (character === '\n' && reading.text.trim() !== '')) {
      reading.step = 'closing'
    }
    reading.text += character
    at++
  }
  reading.rest = reading.rest.slice(at)
  if (ended && reading.text !== '') yield takeSentence(reading)
}

/**
 * Follows quotation marks: whether `character` stands inside a quotation. A quotation is not cut inside; where it ends
 * with a full stop of its own, its closing mark ends the sentence.
 */
function isInQuotation(reading: Reading, character: string): boolean {
  const open = reading.quotation
  if (open === undefined) {
    const closer = QUOTES.get(character)
    if (closer !== undefined) reading.quotation = { closer, from: reading.text.length }
    return false
  }
  if (character === open.closer) {
    reading.quotation = undefined
    if (ENDINGS.has(reading.text.at(-1) ?? '')) reading.step = 'closing'
    return false
  }
  if (character !== '\n' && reading.text.length - open.from <= QUOTATION_LENGTH) return true
  reading.quotation = undefined
  return false
}

/** 「他问：“慢多少？”我说不上来。[1]」is one sentence with one mark: a quotation without a mark of its own belongs to what follows. */
function endsInBareQuotation({ text, marks }: Reading): boolean {
  return marks.length === 0 && /[。！？!?…][”」』]$/.test(text)
}

/** A point ends a sentence before white space or the end, except after the number of a list item. */
function isFullStop(before: string, next: string | undefined): boolean {
  if (next !== undefined && !SPACE.test(next)) return false
  return !/^\s*\d+$/.test(before)
}

function takeSentence(reading: Reading): DraftSentence {
  const sentence = { text: reading.text, marks: [...new Set(reading.marks)] }
  reading.text = ''
  reading.marks = []
  reading.step = 'inside'
  reading.quotation = undefined
  return sentence
}

/**
 * Cuts a model's token stream into complete sentences, each with the numbers of the passages it cites. Citation marks
 * (`[1]`, `[1][2]`, `[1,2]`, `【1】`, `［1］`, `[^1]`, `(来源1)`) are taken off; all other characters are kept, with
 * line breaks on the sentence they follow, so that the texts joined are the model's text. How the stream is cut into
 * tokens makes no difference. A sentence is given as soon as the next character shows that no mark can follow.
 */
export async function* intoSentences(tokens: AsyncIterable<string>): AsyncGenerator<DraftSentence> {
  const reading: Reading = { rest: '', text: '', marks: [], step: 'inside', quotation: undefined }
  for await (const token of tokens) {
    reading.rest += token
    yield* takeSentences(reading, false)
    // An empty token says that the sentence is over and that no mark follows (see `createOpenAiModel`).
    if (token === '' && reading.rest === '' && reading.step === 'closing') yield takeSentence(reading)
  }
  yield* takeSentences(reading, true)
}
