import type { UploadLine } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import type { ConsoleLanguage } from '../view.ts'
import { documentAddress } from './document-card.ts'
import { duplicateList } from './duplicates.ts'
import { type KnowledgeTexts, plainNumber } from './knowledge-texts.ts'

type Taken = Extract<UploadLine, { type: 'taken' }>

export interface UploadRow {
  readonly element: HTMLElement
  working(what: string): void
  taken(line: Taken): void
  refused(why: string): void
  stopped(): void
  /** An archive whose files have rows of their own. */
  done(): void
}

/** One file of an upload and what became of it. */
export function createUploadRow(name: string, texts: KnowledgeTexts, language: ConsoleLanguage): UploadRow {
  const state = h('div', { class: 'upload-state' }, texts.waiting)
  const sign = h('span', { class: 'upload-sign', 'aria-hidden': 'true' }, '…')
  const element = h(
    'li',
    { class: 'upload-row' },
    sign,
    h('div', { class: 'upload-main' }, h('p', { class: 'upload-name' }, name), state),
  )
  const show = (kind: string, mark: string, ...content: readonly (Node | string)[]) => {
    element.dataset.state = kind
    sign.textContent = mark
    state.replaceChildren(...content)
  }
  return {
    element,
    working: (what) => show('working', '…', h('p', {}, what), h('progress', { 'aria-label': `${name} ${what}` })),
    taken: ({ documentId, characters, passages, duplicates }) =>
      show(
        'taken',
        '✓',
        h(
          'p',
          {},
          `${texts.taken(plainNumber(characters, language), passages)} `,
          h('a', { class: 'upload-link', href: documentAddress(documentId) }, texts.look),
        ),
        ...duplicateList(duplicates, texts),
      ),
    refused: (why) => show('refused', '✕', h('p', {}, h('b', {}, texts.refused), ` ${why}`)),
    stopped: () => show('refused', '✕', texts.stopped),
    done: () => show('taken', '✓'),
  }
}
