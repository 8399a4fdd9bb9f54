import type { QueuePage, QueueRow } from '../../../server/protocol/console-queue.ts'
import { h, setAttribute, setText } from '../../parts/dom.ts'
import type { ConsoleContext } from '../view.ts'
import { openFilterSheet, openViewsSheet } from './filter-sheet.ts'
import { conditionsIn, type QueueChoice, queryOf, queueHash, turnHash } from './queue-address.ts'
import { queueCard } from './queue-card.ts'
import { type ReviewTexts, reviewTexts } from './texts.ts'

const PAGE = 30

export interface QueueList {
  readonly element: HTMLElement
  readonly rows: readonly QueueRow[]
  /** Loads the first page of a choice; the same choice again only where `again` is given. */
  load(choice: QueueChoice, again?: boolean): Promise<void>
  /** Shows which turn is open, and scrolls to it. */
  mark(answerId: string | null): void
  /** A row was decided: it is taken out, or put back at its place. */
  take(answerId: string): void
  putBack(answerId: string): void
  waiting(): number
  move(step: 1 | -1): void
  openMarked(): void
  search(): void
  filter(): void
}

/** The list of what wants a human, with its conditions above it. All conditions are in the address. */
export function createQueueList(context: ConsoleContext, onWaiting: (count: number) => void): QueueList {
  const { api, language, fail } = context
  const texts: ReviewTexts = reviewTexts(language)
  let choice: QueueChoice = {}
  let loaded: string | null = null
  let rows: QueueRow[] = []
  let next: string | null = null
  let waiting = 0
  let turn = 0
  let marked = -1
  let taken: { row: QueueRow; at: number }[] = []

  const left = h('span', { class: 'left', role: 'status' })
  const filterButton = h('button', { type: 'button', class: 'choice', onclick: () => filter() })
  const chips = h('div', { class: 'chip-row', role: 'group', 'aria-label': texts.reasonChips })
  const searchField = h('input', {
    type: 'search',
    class: 'search',
    placeholder: texts.search,
    'aria-label': texts.search,
    onchange: () => apply({ ...choice, words: searchField.value.trim() }),
  })
  const list = h('ol', { class: 'queue-rows', 'aria-label': texts.rows })
  const empty = h('div', { class: 'notice empty', hidden: true })
  const more = h('button', { type: 'button', class: 'button quiet wide', hidden: true, onclick: () => void nextPage() })
  more.append(texts.more)
  const element = h(
    'div',
    { class: 'queue' },
    h(
      'div',
      { class: 'queue-head' },
      h('div', { class: 'row' }, h('h1', {}, texts.title), left),
      h(
        'div',
        { class: 'row queue-tools' },
        searchField,
        filterButton,
        h(
          'button',
          { type: 'button', class: 'choice', onclick: () => void openViewsSheet(context, choice, texts, apply) },
          texts.views,
        ),
      ),
      chips,
    ),
    list,
    empty,
    more,
  )

  function apply(chosen: QueueChoice): void {
    context.go(queueHash(withoutEmpty(chosen)))
  }

  function filter(): void {
    openFilterSheet(choice, texts, apply)
  }

  async function load(wanted: QueueChoice, again = false): Promise<void> {
    const key = queueHash(wanted)
    if (!again && key === loaded) return
    choice = wanted
    loaded = key
    rows = []
    taken = []
    marked = -1
    searchField.value = choice.words ?? ''
    const conditions = conditionsIn(choice)
    setText(filterButton, conditions === 0 ? texts.filter : texts.filterOn(conditions))
    setAttribute(filterButton, 'data-on', conditions > 0)
    list.replaceChildren(...Array.from({ length: 4 }, () => h('li', { class: 'card ghost', 'aria-hidden': 'true' })))
    empty.hidden = true
    more.hidden = true
    await fetchPage(null)
  }

  async function nextPage(): Promise<void> {
    const first = rows.length
    await fetchPage(next)
    list.querySelectorAll<HTMLAnchorElement>('a')[first]?.focus()
  }

  async function fetchPage(cursor: string | null): Promise<void> {
    turn += 1
    const mine = turn
    try {
      const page = await api.get<QueuePage>('/queue', { ...queryOf(choice), limit: PAGE, cursor: cursor ?? undefined })
      if (mine !== turn) return
      if (cursor === null) list.textContent = ''
      rows.push(...page.rows)
      list.append(...page.rows.map(draw))
      next = page.next
      setWaiting(page.waiting)
      drawChips(page.counts)
      drawEnd()
    } catch (error) {
      if (mine !== turn) return
      loaded = null
      if (cursor === null) list.textContent = ''
      throw error
    }
  }

  function draw(row: QueueRow): HTMLLIElement {
    return queueCard({
      row,
      href: turnHash(row.answerId, choice),
      texts,
      language,
      withPersona: context.persona() === '' && context.me.personas.length > 1,
      reader: context.me.account.name,
    })
  }

  function setWaiting(count: number): void {
    waiting = Math.max(0, count)
    setText(left, texts.left(waiting))
    onWaiting(waiting)
  }

  function drawChips(counts: Readonly<Record<string, number>>): void {
    const chip = (reason: string | undefined, label: string) =>
      h(
        'button',
        {
          type: 'button',
          class: 'choice',
          'aria-pressed': String(choice.reason === reason),
          onclick: () => apply({ ...choice, reason: reason ?? '' }),
        },
        label,
      )
    const known = Object.entries(texts.reasons).filter(
      ([reason]) => (counts[reason] ?? 0) > 0 || choice.reason === reason,
    )
    chips.replaceChildren(
      chip(undefined, texts.allReasons),
      ...known.map(([reason, label]) => chip(reason, `${label} ${counts[reason] ?? 0}`)),
    )
    chips.hidden = known.length === 0
  }

  function drawEnd(): void {
    more.hidden = next === null
    empty.hidden = rows.length > 0
    if (rows.length > 0) return
    empty.replaceChildren(
      ...(conditionsIn(choice) === 0
        ? [h('p', { class: 'empty-title' }, texts.emptyTitle), h('p', {}, texts.emptyText)]
        : [
            h('p', { class: 'empty-title' }, texts.emptyFiltered),
            h(
              'button',
              {
                type: 'button',
                class: 'button quiet',
                onclick: () => apply(choice.personaId === undefined ? {} : { personaId: choice.personaId }),
              },
              texts.clear,
            ),
          ]),
    )
  }

  const itemOf = (answerId: string) => list.querySelector<HTMLElement>(`[data-answer="${CSS.escape(answerId)}"]`)

  function mark(answerId: string | null): void {
    for (const link of list.querySelectorAll('a[aria-current]')) link.removeAttribute('aria-current')
    if (answerId === null) return
    marked = rows.findIndex((row) => row.answerId === answerId)
    const item = itemOf(answerId)
    item?.querySelector('a')?.setAttribute('aria-current', 'true')
    if (item !== null && item.getClientRects().length > 0) item.scrollIntoView({ block: 'nearest' })
  }

  return {
    element,
    get rows() {
      return rows
    },
    load: (wanted, again) => load(wanted, again).catch(fail),
    mark,
    take(answerId) {
      const at = rows.findIndex((row) => row.answerId === answerId)
      const row = rows[at]
      if (row === undefined) return
      // A list that is not of what waits keeps its rows.
      if ((choice.state ?? 'waiting') !== 'waiting') return
      rows.splice(at, 1)
      taken.push({ row, at })
      itemOf(answerId)?.remove()
      if (row.state === 'waiting') setWaiting(waiting - 1)
      drawEnd()
    },
    putBack(answerId) {
      const kept = taken.find(({ row }) => row.answerId === answerId)
      if (kept === undefined) return
      taken = taken.filter((other) => other !== kept)
      rows.splice(kept.at, 0, kept.row)
      list.insertBefore(draw(kept.row), list.children[kept.at] ?? null)
      setWaiting(waiting + 1)
      drawEnd()
    },
    waiting: () => waiting,
    move(step) {
      const links = [...list.querySelectorAll<HTMLAnchorElement>('a')]
      const focused = links.indexOf(document.activeElement as HTMLAnchorElement)
      const from = focused === -1 ? marked : focused
      links[Math.min(links.length - 1, Math.max(0, from + step))]?.focus()
    },
    openMarked() {
      const row = rows[Math.max(0, marked)]
      if (row !== undefined) context.go(turnHash(row.answerId, choice))
    },
    search() {
      if (searchField.getClientRects().length > 0) searchField.focus()
      else filter()
    },
    filter,
  }
}

function withoutEmpty(choice: QueueChoice): QueueChoice {
  return Object.fromEntries(Object.entries(choice).filter(([, value]) => value !== undefined && value !== ''))
}
