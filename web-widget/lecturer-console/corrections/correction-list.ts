import type { Correction } from '../../../server/protocol/console-correction.ts'
import { h } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'
import { type Address, formatAddress } from '../address.ts'
import { openDialog } from '../parts/dialog.ts'
import { ago } from '../parts/format.ts'
import type { ConsoleContext } from '../view.ts'
import { stateChip } from './history.ts'
import { type CorrectionTexts, correctionTexts } from './texts.ts'

const STATES = ['reviewed', 'draft', 'live', 'withdrawn'] as const

/** The corrections of the lecturers that may be seen, last changed first; those whose source changed come to the eye. */
export async function drawCorrections(
  context: ConsoleContext,
  { state = '', words = '', changed = '' }: Address['parameters'],
): Promise<HTMLElement> {
  const { api, language, go, fail } = context
  const texts = correctionTexts(language)
  const query = {
    personaId: context.persona(),
    state,
    words,
    sourceChanged: changed === '' ? undefined : true,
  }
  const address = (next: Record<string, string>) => formatAddress('/corrections', { state, words, changed, ...next })
  const chip = (label: string, next: Record<string, string>, on: boolean) =>
    h('a', { class: 'choice', href: address(next), 'aria-current': on ? 'true' : null }, label)
  const search = h('input', {
    type: 'search',
    class: 'search always',
    value: words,
    placeholder: texts.search,
    'aria-label': texts.search,
    onchange: () => go(address({ words: search.value.trim() })),
  })
  const list = h('ul', { class: 'plain-list cards' })
  const more = h('button', { type: 'button', class: 'button quiet wide', hidden: true }, texts.loadMore)
  let next: string | null = null

  async function load(): Promise<number> {
    const page = await api.get<{ rows: Correction[]; next: string | null }>('/corrections', {
      ...query,
      cursor: next ?? undefined,
    })
    list.append(...page.rows.map((row) => correctionCard(row, texts, context)))
    next = page.next
    more.hidden = next === null
    return page.rows.length
  }
  more.addEventListener('click', () => void load().catch(fail))

  const found = await load()
  const narrowed = state !== '' || words !== '' || changed !== ''
  return h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'row' },
      search,
      h(
        'button',
        { type: 'button', class: 'button quiet', onclick: () => beginNew(context, texts) },
        icon('pen'),
        texts.write,
      ),
    ),
    h(
      'nav',
      { class: 'chip-row', 'aria-label': texts.filters },
      chip(texts.allStates, { state: '', changed: '' }, state === '' && changed === ''),
      ...STATES.map((name) => chip(texts.states[name], { state: name, changed: '' }, state === name)),
      chip(texts.searchChanged, { state: '', changed: '1' }, changed !== ''),
    ),
    found === 0
      ? h(
          'div',
          { class: 'notice empty' },
          h('p', { class: 'empty-title' }, narrowed ? texts.emptyFiltered : texts.emptyTitle),
          !narrowed && h('p', {}, texts.emptyText),
        )
      : list,
    more,
  )
}

function correctionCard(row: Correction, texts: CorrectionTexts, context: ConsoleContext): HTMLLIElement {
  const meta = [
    texts.by(row.authorName, row.approvedByName),
    ago(row.changedAt, context.language),
    row.hits > 0 ? texts.hits(row.hits) : '',
    context.persona() === '' && context.me.personas.length > 1 ? row.personaName : '',
  ]
  return h(
    'li',
    {},
    h(
      'a',
      { class: 'card queue-card', href: formatAddress(`/correction/${row.id}`) },
      h('span', { class: 'queue-question' }, row.question),
      h('span', { class: 'queue-answer' }, row.answer),
      h(
        'span',
        { class: 'chips' },
        stateChip(row.state, texts),
        row.sourceChanged && h('span', { class: 'chip bad' }, texts.sourceChanged),
      ),
      h('span', { class: 'queue-meta' }, meta.filter(Boolean).join(' · ')),
    ),
  )
}

/** A correction of nothing that was said: whose it is has to be known first. */
function beginNew({ me, persona, go }: ConsoleContext, texts: CorrectionTexts): void {
  const [only] = me.personas
  const known = persona() !== '' ? persona() : me.personas.length === 1 ? only?.id : undefined
  const start = (personaId: string) => go(formatAddress('/correction', { personaId }))
  if (known !== undefined) {
    start(known)
    return
  }
  const close = openDialog({
    title: texts.whichLecturer,
    closeLabel: texts.close,
    content: [
      h(
        'div',
        { class: 'more-list' },
        ...me.personas.map(({ id, name }) =>
          h(
            'button',
            {
              type: 'button',
              class: 'more-link',
              onclick: () => {
                close()
                start(id)
              },
            },
            name,
          ),
        ),
      ),
    ],
  })
}
