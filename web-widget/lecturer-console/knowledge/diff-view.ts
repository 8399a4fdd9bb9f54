import type { DocumentDiff } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import type { ConsoleLanguage } from '../view.ts'
import type { DocumentTexts } from './document-texts.ts'
import { plainNumber } from './knowledge-texts.ts'

/** So much of what stayed the same is shown on either side of a change, in characters. */
const AROUND = 60

/**
 * What changed, to look at and to hear: additions and removals bear a sign and a line beside their colour, and words
 * for screen readers. Long pieces that stayed the same are folded.
 */
export function diffView(parts: DocumentDiff, texts: DocumentTexts, language: ConsoleLanguage): HTMLElement {
  if (parts.every(({ kind }) => kind === 'same')) return h('p', { class: 'notice' }, texts.diffSame)
  const changed = parts.map(({ kind, text }, index) => {
    if (kind === 'same') return same(text, index > 0, index < parts.length - 1, texts, language)
    const added = kind === 'added'
    return h(
      added ? 'ins' : 'del',
      {},
      h('span', { class: 'diff-sign', 'aria-hidden': 'true' }, added ? '＋' : '－'),
      h('span', { class: 'unseen' }, added ? texts.added : texts.removed),
      text,
    )
  })
  return h(
    'div',
    { class: 'stack' },
    h('p', { class: 'hint' }, texts.diffLegend),
    h('div', { class: 'diff-text' }, ...changed),
  )
}

function same(
  text: string,
  follows: boolean,
  precedes: boolean,
  texts: DocumentTexts,
  language: ConsoleLanguage,
): HTMLElement {
  const head = follows ? AROUND : 0
  const tail = precedes ? AROUND : 0
  const hidden = text.length - head - tail
  if (hidden < 2 * AROUND) return h('span', {}, text)
  const middle = h('span', {})
  const open = h(
    'button',
    {
      type: 'button',
      class: 'diff-fold',
      onclick: () => {
        middle.tabIndex = -1
        middle.textContent = text.slice(head, text.length - tail)
        open.remove()
        middle.focus()
      },
    },
    texts.unchanged(plainNumber(hidden, language)),
  )
  middle.append(open)
  return h('span', {}, text.slice(0, head), middle, text.slice(text.length - tail))
}
