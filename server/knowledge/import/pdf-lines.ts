/** A piece of text as a PDF page places it; coordinates from the lower left, in points. */
export interface PdfItem {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly size: number
}

export interface PdfPage {
  readonly bottom: number
  readonly top: number
  readonly items: readonly PdfItem[]
}

/** One line of a page. */
export interface PdfLine {
  readonly text: string
  readonly x: number
  readonly right: number
  readonly y: number
  readonly size: number
}

/** A gap this many letters wide parts the cells of a table. */
const CELL_GAP = 2.5
/** Ideographs that are justified stand a little apart; a blank between them is wider than that. */
const BLANK = { words: 0.2, ideographs: 0.25, ideographsWithBlank: 0.15 }
const IDEOGRAPHIC = /[\u2E80-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF\u3000-\u303F“”‘’…—·]/

/** The lines of a page in the order of its content: pieces at one height, one after the other. */
export function linesOfPage({ items }: PdfPage): PdfLine[] {
  const lines: PdfLine[] = []
  let pieces: PdfItem[] = []
  const end = () => {
    const line = lineOf(pieces)
    if (line !== undefined) lines.push(line)
    pieces = []
  }
  for (const item of items) {
    const last = pieces.at(-1)
    if (last !== undefined && !onOneLine(last, item)) end()
    pieces.push(item)
  }
  end()
  return lines
}

function onOneLine(last: PdfItem, next: PdfItem): boolean {
  const size = Math.max(last.size, next.size)
  return Math.abs(last.y - next.y) <= 0.5 * size && next.x >= last.x - size
}

function lineOf(pieces: readonly PdfItem[]): PdfLine | undefined {
  const inked = pieces.filter(({ text }) => text.trim() !== '')
  const [first] = inked
  const last = inked.at(-1)
  if (first === undefined || last === undefined) return undefined
  let text = ''
  let right = first.x
  let blank = false
  for (const piece of pieces) {
    if (piece.text.trim() === '') {
      blank = true
      continue
    }
    const gap = (piece.x - right) / piece.size
    if (text !== '') text += between(gap, blank, needsBlank(text, piece.text)) + piece.text
    else text = piece.text
    right = piece.x + piece.width
    blank = false
  }
  const sizes = inked.map(({ size }) => size)
  return { text: text.trim(), x: first.x, right, y: first.y, size: Math.max(...sizes) }
}

function between(gap: number, blank: boolean, words: boolean): string {
  if (gap > CELL_GAP) return ' | '
  const least = words ? BLANK.words : blank ? BLANK.ideographsWithBlank : BLANK.ideographs
  return gap > least ? ' ' : ''
}

/** Between Latin words; beside an ideograph a gap is only its shape. */
export function needsBlank(before: string, after: string): boolean {
  return !IDEOGRAPHIC.test(before.at(-1) ?? '') && !IDEOGRAPHIC.test(after[0] ?? '')
}

/** The share of a page's height at its top and at its foot where headers, footers and numbers stand. */
const EDGE = 0.12
const LONGEST_RUNNING = 30
const PAGE_NUMBER =
  /^[-—–~·|\s]*(?:第|page)?\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,5})\s*页?(?:\s*[/／|,，]?\s*(?:共|of)?\s*\d{1,4}\s*页?)?[-—–~·|\s]*$/i

/** The pages without what repeats at their edges and without their numbers. */
export function withoutEdges(pages: readonly (PdfPage & { readonly lines: readonly PdfLine[] })[]): PdfLine[][] {
  const edges = pages.map((page) => edgeOf(page))
  const counts = new Map<string, number>()
  for (const edge of edges) for (const key of new Set(edge.values())) counts.set(key, (counts.get(key) ?? 0) + 1)
  const often = Math.max(2, Math.ceil(pages.length * 0.4))
  return pages.map(({ lines }, index) =>
    lines.filter((line) => {
      const key = edges[index]?.get(line)
      return key === undefined || ((counts.get(key) ?? 0) < often && !PAGE_NUMBER.test(line.text))
    }),
  )
}

function edgeOf({ bottom, top, lines }: PdfPage & { readonly lines: readonly PdfLine[] }): Map<PdfLine, string> {
  const edge = (top - bottom) * EDGE
  const found = new Map<PdfLine, string>()
  for (const line of lines) {
    const where = line.y > top - edge ? 'top' : line.y < bottom + edge ? 'foot' : undefined
    if (where === undefined) continue
    const text = line.text.replace(/\s/g, '')
    // Numbers change from page to page in short lines only; long ones that are alike but for a number are text.
    const key = text.length > LONGEST_RUNNING ? text : text.replace(/\d+/g, '0')
    found.set(line, `${where} ${Math.round(line.y / 4)} ${key}`)
  }
  return found
}
