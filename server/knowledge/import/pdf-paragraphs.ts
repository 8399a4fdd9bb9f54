import { needsBlank, type PdfLine } from './pdf-lines.ts'

/** What begins a line begins a paragraph: articles, chapters, items of a list. */
const STARTS =
  /^(?:第[零〇一二三四五六七八九十百千\d]+[编篇章节条]|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十]+、|\d{1,2}[.、．)）](?!\d)|[①-⑳•●○■◆▪·][^·]|[-–—]\s)/
const ENDS = /[。！？；：.!?;:”"」』）)…]$/
const HEADING_SIZE = 1.18
const LONGEST_HEADING = 60

interface Layout {
  /** Of the text's own lines: the commonest size and left edge, where full lines end, from line to line. */
  readonly size: number
  readonly left: number
  readonly right: number
  readonly leading: number
}

/** Joins lines into paragraphs, over page ends too; larger type becomes a heading. */
export function paragraphsOf(pages: readonly (readonly PdfLine[])[]): string {
  const layout = layoutOf(pages)
  const paragraphs: { text: string; heading: number }[] = []
  let last: { line: PdfLine; page: number } | undefined
  pages.forEach((lines, page) => {
    for (const line of lines) {
      const heading = headingLevel(line, layout)
      const open = paragraphs.at(-1)
      const before = last
      last = { line, page }
      if (open !== undefined && before !== undefined && open.heading === heading) {
        const samePage = before.page === page
        if (heading === 0 ? continues(before.line, line, samePage, layout) : samePage && close(before.line, line)) {
          open.text = join(open.text, line.text)
          continue
        }
      }
      paragraphs.push({ text: line.text, heading })
    }
  })
  return paragraphs.map(({ text, heading }) => (heading > 0 ? `${'#'.repeat(heading)} ${text}` : text)).join('\n\n')
}

function layoutOf(pages: readonly (readonly PdfLine[])[]): Layout {
  const lines = pages.flat()
  const size = commonest(lines.flatMap((line) => Array<number>(line.text.length).fill(Math.round(line.size * 2) / 2)))
  const body = lines.filter((line) => Math.abs(line.size - size) <= 0.1 * size)
  const rights = body.map(({ right }) => right).sort((one, other) => one - other)
  const leadings = pages.flatMap((page) =>
    page.flatMap((line, index) => {
      const next = page[index + 1]
      const step = next === undefined ? 0 : line.y - next.y
      return step > 0 && step < 4 * size ? [Math.round(step * 2) / 2] : []
    }),
  )
  return {
    size,
    left: commonest(body.filter(({ text }) => !STARTS.test(text)).map(({ x }) => Math.round(x))),
    right: rights[Math.floor(rights.length * 0.9)] ?? 0,
    leading: commonest(leadings) || 1.6 * size,
  }
}

function headingLevel({ text, size }: PdfLine, layout: Layout): number {
  if (size < HEADING_SIZE * layout.size || [...text].length > LONGEST_HEADING) return 0
  return size > 1.7 * layout.size ? 1 : 2
}

function close(above: PdfLine, line: PdfLine): boolean {
  return above.y - line.y > 0 && above.y - line.y < 2 * line.size && Math.abs(above.size - line.size) < 0.1 * line.size
}

function continues(above: PdfLine, line: PdfLine, samePage: boolean, layout: Layout): boolean {
  if (STARTS.test(line.text) || above.text.includes(' | ') || line.text.includes(' | ')) return false
  if (samePage && above.y - line.y > 1.45 * layout.leading) return false
  const short = layout.right - above.right
  if (short > 1.6 * layout.size && ENDS.test(above.text)) return false
  if (short > 0.25 * (layout.right - layout.left)) return false
  // The first line of a Chinese paragraph is set in by two letters.
  const indented = line.x > layout.left + 1.2 * layout.size
  return !indented || Math.abs(line.x - above.x) < 0.5 * layout.size
}

function join(text: string, next: string): string {
  if (/[A-Za-z]-$/.test(text) && /^[a-z]/.test(next)) return text.slice(0, -1) + next
  return needsBlank(text, next) ? `${text} ${next}` : text + next
}

function commonest(values: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  let best = 0
  let most = 0
  for (const [value, count] of counts) {
    if (count > most || (count === most && value < best)) [best, most] = [value, count]
  }
  return best
}
