import type { Passage } from '../retrieval/passage.ts'
import { type SentenceSpan, sentenceSpans } from '../retrieval/sentence-spans.ts'
import { soleAntecedent } from './standalone-sentence-antecedent.ts'

/** A sentence as it is to be said, with the passage that it stands in. */
export interface StandaloneSentence {
  readonly passage: Passage
  /** The span of the passage's text that it was made from. */
  readonly start: number
  readonly end: number
  readonly text: string
}

const PURE_CONNECTIVE =
  /^(?:于是乎?|但是?(?![凡愿])|所以(?![然])|而且|不过(?![是如])|可是|然而|因此|因而|接着|然后|此外|另外|并且|况且|只是|从此以后)[,，、]?(?=\S{4})/u
const TIME_CONNECTIVE =
  /^(?:再?后来(?:呢)?|结果|最后|其实|同时|当然|果然|就这样|那么|总之|那时候?|当时|也就是说|换句话说)(?:[,，]|(?=[我你他她它咱]))/u
const LEADING_PRONOUN = /^(?:他们|她们|它们|他|她|它|其中?|该|此|这|那(?!么|怕|时)|前者|后者|两者)/u
const PERSON_PRONOUN = /^(?:他|她)(?!们)/u
const LIST_MARK = /^(?:[-*•]|\d{1,2}[.、)）])\s*/u
/** How far back a sentence may take its forerunners along. */
const MOST_TAKEN_ALONG = 2
const MOST_QUOTED_SENTENCES = 4

const spansOf = new WeakMap<Passage, SentenceSpan[]>()

/** The sentences of a passage, cut once for each passage object; offsets count from the passage's beginning. */
export function passageSentences(passage: Passage): readonly SentenceSpan[] {
  const known = spansOf.get(passage)
  if (known !== undefined) return known
  const spans = sentenceSpans(passage.text)
  spansOf.set(passage, spans)
  return spans
}

/**
 * Makes sentence number `index` of a passage fit to be said without what stands before it: a quotation is taken whole, a connective that points back is
 * dropped, a leading 他/她 becomes the one person named just before, and where that is not certain the sentence before comes along. Where the sentence
 * before was just said (`follows`), it stays as it is. Nothing is added that does not stand in the passage, full stops apart.
 */
export function standaloneSentences(passage: Passage, index: number, follows: boolean): StandaloneSentence[] {
  const spans = passageSentences(passage)
  let first = index
  let last = index
  const whole = wholeQuotation(passage.text, spans, index)
  first = whole.first
  last = whole.last
  if (follows && first === index) return [joined(passage, spans, first, last)]
  const lead: number[] = []
  while (lead.length < MOST_TAKEN_ALONG && first > 0) {
    const words = withoutConnective(textOf(passage, spans, first))
    if (!LEADING_PRONOUN.test(words)) break
    if (PERSON_PRONOUN.test(words) && soleAntecedent(beforeText(passage.text, spans, first)) !== undefined) break
    const before = first - 1
    if (!sameParagraph(passage.text, spans, before, first)) break
    lead.unshift(before)
    first = before
  }
  const sentences: StandaloneSentence[] = []
  for (const [place, member] of [...lead, whole.first].entries()) {
    const made = joined(passage, spans, member, member === whole.first ? last : member)
    sentences.push(place === 0 ? { ...made, text: opened(passage, spans, member, made.text) } : made)
  }
  return sentences
}

/** The sentence as a first one: no connective, its leading pronoun named where there is one person whom it can mean. */
function opened(passage: Passage, spans: readonly SentenceSpan[], index: number, text: string): string {
  const words = withoutConnective(text)
  if (!PERSON_PRONOUN.test(words)) return words
  const name = soleAntecedent(beforeText(passage.text, spans, index))
  return name === undefined ? words : name + words.slice(1)
}

function withoutConnective(text: string): string {
  return text.replace(PURE_CONNECTIVE, '').replace(TIME_CONNECTIVE, '')
}

function textOf(passage: Passage, spans: readonly SentenceSpan[], index: number): string {
  const span = spans[index]
  return span === undefined ? '' : passage.text.slice(span.start, span.end).replace(LIST_MARK, '')
}

/** The two sentences before one, in its paragraph. */
function beforeText(text: string, spans: readonly SentenceSpan[], index: number): string {
  let from = index
  while (from > 0 && index - from < 2 && sameParagraph(text, spans, from - 1, from)) from -= 1
  return text.slice(spans[from]?.start ?? 0, spans[index]?.start ?? 0)
}

function sameParagraph(text: string, spans: readonly SentenceSpan[], left: number, right: number): boolean {
  return !/\n\s*\n|\n#/u.test(text.slice(spans[left]?.end ?? 0, (spans[right]?.start ?? 0) + 1))
}

/** The sentences that hold the whole of a quotation which sentence `index` opens, continues or closes; or what follows its colon. */
function wholeQuotation(text: string, spans: readonly SentenceSpan[], index: number): { first: number; last: number } {
  const alone = { first: index, last: index }
  let { first, last } = alone
  const words = () => text.slice(spans[first]?.start ?? 0, spans[last]?.end ?? 0)
  while (balance(words()) < 0 && first > 0) first -= 1
  while ((balance(words()) > 0 || /[:：]$/u.test(words())) && last < spans.length - 1) last += 1
  if (balance(words()) !== 0 || last - first >= MOST_QUOTED_SENTENCES) return alone
  return { first, last }
}

function balance(text: string): number {
  let depth = 0
  for (const character of text) {
    if (character === '“' || character === '「') depth += 1
    else if (character === '”' || character === '」') {
      depth -= 1
      if (depth < 0) return depth
    }
  }
  return depth
}

function joined(passage: Passage, spans: readonly SentenceSpan[], first: number, last: number): StandaloneSentence {
  const start = spans[first]?.start ?? 0
  const end = spans[last]?.end ?? passage.text.length
  return { passage, start, end, text: closed(passage.text.slice(start, end)) }
}

/** Without list marks and emphasis, and with a full stop at its end. */
function closed(text: string): string {
  const words = text
    .replace(LIST_MARK, '')
    .replaceAll('**', '')
    .replace(/\s*\n\s*/gu, '')
    .replace(/[；;，,：:]$/u, '。')
  return /[。！？…!?.”」』）)》]$/u.test(words) ? words : `${words}。`
}
