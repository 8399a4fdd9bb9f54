/** The whole of what an answer may contain. Whatever else looks like markup is text. */
export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'strong' | 'em'; readonly children: readonly Inline[] }
  | { readonly type: 'citations'; readonly indices: readonly number[] }

export type Block =
  | { readonly type: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly type: 'list'; readonly ordered: boolean; readonly start: number; readonly items: readonly Inline[][] }

/** Citations that belong right before the character at `at`. */
export interface CitationMark {
  readonly at: number
  readonly indices: readonly number[]
}

/** One block with the place in the source where it begins. */
export interface PlacedBlock {
  readonly block: Block
  readonly start: number
}

interface Line {
  readonly text: string
  readonly start: number
}

const BULLET = /^\s{0,3}[-*•]\s+/
const NUMBER = /^\s{0,3}(\d{1,3})[.)、]\s*/
const HEADING = /^\s{0,3}#{1,6}\s+/

/**
 * Parses `source` from `from` on (a place where a block begins). Never fails; every visible character of the source
 * stays visible. With `open`, the source is still growing and an emphasis that has no end yet shows without its marks.
 */
export function parseMarkdown(source: string, marks: readonly CitationMark[], open: boolean, from = 0): PlacedBlock[] {
  const blocks: PlacedBlock[] = []
  const lines = linesOf(source, from)
  for (let index = 0; index < lines.length; ) {
    const first = lines[index]
    if (first === undefined) break
    if (first.text.trim() === '') {
      index++
      continue
    }
    const kind = kindOf(first.text)
    let end = index + 1
    if (kind !== 'heading') {
      while (end < lines.length) {
        const next = lines[end]
        if (next === undefined || next.text.trim() === '' || kindOf(next.text) !== kind) break
        end++
      }
    }
    const group = lines.slice(index, end)
    blocks.push({ block: blockOf(kind, group, source, marks, open), start: first.start })
    index = end
  }
  return blocks
}

type Kind = 'paragraph' | 'bullets' | 'numbers' | 'heading'

function kindOf(line: string): Kind {
  if (BULLET.test(line)) return 'bullets'
  if (NUMBER.test(line) && !/^\s*\d+\.\d/.test(line)) return 'numbers'
  return HEADING.test(line) ? 'heading' : 'paragraph'
}

function blockOf(
  kind: Kind,
  lines: readonly Line[],
  source: string,
  marks: readonly CitationMark[],
  open: boolean,
): Block {
  const inlinesOf = (line: Line, skip: number, until: number): Inline[] =>
    parseInline(source.slice(0, until), line.start + skip, marks, open && until === source.length)
  const last = lines[lines.length - 1]
  const first = lines[0]
  if (first === undefined || last === undefined) return { type: 'paragraph', children: [] }
  if (kind === 'paragraph') {
    return { type: 'paragraph', children: inlinesOf(first, 0, last.start + last.text.length) }
  }
  if (kind === 'heading') {
    const skip = HEADING.exec(first.text)?.[0].length ?? 0
    return {
      type: 'paragraph',
      children: [{ type: 'strong', children: inlinesOf(first, skip, first.start + first.text.length) }],
    }
  }
  const pattern = kind === 'bullets' ? BULLET : NUMBER
  const items = lines.map((line) =>
    inlinesOf(line, pattern.exec(line.text)?.[0].length ?? 0, line.start + line.text.length),
  )
  const start = kind === 'numbers' ? Number(NUMBER.exec(first.text)?.[1] ?? 1) : 1
  return { type: 'list', ordered: kind === 'numbers', start, items }
}

function linesOf(source: string, from: number): Line[] {
  const lines: Line[] = []
  for (let start = from; start <= source.length; ) {
    const found = source.indexOf('\n', start)
    const end = found === -1 ? source.length : found
    lines.push({ text: source.slice(start, end), start })
    start = end + 1
  }
  return lines
}

/** Emphasis by matching pairs on one block; a mark without a partner is text. */
function parseInline(source: string, from: number, marks: readonly CitationMark[], open: boolean): Inline[] {
  const out: Inline[] = []
  const pending = marks.filter((mark) => mark.at >= from && mark.at <= source.length)
  let nextMark = 0
  let text = ''
  let at = from
  const flush = (): void => {
    if (text !== '') out.push({ type: 'text', text })
    text = ''
  }
  const placeMarks = (until: number): void => {
    for (let mark = pending[nextMark]; mark !== undefined && mark.at <= until; mark = pending[++nextMark]) {
      flush()
      out.push({ type: 'citations', indices: mark.indices })
    }
  }
  while (at < source.length) {
    placeMarks(at)
    const width = source.startsWith('**', at) ? 2 : source[at] === '*' ? 1 : 0
    if (width === 0) {
      text += source[at]
      at++
      continue
    }
    const fence = '*'.repeat(width)
    const close = isTimes(source, at) ? -1 : closingMark(source, at + width, fence)
    if (close === -1) {
      if (!(open && width === 2)) text += fence
      at += width
      continue
    }
    flush()
    const inner = pending.filter((mark) => mark.at > at && mark.at < close)
    nextMark += inner.length
    out.push({
      type: width === 2 ? 'strong' : 'em',
      children: parseInline(source.slice(0, close), at + width, inner, false),
    })
    at = close + width
  }
  placeMarks(source.length)
  flush()
  return out
}

/** A star between two letters or digits, as in 3*4, is no mark of emphasis. */
function isTimes(source: string, at: number): boolean {
  return /[0-9A-Za-z]/.test(source[at - 1] ?? '') && /[0-9A-Za-z]/.test(source[at + 1] ?? '')
}

/** Where the pair of an emphasis mark is; -1 where there is none, or where it would hold nothing or begin with a space. */
function closingMark(source: string, from: number, fence: string): number {
  if (from >= source.length || /\s/.test(source[from] ?? ' ')) return -1
  for (let at = source.indexOf(fence, from); at !== -1; at = source.indexOf(fence, at + 1)) {
    if (fence === '*' && (source[at + 1] === '*' || source[at - 1] === '*' || isTimes(source, at))) continue
    if (at > from && !/\s/.test(source[at - 1] ?? ' ')) return at
  }
  return -1
}
