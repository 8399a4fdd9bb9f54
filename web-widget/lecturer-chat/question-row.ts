import type { Turn } from '../connection/conversation-state.ts'
import { h, setAttribute } from '../parts/dom.ts'
import { clockText } from '../translations/times.ts'
import type { ViewContext } from './view-context.ts'

export interface QuestionRow {
  readonly element: HTMLElement
  update(turn: Turn): void
}

/** The visitor's question with its send state: spinner, "sent", or the red mark that sends it again. */
export function createQuestionRow(context: ViewContext, first: Turn): QuestionRow {
  const { texts, tag } = context.language
  const delivery = h('span', { class: 'delivery' })
  const row = h(
    'article',
    { class: 'row mine', 'aria-label': texts.yourMessage(clockText(first.askedAt, tag)) },
    h('span', { class: 'avatar visitor' }),
    h('div', { class: 'said' }, delivery, h('div', { class: 'bubble' }, first.question)),
  )
  const problem = h('p', { class: 'problem', hidden: true })
  const element = h('div', {}, row, problem)
  let shown: Turn['delivery'] | '' = ''
  return {
    element,
    update(turn) {
      const words = turn.delivery === 'failed' ? (turn.problem?.message ?? '') : ''
      if (problem.textContent !== words) problem.textContent = words
      problem.hidden = words === ''
      if (turn.delivery === shown) return
      shown = turn.delivery
      delivery.textContent = ''
      if (turn.delivery === 'failed') {
        if (turn.problem?.retryable === false) return
        delivery.append(
          h(
            'button',
            {
              type: 'button',
              class: 'resend',
              'aria-label': texts.resend,
              title: texts.resend,
              onclick: () => context.actions.resend(turn.turnId),
            },
            h('span', { class: 'mark', 'aria-hidden': 'true' }, '!'),
          ),
        )
        return
      }
      if (turn.delivery === 'accepted') return
      const spinner = h('span', { class: 'spinner', role: 'img' })
      setAttribute(spinner, 'aria-label', turn.delivery === 'queued' ? texts.waiting : texts.sending)
      delivery.append(spinner)
    },
  }
}
