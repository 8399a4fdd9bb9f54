/** Where a sentence begins and ends, in UTF-16 code units of the text it was cut from. */
export interface SentenceSpan {
  readonly start: number
  readonly end: number
}

const CLOSER_OF: Readonly<Record<string, string>> = {
  '“': '”',
  '「': '」',
  '『': '』',
  '《': '》',
  '（': '）',
  '(': ')',
}
const CLOSERS = new Set(['”', '’', '」', '』', '》', '）', ')', '】', '］', ']', '"', "'"])
const TERMINATORS = new Set(['。', '！', '？', '!', '?', '；', ';', '…'])
const CONTINUES = /[，、,：:；;]/u
/** What follows a closing quote when the quoted words are part of a longer sentence:「“小心！”师傅说」. */
const SPEAKER_FOLLOWS = /^[^，。！？；、\s“「]{0,8}(?:说|问|喊|道|笑|答|讲|叫|想)/u
const ABBREVIATION = /(?:^|[\s(（])(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|vol|vs|etc|e\.g|i\.e|Inc|Ltd|Co|Jr|Sr)$/u
/** A quotation longer than this is cut inside, since it holds a story of its own. */
const LONGEST_WHOLE_QUOTATION = 60

/**
 * Cuts a text into sentences after 。！？；… and line breaks (English full stops too). Closing quotation marks and
 * brackets stay with their sentence, a short quotation is never cut inside. The spans are in order, never overlap,
 * begin and end on something visible, and together hold everything that is not white space.
 */
export function sentenceSpans(text: string): SentenceSpan[] {
  const spans: SentenceSpan[] = []
  let start = 0
  let index = 0
  while (index < text.length) {
    const char = text.charAt(index)
    if (char === '\n' || char === '\r') {
      addSpan(spans, text, start, index, true)
      start = index + 1
      index = start
      continue
    }
    const closing = CLOSER_OF[char] === undefined ? -1 : endOfPair(text, index)
    if (closing > 0) {
      const after = closing + 1
      if (endsAfterPair(text, index, closing)) {
        const end = takeClosers(text, after)
        addSpan(spans, text, start, end, false)
        start = end
        index = end
      } else index = after
      continue
    }
    if (!endsSentence(text, index)) {
      index += 1
      continue
    }
    let end = index + 1
    while (end < text.length && TERMINATORS.has(text.charAt(end))) end += 1
    const ellipsis = text.charAt(end - 1) === '…'
    end = takeClosers(text, end)
    if (!(ellipsis && (end - start < 10 || CONTINUES.test(text.charAt(end))))) {
      addSpan(spans, text, start, end, false)
      start = end
    }
    index = end
  }
  addSpan(spans, text, start, text.length, true)
  return spans
}

/** Adds what is visible of text[from, to); a piece of mere punctuation joins the sentence before it. */
function addSpan(spans: SentenceSpan[], text: string, from: number, to: number, ownLine: boolean): void {
  let start = from
  let end = to
  while (start < end && isBlank(text, start)) start += 1
  while (end > start && isBlank(text, end - 1)) end -= 1
  if (start >= end) return
  const last = spans.at(-1)
  const piece = text.slice(start, end)
  if (!ownLine && last !== undefined && !/[\p{L}\p{N}]/u.test(piece) && !/[\n\r]/u.test(text.slice(last.end, start))) {
    spans[spans.length - 1] = { start: last.start, end }
    return
  }
  spans.push({ start, end })
}

function isBlank(text: string, index: number): boolean {
  return /\s/u.test(text.charAt(index))
}

/** The index of the mark that closes the pair opened at `open`, if it comes soon enough on the same line; else -1. */
function endOfPair(text: string, open: number): number {
  const opener = text.charAt(open)
  const closer = CLOSER_OF[opener]
  const limit = Math.min(text.length, open + LONGEST_WHOLE_QUOTATION + 2)
  let depth = 0
  for (let index = open; index < limit; index += 1) {
    const char = text.charAt(index)
    if (char === '\n') return -1
    if (char === opener) depth += 1
    else if (char === closer) {
      depth -= 1
      if (depth === 0) return index
    }
  }
  return -1
}

/** Whether a sentence ends with the quotation that was just closed:「他说：“就这样。”」. */
function endsAfterPair(text: string, open: number, closing: number): boolean {
  const opener = text.charAt(open)
  if (opener === '《' || opener === '(' || opener === '（') return false
  const inside = text.charAt(closing - 1)
  if (closing - 1 <= open || !TERMINATORS.has(inside) || inside === '；' || inside === ';') return false
  const rest = text.slice(closing + 1, closing + 16)
  if (CONTINUES.test(rest.charAt(0)) || TERMINATORS.has(rest.charAt(0)) || CLOSERS.has(rest.charAt(0))) return false
  if (SPEAKER_FOLLOWS.test(rest)) return false
  return inside === '。' || !/^[的地得和与或等这]/u.test(rest)
}

function takeClosers(text: string, from: number): number {
  let end = from
  while (end < text.length && CLOSERS.has(text.charAt(end))) end += 1
  return end
}

function endsSentence(text: string, index: number): boolean {
  const char = text.charAt(index)
  if (TERMINATORS.has(char)) {
    return !(char === ';' || char === '!' || char === '?') || !/[\w]/u.test(text.charAt(index + 1))
  }
  if (char !== '.') return false
  const next = text.charAt(index + 1)
  if (next !== '' && !/\s/u.test(next)) return false
  const before = text.slice(Math.max(0, index - 12), index)
  if (/(?:^|[。！？；!?;\n]\s*)\d{1,3}$/u.test(before)) return false
  return /[\p{L}\p{N})）"”']$/u.test(before) && !ABBREVIATION.test(before)
}
