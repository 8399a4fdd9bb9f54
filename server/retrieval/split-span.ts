/** A piece of a text in UTF-16 code units, the end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Where a long text may be cut, best first: after a line, a sentence, a clause of a list, a clause. Closing marks
 * stay with their sentence.
 */
const CUTS = [/\n+/g, /[。！？!?…]+[”’」』）)】》]*/g, /[；;][”’」』）)】》]*/g, /[，,、：:][”’」』）)】》]*/g]

/** The span without the blanks at its ends. */
export function trimSpan(text: string, span: Span): Span {
  let { start, end } = span
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return { start, end }
}

/**
 * Cuts a span into pieces of at most `limit` code units and of about the same length, between sentences wherever
 * that is possible; a sentence that is too long itself is cut at ；, then at ，, and only then anywhere (never inside
 * a surrogate pair). LangChain's recursive splitter does not serve here: it puts the full stop at the head of the
 * next piece, trims, and loses the offsets.
 */
export function cutLongSpan(text: string, span: Span, limit: number): Span[] {
  const whole = trimSpan(text, span)
  const pieces = splitSmall(text, whole, limit, 0)
  const goal = (whole.end - whole.start) / Math.ceil((whole.end - whole.start) / limit)
  const joined: Span[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    const grown = last === undefined ? 0 : piece.end - last.start
    // A piece joins while that brings the sum nearer to the common length than leaving it out would.
    if (last !== undefined && grown <= limit && grown - goal <= goal - (last.end - last.start)) {
      joined[joined.length - 1] = { start: last.start, end: piece.end }
    } else joined.push(piece)
  }
  return joined.map((piece) => trimSpan(text, piece)).filter((piece) => piece.end > piece.start)
}

function splitSmall(text: string, span: Span, limit: number, rank: number): Span[] {
  if (span.end - span.start <= limit && rank > 1) return [span]
  const cut = CUTS[rank]
  if (cut === undefined) return splitAnywhere(text, span, limit)
  const pieces: Span[] = []
  let start = span.start
  for (const match of text.slice(span.start, span.end).matchAll(cut)) {
    const end = span.start + match.index + match[0].length
    pieces.push({ start, end })
    start = end
  }
  if (start < span.end) pieces.push({ start, end: span.end })
  return pieces.flatMap((piece) => splitSmall(text, piece, limit, rank + 1))
}

function splitAnywhere(text: string, span: Span, limit: number): Span[] {
  const pieces: Span[] = []
  let start = span.start
  while (start < span.end) {
    let end = Math.min(start + Math.max(2, limit), span.end)
    const last = text.charCodeAt(end - 1)
    if (end < span.end && last >= 0xd800 && last <= 0xdbff) end--
    pieces.push({ start, end })
    start = end
  }
  return pieces
}

function isBlank(code: number): boolean {
  return code <= 0x20 || code === 0xa0 || code === 0x3000 || code === 0xfeff || (code >= 0x2000 && code <= 0x200b)
}
