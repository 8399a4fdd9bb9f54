import type { Citation } from '../../server/protocol/citation.ts'
import { h } from '../parts/dom.ts'
import type { MoreTexts } from '../translations/zh-cn-more.ts'

/** What the sheet shows of a stored document. */
export interface CitedDocument {
  readonly title: string
  readonly text: string
  readonly source: string
  readonly issuedBy: string
}

/** A span of a text, in UTF-16 code units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Loads a document that an answer cites; null where it cannot be had. `address` ends in a slash. */
export async function loadDocument(address: string, id: string): Promise<CitedDocument | null> {
  try {
    // The parts of an id are the folders of a path.
    const path = id.split('/').map(encodeURIComponent).join('/')
    const response = await fetch(`${address}v1/documents/${path}`)
    const body: unknown = response.ok ? await response.json() : null
    if (typeof body !== 'object' || body === null || !('text' in body) || typeof body.text !== 'string') return null
    const word = (name: 'title' | 'source' | 'issuedBy'): string => {
      const value = (body as Record<string, unknown>)[name]
      return typeof value === 'string' ? value : ''
    }
    return { title: word('title'), text: body.text, source: word('source'), issuedBy: word('issuedBy') }
  } catch {
    return null
  }
}

/**
 * Where a citation's words stand in a text: at the place that it names while they are there, else at the nearest
 * place that has the same words; null where the text no longer has them.
 */
export function findQuote(text: string, cited: Pick<Citation, 'quote' | 'start' | 'end'>): Span | null {
  const { quote, start, end } = cited
  if (quote === '') return null
  if (text.slice(start, end) === quote) return { start, end }
  let best = -1
  for (let at = text.indexOf(quote); at !== -1; at = text.indexOf(quote, at + 1)) {
    if (best === -1 || Math.abs(at - start) < Math.abs(best - start)) best = at
  }
  return best === -1 ? null : { start: best, end: best + quote.length }
}

/** The document as plain text with the cited words marked; without them, the words alone and why. */
export function drawDocument(
  document: CitedDocument | null,
  citation: Citation,
  texts: MoreTexts,
): { content: HTMLElement[]; mark: HTMLElement | null } {
  const span = document === null ? null : findQuote(document.text, citation)
  if (document === null || span === null) {
    const note = document === null ? texts.noDocument : texts.documentChanged
    return {
      content: [h('p', { class: 'hint' }, note), h('blockquote', { class: 'whole' }, h('mark', {}, citation.quote))],
      mark: null,
    }
  }
  const lines: HTMLElement[] = []
  let mark: HTMLElement | null = null
  for (let start = 0; start <= document.text.length; ) {
    const found = document.text.indexOf('\n', start)
    const end = found === -1 ? document.text.length : found
    const line = drawLine(document.text, start, end, span)
    if (line !== null) lines.push(line)
    mark ??= line?.querySelector('mark') ?? null
    start = end + 1
  }
  const from = [document.issuedBy, document.source].filter((words) => words !== '').join(' · ')
  return {
    content: [
      h('h3', {}, document.title || citation.title),
      ...(from === '' ? [] : [h('p', { class: 'hint' }, `${texts.storySource}：${from}`)]),
      h('div', { class: 'whole' }, ...lines),
    ],
    mark,
  }
}

/** One line of a text; an empty one is left out, and the number signs of a heading become a heading's look. */
function drawLine(text: string, start: number, end: number, span: Span): HTMLElement | null {
  const line = text.slice(start, end)
  if (line.trim() === '') return null
  const signs = /^#{1,6}\s+/.exec(line)?.[0].length ?? 0
  const from = Math.max(start, span.start)
  const to = Math.min(end, span.end)
  const element = h('p', { class: signs > 0 ? 'heading' : '' })
  if (from >= to) {
    element.append(line.slice(signs))
    return element
  }
  // A mark that begins with the heading's signs keeps them: the words must be the exact ones.
  element.append(text.slice(from === start ? start : start + signs, from))
  element.append(h('mark', {}, text.slice(from, to)), text.slice(to, end))
  return element
}
