import { findQuote } from '../../lecturer-chat/cited-document.ts'
import { h } from '../../parts/dom.ts'
import { openDialog } from './dialog.ts'

/** A document as answers cite it: its stored text with the hash that names this state of it. */
export interface SourceDocument {
  readonly id: string
  readonly hash: string
  readonly title: string
  readonly text: string
}

/** Loads a document by its id; null where it is not there any more or cannot be read. */
export async function loadSource(id: string): Promise<SourceDocument | null> {
  try {
    // The parts of an id are the folders of a path.
    const response = await fetch(`/v1/documents/${id.split('/').map(encodeURIComponent).join('/')}`)
    if (!response.ok) return null
    const body = (await response.json()) as Partial<Record<keyof SourceDocument, unknown>>
    const word = (name: keyof SourceDocument): string => (typeof body[name] === 'string' ? body[name] : '')
    return { id, hash: word('hash'), title: word('title'), text: word('text') }
  } catch {
    return null
  }
}

export interface SourceSheetTexts {
  readonly original: string
  readonly gone: string
  readonly close: string
}

interface Cited {
  readonly documentId: string
  readonly title: string
  readonly quote: string
  readonly start: number
  readonly end: number
}

/** Opens the whole document with the cited words marked and in sight. */
export async function openSource(cited: Cited, texts: SourceSheetTexts): Promise<void> {
  const document = await loadSource(cited.documentId)
  const span = document === null ? null : findQuote(document.text, cited)
  const mark = h('mark', {}, cited.quote)
  const content =
    document === null || span === null
      ? [h('p', { class: 'hint' }, texts.gone), h('blockquote', { class: 'whole-text' }, mark)]
      : [h('div', { class: 'whole-text' }, document.text.slice(0, span.start), mark, document.text.slice(span.end))]
  openDialog({ title: document?.title || cited.title || texts.original, closeLabel: texts.close, content })
  mark.scrollIntoView({ block: 'center' })
}
