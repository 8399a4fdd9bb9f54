import '../parts/lists.css'
import './review.css'
import './turn.css'
import { h } from '../../parts/dom.ts'
import type { Address } from '../address.ts'
import type { ConsoleContext, Shortcut, View } from '../view.ts'
import { choiceOf, type QueueChoice } from './queue-address.ts'
import { createQueueList } from './queue-list.ts'
import { reviewTexts } from './texts.ts'
import { createTurnPanel } from './turn-panel.ts'

const WIDE = '(min-width: 1280px)'

/**
 * The queue and the turn that is open, as one page: beside each other on wide screens, one after the other on narrow
 * ones, so that the list keeps its place. It takes over every address of both.
 */
export async function makeWorkbench(context: ConsoleContext, address: Address): Promise<View> {
  const texts = reviewTexts(context.language)
  const wide = matchMedia(WIDE)
  const queue = createQueueList(context, () => undefined)
  const panel = createTurnPanel(context, queue)
  const element = h('section', { class: 'workbench' }, h('div', { class: 'pane' }, queue.element), panel.element)
  let shows: 'list' | 'turn' = 'list'
  let scrolled = 0
  let current: QueueChoice = {}

  async function arrive({ path, parameters }: Address, focus: boolean): Promise<void> {
    const choice: QueueChoice = { ...choiceOf(parameters), ...ownPersona(context) }
    current = choice
    const answerId = /^\/turn\/([\w-]+)$/.exec(path)?.[1]
    const before = shows
    if (before === 'list' && focus) scrolled = window.scrollY
    shows = answerId === undefined ? 'list' : 'turn'
    element.dataset.shows = shows
    if (answerId !== undefined) {
      // A list that nobody sees yet need not be waited for.
      const list = queue.load(choice).then(() => queue.mark(answerId))
      await panel.open(answerId, choice, focus)
      if (wide.matches) await list
      return
    }
    if (before === 'turn') {
      if (!wide.matches) panel.close()
      window.scrollTo(0, scrolled)
      element.querySelector<HTMLElement>('.queue-rows a[aria-current]')?.focus({ preventScroll: true })
    }
    await queue.load(choice)
    if (wide.matches && !panel.isOpen()) await openFirst(choice)
  }

  async function openFirst(choice: QueueChoice): Promise<void> {
    const first = queue.rows.find((row) => row.leasedBy === null) ?? queue.rows[0]
    if (first === undefined) panel.element.replaceChildren()
    else await panel.open(first.answerId, choice, false)
  }

  const inList: readonly Shortcut[] = [
    { key: 'j', label: texts.keyDown, run: () => queue.move(1) },
    { key: 'k', label: texts.keyUp, run: () => queue.move(-1) },
    { key: 'Enter', label: texts.keyOpen, run: () => queue.openMarked() },
  ]
  const always: readonly Shortcut[] = [
    { key: '/', label: texts.keySearch, run: () => queue.search() },
    { key: 'l', label: texts.openFilter, run: () => queue.filter() },
  ]
  const onWidth = () => {
    if (wide.matches && shows === 'list' && !panel.isOpen()) void openFirst(current)
  }
  wide.addEventListener('change', onWidth)

  await arrive(personaFirst(context, address), false)
  return {
    element,
    title: texts.title,
    get wholeScreen() {
      return shows === 'turn'
    },
    get keys() {
      return shows === 'turn' || wide.matches ? [...panel.keys, ...always] : [...inList, ...always]
    },
    takes(next) {
      if (next.path !== '/queue' && !next.path.startsWith('/turn/')) return false
      const { personaId } = next.parameters
      if (personaId !== undefined && personaId !== context.persona() && context.me.account.role !== 'lecturer')
        return false
      void arrive(next, true)
      return true
    },
    dispose() {
      wide.removeEventListener('change', onWidth)
      panel.close()
    },
  }
}

/** An address that names a lecturer changes the choice of the whole console. */
function personaFirst(context: ConsoleContext, address: Address): Address {
  const { personaId } = address.parameters
  if (personaId !== undefined && context.me.personas.some(({ id }) => id === personaId)) context.setPersona(personaId)
  return address
}

function ownPersona(context: ConsoleContext): QueueChoice {
  return context.persona() === '' ? {} : { personaId: context.persona() }
}
