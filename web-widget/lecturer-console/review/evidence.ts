import type { Citation } from '../../../server/protocol/citation.ts'
import type { TurnDetail } from '../../../server/protocol/console-queue.ts'
import { h } from '../../parts/dom.ts'
import { openSource } from '../parts/source-document.ts'
import type { TurnTexts } from './turn-texts.ts'

export interface EvidenceOptions {
  readonly detail: Pick<TurnDetail, 'citations' | 'retrieved'>
  readonly texts: TurnTexts
  readonly onFocus: (citation: number | null) => void
  readonly onPauseDocument: (documentId: string, title: string) => void
}

export interface Evidence {
  readonly element: HTMLElement
  light(citations: readonly number[]): void
  /** Opens the whole text of a citation, by its position. */
  open(index: number): void
  focus(index: number): void
}

/** What the answer rests on: the exact passages with the cited words marked, and what was found beside them. */
export function createEvidence({ detail, texts, onFocus, onPauseDocument }: EvidenceOptions): Evidence {
  const { citations, retrieved } = detail
  const open = (citation: Citation) => void openSource(citation, texts)

  const cards = citations.map((citation, index) => {
    const passage = retrieved.find(
      ({ documentId, text }) => documentId === citation.documentId && text.includes(citation.quote),
    )
    const known = retrieved.find(({ documentId }) => documentId === citation.documentId)
    const changed = known?.changed === true
    return h(
      'li',
      {
        class: 'card evidence-card',
        tabindex: -1,
        onmouseenter: () => onFocus(index),
        onmouseleave: () => onFocus(null),
        onfocusin: () => onFocus(index),
        onfocusout: () => onFocus(null),
      },
      h(
        'div',
        { class: 'evidence-head' },
        h('span', { class: 'number', 'aria-hidden': 'true' }, String(index + 1)),
        h('h3', {}, citation.title),
      ),
      h(
        'div',
        { class: 'chips' },
        h('span', { class: 'chip' }, texts[citation.kind]),
        changed && h('span', { class: 'chip warn' }, texts.changed),
        passage !== undefined && h('span', { class: 'chip' }, texts.match(percent(passage.score))),
      ),
      passage === undefined
        ? h('blockquote', { class: 'passage' }, h('mark', {}, citation.quote))
        : quoted(passage.text, citation.quote),
      h(
        'div',
        { class: 'row' },
        h('button', { type: 'button', class: 'plain', onclick: () => open(citation) }, texts.openSource),
        citation.kind !== 'correction' &&
          h(
            'button',
            {
              type: 'button',
              class: 'plain quiet-link',
              onclick: () => onPauseDocument(citation.documentId, citation.title),
            },
            texts.pauseDocument,
          ),
      ),
    )
  })

  const unused = retrieved.filter(({ cited }) => !cited)
  const element = h(
    'section',
    { class: 'evidence', 'aria-label': texts.evidence },
    h('h2', {}, texts.evidence),
    cards.length === 0 ? h('p', { class: 'hint' }, texts.noEvidence) : h('ol', { class: 'evidence-list' }, ...cards),
    unused.length > 0 &&
      h(
        'details',
        { class: 'fold' },
        h('summary', {}, texts.unused(unused.length)),
        h(
          'ol',
          { class: 'evidence-list' },
          ...unused.map(({ title, score, text, changed }) =>
            h(
              'li',
              { class: 'unused' },
              h('h3', {}, title),
              h(
                'div',
                { class: 'chips' },
                h('span', { class: 'chip' }, texts.match(percent(score))),
                changed && h('span', { class: 'chip warn' }, texts.changed),
              ),
              h('p', { class: 'passage' }, text || texts.passageGone),
            ),
          ),
        ),
      ),
  )

  return {
    element,
    light(lit) {
      for (const [index, card] of cards.entries()) card.classList.toggle('lit', lit.includes(index))
    },
    open(index) {
      const citation = citations[index]
      if (citation !== undefined) open(citation)
    },
    focus(index) {
      const card = cards[index]
      card?.focus()
      card?.scrollIntoView({ block: 'nearest' })
    },
  }
}

/** So much of the passage is shown on each side of the cited words, in UTF-16 code units; 「看原文」 has the rest. */
const AROUND = 70

function quoted(text: string, quote: string): HTMLElement {
  const at = text.indexOf(quote)
  const from = Math.max(0, at - AROUND)
  const end = Math.min(text.length, at + quote.length + AROUND)
  return h(
    'blockquote',
    { class: 'passage' },
    from > 0 ? '…' : '',
    text.slice(from, at).trimStart(),
    h('mark', {}, quote),
    text.slice(at + quote.length, end).trimEnd(),
    end < text.length ? '…' : '',
  )
}

function percent(score: number): number {
  return Math.round(Math.min(1, Math.max(0, score)) * 100)
}
