import type { Turn } from '../connection/conversation-state.ts'
import { h } from '../parts/dom.ts'
import { createAskLecturer } from './ask-lecturer.ts'
import type { ViewContext } from './view-context.ts'

/** What was found is shown only to who waits: a quick answer must not flicker through it. */
const FOUND_MS = 400
/** Times after which waiting for the first sentence is commented on. */
const SLOW_MS = 8_000
export const GIVE_UP_MS = 45_000

type Waiting = 'stopping' | 'looking' | 'found' | 'slow' | 'slow-found' | 'gave-up'

/** Whether a turn has been accepted and nothing of its answer has come. */
export function isWaiting({ delivery, answer }: Turn): boolean {
  return delivery === 'accepted' && (answer === null || (answer.ending === null && answer.text === ''))
}

/** Whether a visitor has waited so long for the first sentence that the panel offers other ways out. */
export function hasGivenUp(turn: Turn, now: number): boolean {
  return isWaiting(turn) && now - (turn.acceptedAt ?? now) >= GIVE_UP_MS
}

/** When (epoch ms) the words of a waiting turn change by time alone; null when they do not. */
export function nextWords(turn: Turn, now: number): number | null {
  if (!isWaiting(turn) || turn.acceptedAt === null) return null
  const { acceptedAt } = turn
  return [FOUND_MS, SLOW_MS, GIVE_UP_MS].map((after) => acceptedAt + after).find((at) => at > now) ?? null
}

/** What stands in the bubble until the first sentence has come: what is being done, and after a while what else there is. */
export function createThinking(context: ViewContext): { element: HTMLElement; update(turn: Turn, now: number): void } {
  const { texts } = context.language
  const element = h('div', { class: 'thinking' })
  let drawn = ''

  const button = (words: string, classes: string, onclick: () => void): HTMLElement =>
    h('button', { type: 'button', class: classes, onclick }, words)

  const content = (state: Waiting, turn: Turn): (HTMLElement | string)[] => {
    const { progress } = turn
    const dots = (words: string): HTMLElement => h('p', { class: 'dots' }, words)
    switch (state) {
      case 'stopping':
        return [dots(texts.stopping)]
      case 'looking':
        return [dots(texts.looking)]
      case 'found':
        return [dots(texts.found(progress?.documents ?? 0))]
      case 'slow':
        return [dots(texts.stillThinking)]
      case 'slow-found':
        return [
          dots(texts.found(progress?.documents ?? 0)),
          button(texts.readMeanwhile, 'meanwhile', () => context.actions.openFound(progress?.sources ?? [])),
        ]
      case 'gave-up':
        return [
          h('p', {}, texts.noAnswerYet),
          button(texts.retry, 'button plain', () => {
            // One turn runs at a time: the old one has to make room.
            context.actions.stop()
            context.actions.retry(turn.question)
          }),
          ...createAskLecturer(context, turn),
        ]
    }
  }

  return {
    element,
    update(turn, now) {
      element.hidden = !isWaiting(turn)
      if (element.hidden) return
      const state = stateOf(turn, now)
      const key = `${state} ${turn.progress?.documents ?? 0}`
      if (key === drawn) return
      drawn = key
      element.textContent = ''
      element.append(...content(state, turn))
    },
  }
}

function stateOf(turn: Turn, now: number): Waiting {
  const waited = now - (turn.acceptedAt ?? now)
  if (turn.stopping) return 'stopping'
  if (waited >= GIVE_UP_MS) return 'gave-up'
  const found = turn.progress !== null
  if (waited >= SLOW_MS) return found && turn.progress.sources.length > 0 ? 'slow-found' : 'slow'
  return found && waited >= FOUND_MS ? 'found' : 'looking'
}
