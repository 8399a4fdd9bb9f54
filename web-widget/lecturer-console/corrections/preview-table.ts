import type { PreviewLine } from '../../../server/protocol/console-correction.ts'
import { h, setText } from '../../parts/dom.ts'
import type { CorrectionTexts } from './texts.ts'
import { areAlike, drawDiff, wordDiff } from './word-diff.ts'

export type PreviewRow = Extract<PreviewLine, { type: 'row' }>

export interface PreviewTable {
  readonly element: HTMLElement
  add(row: PreviewRow): void
}

export interface PreviewTableOptions {
  readonly texts: CorrectionTexts
  readonly shouldNot: (question: string) => void
  readonly should: (question: string) => void
}

/** The most rows of one group that are drawn at first. */
const SHOWN = 30
/** What would break stands first; golden questions that stay as they are need no look and are folded, last. */
const SETS = ['golden', 'same', 'past', 'near'] as const satisfies readonly PreviewRow['set'][]

/** What a correction would change, in groups; each is a table on wide screens and a stack of cards on narrow ones. */
export function createPreviewTable({ texts, shouldNot, should }: PreviewTableOptions): PreviewTable {
  const { columns } = texts
  const groups = new Map<
    PreviewRow['set'],
    { element: HTMLElement; body: HTMLElement; count: HTMLElement; rows: number }
  >()
  const kept = { rows: 0, count: h('summary', {}), list: h('ul', { class: 'plain-list kept-golden' }) }
  const keptGolden = h('details', { class: 'fold', hidden: true }, kept.count, kept.list)
  const table = h('div', { class: 'stack' })
  const element = h('div', { class: 'stack' }, table, keptGolden)

  function groupOf(set: PreviewRow['set']) {
    const known = groups.get(set)
    if (known !== undefined) return known
    const body = h('tbody', { role: 'rowgroup' })
    const count = h('span', { class: 'chip' })
    const group = {
      element: h(
        'section',
        { class: 'preview-group', 'data-set': set },
        h('h3', {}, texts.sets[set], ' ', count),
        h('p', { class: 'hint' }, texts.setHints[set]),
        h(
          'table',
          { class: 'preview-table', role: 'table' },
          h(
            'thead',
            { role: 'rowgroup' },
            h(
              'tr',
              { role: 'row' },
              ...Object.values(columns).map((label) => h('th', { scope: 'col', role: 'columnheader' }, label)),
            ),
          ),
          body,
        ),
      ),
      body,
      count,
      rows: 0,
    }
    groups.set(set, group)
    table.replaceChildren(...SETS.flatMap((name) => groups.get(name)?.element ?? []))
    return group
  }

  const cell = (label: string, ...children: (Node | string | false)[]) =>
    h('td', { role: 'cell', 'data-label': label }, h('div', {}, ...children))

  function addKept({ question }: PreviewRow): void {
    kept.rows += 1
    keptGolden.hidden = false
    setText(kept.count, texts.goldenKept(kept.rows))
    kept.list.append(h('li', {}, question))
  }

  function add(row: PreviewRow): void {
    if (row.set === 'golden' && !row.hit) {
      addKept(row)
      return
    }
    const group = groupOf(row.set)
    group.rows += 1
    setText(group.count, String(group.rows))
    const line = h(
      'tr',
      { role: 'row', class: row.warning ? 'warning' : '', hidden: group.rows > SHOWN && !row.warning },
      cell(
        columns.question,
        h('p', { class: 'preview-question' }, row.question),
        h('p', { class: 'hint' }, texts.timesAsked(row.count)),
      ),
      cell(columns.before, row.before === '' ? texts.declined : row.before),
      cell(columns.after, ...after(row)),
      cell(columns.change, ...change(row)),
    )
    group.body.append(line)
  }

  function after({ before, after: words, hit }: PreviewRow): (Node | string)[] {
    if (!hit) return [h('span', { class: 'hint' }, texts.stays)]
    const parts = wordDiff(before, words)
    return before !== '' && areAlike(parts) ? drawDiff(parts) : [words]
  }

  function change({ set, hit, warning, similarity, question }: PreviewRow): (Node | string)[] {
    const isGolden = set === 'golden'
    const alarm = isGolden ? texts.goldenBreaks : texts.misses
    const calm = isGolden ? texts.goldenReplaced : texts.willUse
    const said = warning ? alarm : hit ? calm : ''
    const act = (label: string, run: (question: string) => void) =>
      h('button', { type: 'button', class: 'plain', onclick: () => run(question) }, label)
    return [
      ...(said === '' ? [] : [h('span', { class: `chip ${warning ? 'bad' : 'good'}` }, said)]),
      h('p', { class: 'hint' }, texts.alike(Math.round(Math.min(1, Math.max(0, similarity)) * 100))),
      ...(hit && set !== 'same' ? [act(texts.shouldNot, shouldNot)] : []),
      ...(!hit && set === 'near' ? [act(texts.should, should)] : []),
    ]
  }

  return { element, add }
}
