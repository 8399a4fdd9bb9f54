import type { DocumentDetail } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import type { DocumentTexts } from './document-texts.ts'

/** A piece of a text: a passage by its number, or what stands between passages. */
export interface TextPiece {
  readonly text: string
  /** Where in the list of passages; undefined between them. */
  readonly passage?: number
}

/** Cuts a text where its passages begin and end. Together the pieces are the text; where two passages share words, these belong to the first. */
export function cutText(text: string, passages: DocumentDetail['passages']): TextPiece[] {
  const pieces: TextPiece[] = []
  let at = 0
  const ordered = passages
    .map((passage, index) => ({ ...passage, index }))
    .sort((one, other) => one.start - other.start)
  for (const { start, end, index } of ordered) {
    if (start > at) pieces.push({ text: text.slice(at, start) })
    const from = Math.max(at, start)
    if (end > from) pieces.push({ text: text.slice(from, end), passage: index })
    at = Math.max(at, end)
  }
  if (at < text.length) pieces.push({ text: text.slice(at) })
  return pieces
}

/** The text with its passages; one of them is in the order of the tab key, the arrow keys walk from there. */
export function passageText(text: string, passages: DocumentDetail['passages'], texts: DocumentTexts): HTMLElement {
  const element = h('div', { class: 'passage-text' })
  const places: HTMLElement[] = []
  for (const { text: words, passage } of cutText(text, passages)) {
    if (passage === undefined) {
      for (const line of words.split('\n').filter((one) => one.trim() !== '')) element.append(between(line))
      continue
    }
    const place = h(
      'div',
      {
        class: 'passage-piece',
        role: 'group',
        tabindex: places.length === 0 ? 0 : -1,
        'aria-label': texts.passageName(passage + 1, passages.length, words.trim().length),
      },
      h('span', { class: 'passage-number', 'aria-hidden': 'true' }, String(passage + 1)),
      h('div', { class: 'passage-words' }, words.trim()),
    )
    places.push(place)
    element.append(place)
  }
  element.addEventListener('keydown', (event) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const here = places.indexOf(document.activeElement as HTMLElement)
    const next = places[here + step]
    if (step === 0 || here < 0 || next === undefined) return
    event.preventDefault()
    places[here]?.setAttribute('tabindex', '-1')
    next.setAttribute('tabindex', '0')
    next.focus()
  })
  return element
}

/** Headings stand between passages; their signs are for machines. */
function between(line: string): HTMLElement {
  const heading = /^(#{1,6})\s+(.*)$/.exec(line.trim())
  return heading === null
    ? h('p', { class: 'between' }, line.trim())
    : h('p', { class: 'between between-heading' }, heading[2] ?? '')
}
