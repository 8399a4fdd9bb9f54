import type { CorrectionSource } from '../../../server/protocol/console-correction.ts'
import { h } from '../../parts/dom.ts'
import { field, select } from '../parts/fields.ts'
import { dayKey } from '../parts/format.ts'
import { loadSource, type SourceDocument } from '../parts/source-document.ts'
import type { CorrectionTexts } from './texts.ts'

/** A document that may be chosen, with the words that the answer cited of it. */
export interface SourceOffer {
  readonly documentId: string
  readonly title: string
  readonly quote?: string
}

export interface SourceChooser {
  readonly element: HTMLElement
  read(): CorrectionSource
}

let counter = 0

/**
 * What the words rest on: the lecturer, on a day, or a span of a document, chosen by tapping its sentences or by
 * selecting its text.
 */
export function createSourceChooser(
  start: CorrectionSource,
  offers: readonly SourceOffer[],
  texts: CorrectionTexts,
  onChange: () => void,
): SourceChooser {
  counter += 1
  const name = `source-${counter}`
  const own = start.kind === 'own-words' ? start : { saidOn: dayKey(), note: '' }
  let span = start.kind === 'document' ? start : null
  let document: SourceDocument | null = null
  let visit = 0

  const known = [...offers]
  if (span !== null && !known.some(({ documentId }) => documentId === span?.documentId))
    known.unshift({ documentId: span.documentId, title: span.documentId, quote: span.quote })

  const radio = (value: CorrectionSource['kind'], label: string) => {
    const input = h('input', {
      type: 'radio',
      name,
      value,
      checked: value === start.kind,
      onchange: () => {
        draw()
        onChange()
      },
    })
    return { input, element: h('label', { class: 'check' }, input, label) }
  }
  const byOwn = radio('own-words', texts.ownWords)
  const byDocument = radio('document', texts.fromDocument)
  const saidOn = field(h('input', { type: 'date', value: own.saidOn, max: dayKey(), oninput: onChange }), {
    label: texts.saidOn,
  })
  const note = field(
    h('input', { type: 'text', maxlength: 300, value: own.note ?? '', oninput: onChange, autocomplete: 'off' }),
    { label: texts.saidNote, hint: texts.saidNoteHint },
  )
  const choice = field(
    select(
      [['', texts.chooseDocument], ...known.map(({ documentId, title }) => [documentId, title] as const)],
      span?.documentId ?? known.find(({ quote }) => quote !== undefined)?.documentId ?? '',
      () => void showDocument(),
    ),
    { label: texts.document },
  )
  const reader = h('div', {
    class: 'reader',
    role: 'group',
    'aria-label': texts.chooseSpan,
    onmouseup: () => takeSelection(),
    ontouchend: () => setTimeout(takeSelection, 0),
  })
  const chosen = h('p', { class: 'chosen-span', role: 'status' })
  const ownPart = h('div', { class: 'stack' }, saidOn.element, note.element)
  const documentPart = h(
    'div',
    { class: 'stack' },
    choice.element,
    h('p', { class: 'hint' }, texts.chooseSpan),
    reader,
    chosen,
  )
  const element = h(
    'fieldset',
    { class: 'field group' },
    h('legend', {}, texts.source),
    byOwn.element,
    ownPart,
    known.length > 0 && byDocument.element,
    documentPart,
  )

  function draw(): void {
    ownPart.hidden = !byOwn.input.checked
    documentPart.hidden = byOwn.input.checked
    if (!documentPart.hidden && document === null) void showDocument()
  }

  async function showDocument(): Promise<void> {
    visit += 1
    const mine = visit
    const id = choice.control.value
    document = null
    reader.textContent = ''
    if (id === '') return drawSpan()
    reader.append(h('p', { class: 'hint' }, texts.loading))
    const loaded = await loadSource(id)
    if (mine !== visit) return
    document = loaded
    reader.textContent = ''
    if (loaded === null) {
      reader.append(h('p', { class: 'hint' }, texts.documentGone))
      return drawSpan()
    }
    for (const { start: from, end, text } of sentencesIn(loaded.text)) {
      if (text.trim() === '') {
        reader.append(text)
        continue
      }
      reader.append(
        h(
          'span',
          {
            class: 'pick',
            role: 'checkbox',
            tabindex: 0,
            'aria-checked': 'false',
            'data-start': from,
            'data-end': end,
            onclick: () => {
              if (selected() === null) toggle(from, end)
            },
            onkeydown: (event: KeyboardEvent) => {
              if (event.key !== 'Enter' && event.key !== ' ') return
              event.preventDefault()
              toggle(from, end)
            },
          },
          text,
        ),
      )
    }
    if (span?.documentId !== id) {
      span = null
      const quote = known.find(({ documentId }) => documentId === id)?.quote
      const at = quote === undefined ? -1 : loaded.text.indexOf(quote)
      if (quote !== undefined && at !== -1) take(at, at + quote.length)
    }
    drawSpan()
    const first = reader.querySelector<HTMLElement>('[aria-checked="true"]')
    if (first !== null) reader.scrollTop = first.offsetTop - reader.offsetTop - 48
  }

  /** A tap on a sentence chooses it; on one beside the span, extends it; inside the span, begins anew. */
  function toggle(from: number, end: number): void {
    if (span !== null && span.start === from && span.end === trimmedEnd(from, end)) span = null
    else if (span !== null && (end <= span.start || from >= span.end))
      take(Math.min(from, span.start), Math.max(end, span.end))
    else take(from, end)
    drawSpan()
    onChange()
  }

  function take(from: number, end: number): void {
    if (document === null) return
    const to = trimmedEnd(from, end)
    const first = from + (document.text.slice(from, to).length - document.text.slice(from, to).trimStart().length)
    const quote = document.text.slice(first, to)
    if (quote === '' || quote.length > 4000) return
    span = { kind: 'document', documentId: document.id, documentHash: document.hash, start: first, end: to, quote }
  }

  function trimmedEnd(from: number, end: number): number {
    return from + (document?.text.slice(from, end).trimEnd().length ?? end - from)
  }

  /** What is selected with the mouse or by a long press, as a span of the document. */
  function selected(): { from: number; end: number } | null {
    const selection = getSelection()
    if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return null
    const range = selection.getRangeAt(0)
    if (!reader.contains(range.commonAncestorContainer)) return null
    const at = (node: Node, offset: number) => {
      const before = globalThis.document.createRange()
      before.selectNodeContents(reader)
      before.setEnd(node, offset)
      return before.toString().length
    }
    return { from: at(range.startContainer, range.startOffset), end: at(range.endContainer, range.endOffset) }
  }

  function takeSelection(): void {
    const found = selected()
    if (found === null) return
    take(found.from, found.end)
    drawSpan()
    onChange()
  }

  function drawSpan(): void {
    for (const item of reader.querySelectorAll<HTMLElement>('.pick')) {
      const from = Number(item.dataset.start)
      const end = Number(item.dataset.end)
      item.setAttribute('aria-checked', String(span !== null && from < span.end && end > span.start))
    }
    chosen.textContent = span === null ? texts.nothingChosen : texts.chosen(span.quote)
  }

  draw()
  return {
    element,
    read() {
      if (byOwn.input.checked) {
        const words = note.control.value.trim()
        return { kind: 'own-words', saidOn: saidOn.control.value, ...(words === '' ? {} : { note: words }) }
      }
      return (
        span ?? {
          kind: 'document',
          documentId: choice.control.value || '-',
          documentHash: '',
          start: 0,
          end: 1,
          quote: '',
        }
      )
    },
  }
}

/** The sentences and line breaks of a text with their places; together they are the text. */
export function sentencesIn(text: string): { start: number; end: number; text: string }[] {
  const found = text.matchAll(/\n+|[^\n。！？!?；;]*[。！？!?；;]+[”’」』）)]*|[^\n。！？!?；;]+/gu)
  return [...found].map(({ 0: piece, index }) => ({ start: index, end: index + piece.length, text: piece }))
}
