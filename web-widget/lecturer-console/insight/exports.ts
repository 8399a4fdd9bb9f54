import { h } from '../../parts/dom.ts'
import type { InsightTexts } from './texts.ts'

const KINDS = ['turns', 'corrections', 'unanswered', 'figures'] as const
const FORMATS = [
  ['csv', 'CSV'],
  ['xlsx', 'Excel'],
] as const

/** Files to download; `address` gives where each is. */
export function drawExports(texts: InsightTexts, address: (what: string, format: string) => string): HTMLElement {
  const rows = KINDS.map((kind) => {
    const name = texts.exports[kind]
    const links = FORMATS.map(([format, label]) =>
      h(
        'a',
        {
          class: 'button quiet',
          href: address(kind, format),
          download: true,
        },
        h('span', { class: 'unseen' }, `${texts.download(name)} `),
        label,
      ),
    )
    return h('li', { class: 'export' }, h('span', {}, name), h('span', { class: 'row' }, ...links))
  })
  return h(
    'section',
    { class: 'card stack' },
    h('div', {}, h('h2', {}, texts.export), h('p', { class: 'hint' }, texts.exportNote)),
    h('ul', { class: 'exports' }, ...rows),
  )
}
