import type { SavedView } from '../../../server/protocol/console-queue.ts'
import { h } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'
import { openDialog } from '../parts/dialog.ts'
import { actionButton, field, form, select } from '../parts/fields.ts'
import type { ConsoleContext } from '../view.ts'
import { choiceOf, choiceOfFilter, conditionsIn, type QueueChoice, queryOf } from './queue-address.ts'
import type { ReviewTexts } from './texts.ts'

/** Opens the sheet with every condition; `apply` gets the whole new choice. */
export function openFilterSheet(choice: QueueChoice, texts: ReviewTexts, apply: (choice: QueueChoice) => void): void {
  const options = (words: Readonly<Record<string, string>>) =>
    [['', texts.any] as const, ...Object.entries(words)] as const
  const control = (name: keyof QueueChoice, label: string, words: Readonly<Record<string, string>>) => ({
    name,
    ...field(
      select(options(words), choice[name] ?? '', () => undefined),
      { label },
    ),
  })
  const input = (name: keyof QueueChoice, label: string, type: string, hint?: string) => ({
    name,
    ...field(h('input', { type, value: choice[name] ?? '', autocomplete: 'off', placeholder: hint ?? null }), {
      label,
    }),
  })
  const { waiting: _waiting, ...states } = texts.states
  const state = {
    name: 'state' as const,
    ...field(
      select([['', texts.states.waiting], ...Object.entries(states)], choice.state ?? '', () => undefined),
      { label: texts.state },
    ),
  }
  const { value: _value, ...orders } = texts.orders
  const order = {
    name: 'order' as const,
    ...field(
      select([['', texts.orders.value], ...Object.entries(orders)], choice.order ?? '', () => undefined),
      { label: texts.order },
    ),
  }
  const from = input('from', texts.from, 'date')
  const to = input('to', texts.to, 'date')
  const controls = [
    input('words', texts.words, 'search'),
    state,
    control('reason', texts.reason, texts.reasons),
    control('outcome', texts.outcome, texts.outcomes),
    control('rating', texts.rating, texts.ratings),
    control('channel', texts.channel, texts.channels),
    input('site', texts.site, 'text', texts.siteHint),
    from,
    to,
    order,
  ]
  let days = choice.days ?? ''
  const periods = ([1, 7, 30] as const).map((count) =>
    h(
      'button',
      {
        type: 'button',
        class: 'choice',
        onclick: () => {
          days = days === String(count) ? '' : String(count)
          from.control.value = ''
          to.control.value = ''
          drawPeriods()
        },
      },
      texts.days[count],
    ),
  )
  const drawPeriods = () => {
    for (const [index, count] of [1, 7, 30].entries())
      periods[index]?.setAttribute('aria-pressed', String(days === String(count)))
  }
  drawPeriods()
  for (const { control } of [from, to])
    control.addEventListener('input', () => {
      days = ''
      drawPeriods()
    })
  const sheet = form(
    [
      h('div', { class: 'filter-grid' }, ...controls.slice(0, 7).map(({ element }) => element)),
      h('div', { class: 'row' }, ...periods),
      h('div', { class: 'filter-grid' }, from.element, to.element, order.element),
      h(
        'div',
        { class: 'dialog-actions in-form' },
        h(
          'button',
          {
            type: 'button',
            class: 'button quiet',
            onclick: () => {
              close()
              apply(choice.personaId === undefined ? {} : { personaId: choice.personaId })
            },
          },
          texts.clear,
        ),
        h('button', { type: 'submit', class: 'button' }, texts.show),
      ),
    ],
    async () => {
      close()
      const values = Object.fromEntries(controls.map(({ name, control: { value } }) => [name, value]))
      apply(choiceOf({ ...values, days, personaId: choice.personaId ?? '' }))
    },
  )
  const close = openDialog({ title: texts.filter, closeLabel: texts.close, content: [sheet] })
}

/** Opens the list of kept views, where the present choice can be kept as well. */
export async function openViewsSheet(
  { api, fail, toast }: Pick<ConsoleContext, 'api' | 'fail' | 'toast'>,
  choice: QueueChoice,
  texts: ReviewTexts,
  apply: (choice: QueueChoice) => void,
): Promise<void> {
  const answer = await api.get<{ views: SavedView[] }>('/views').catch((error: unknown) => {
    fail(error)
    return undefined
  })
  if (answer === undefined) return
  const { views } = answer
  const list = h('ul', { class: 'plain-list' })
  const draw = (view: SavedView): HTMLLIElement => {
    const item = h(
      'li',
      { class: 'row view-row' },
      h(
        'button',
        {
          type: 'button',
          class: 'more-link grow',
          onclick: () => {
            close()
            apply(choiceOfFilter(view.filter))
          },
        },
        view.name,
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'tool',
          'aria-label': texts.removeView(view.name),
          onclick: () => void api.remove(`/views/${view.id}`).then(() => item.remove(), fail),
        },
        icon('trash'),
      ),
    )
    return item
  }
  list.append(...views.map(draw))
  const name = field(h('input', { type: 'text', maxlength: 60, placeholder: texts.viewHint }), {
    label: texts.viewName,
  })
  const keep = async () => {
    const wanted = name.control.value.trim()
    if (wanted === '') return name.control.focus()
    try {
      const filter = queryOf(choice)
      list.append(draw(await api.post<SavedView>('/views', { name: wanted, filter: withoutGaps(filter) })))
      empty.hidden = true
      name.control.value = ''
      toast(texts.saved)
    } catch (error) {
      fail(error)
    }
  }
  const empty = h('p', { class: 'hint', hidden: views.length > 0 }, texts.noViews)
  const close = openDialog({
    title: texts.views,
    closeLabel: texts.close,
    content: [
      empty,
      list,
      ...(conditionsIn(choice) === 0
        ? []
        : [
            h(
              'div',
              { class: 'card stack' },
              h('h3', {}, texts.keepView),
              name.element,
              actionButton(texts.save, keep),
            ),
          ]),
    ],
  })
}

function withoutGaps(values: Readonly<Record<string, string | number | undefined>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}
