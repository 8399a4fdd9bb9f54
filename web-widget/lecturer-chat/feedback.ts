import type { Turn } from '../connection/conversation-state.ts'
import { h, setAttribute } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import type { ViewContext } from './view-context.ts'

export interface Feedback {
  readonly buttons: readonly HTMLElement[]
  readonly form: HTMLElement
  update(turn: Turn): void
}

/** 有用 / 不准, and after 不准 the reasons. The press itself is stored at once; a reason replaces it. */
export function createFeedback(context: ViewContext, first: Turn): Feedback {
  const { texts } = context.language
  const { turnId } = first
  const form = h('div', { class: 'reasons', hidden: true, role: 'group', 'aria-label': texts.reasonsAsk })
  const press = (rating: 'up' | 'down') => (): void => {
    context.actions.rate(turnId, rating)
    form.hidden = rating === 'up'
    if (rating === 'down') drawReasons()
  }
  const up = h('button', { type: 'button', class: 'act', onclick: press('up') }, icon('up'), texts.useful)
  const down = h('button', { type: 'button', class: 'act', onclick: press('down') }, icon('down'), texts.wrong)

  const drawReasons = (): void => {
    let reason = ''
    form.textContent = ''
    const comment = h('input', {
      type: 'text',
      maxlength: 500,
      placeholder: texts.commentAsk,
      'aria-label': texts.commentAsk,
    })
    const choices = Object.entries(texts.reasons).map(([name, words]) => {
      const choice: HTMLButtonElement = h(
        'button',
        {
          type: 'button',
          class: 'choice',
          'aria-pressed': 'false',
          onclick: () => {
            reason = name
            for (const other of choices) setAttribute(other, 'aria-pressed', String(other === choice))
          },
        },
        words,
      )
      return choice
    })
    const submit = (): void => {
      const words = comment.value.trim()
      context.actions.rate(turnId, 'down', reason === '' ? undefined : reason, words === '' ? undefined : words)
      form.textContent = ''
      form.append(h('span', { role: 'status' }, texts.thanks))
    }
    form.append(
      h('span', { class: 'caption' }, texts.reasonsAsk),
      ...choices,
      comment,
      h('button', { type: 'button', class: 'button', onclick: submit }, texts.submit),
    )
  }

  return {
    buttons: [up, down],
    form,
    update(turn) {
      setAttribute(up, 'aria-pressed', String(turn.feedback === 'up'))
      setAttribute(down, 'aria-pressed', String(turn.feedback === 'down'))
    },
  }
}
