import type { Turn } from '../connection/conversation-state.ts'
import { h, setAttribute } from '../parts/dom.ts'
import type { MoreTexts } from '../translations/zh-cn-more.ts'
import type { ViewContext } from './view-context.ts'

/** 投诉举报: a reason, a few words, and the latest answer to which they belong. */
export function drawReport(context: ViewContext, texts: MoreTexts, about: Turn | null): HTMLElement[] {
  if (about === null) return [h('p', {}, texts.reportNothing)]
  let kind = ''
  const comment = h('textarea', { rows: 3, maxlength: 400, 'aria-label': texts.reportComment })
  const send = h('button', { type: 'submit', class: 'button', disabled: true }, texts.reportSend)
  const choices: HTMLButtonElement[] = Object.values(texts.reportReasons).map((words) => {
    const choice: HTMLButtonElement = h(
      'button',
      {
        type: 'button',
        class: 'choice',
        'aria-pressed': 'false',
        onclick: () => {
          kind = words
          send.disabled = false
          for (const other of choices) setAttribute(other, 'aria-pressed', String(other === choice))
        },
      },
      words,
    )
    return choice
  })
  const form = h(
    'form',
    {
      class: 'report',
      onsubmit: (event: Event) => {
        event.preventDefault()
        const said = [kind, comment.value.trim()].filter((words) => words !== '').join('：')
        context.actions.rate(about.turnId, 'down', 'report', said)
        form.textContent = ''
        const thanks = h('p', { role: 'status', tabindex: -1 }, texts.reportThanks)
        form.append(thanks)
        thanks.focus()
      },
    },
    h('p', {}, texts.reportAsk),
    h('div', { class: 'choices', role: 'group', 'aria-label': texts.reportAsk }, ...choices),
    h('label', { class: 'caption' }, texts.reportComment, comment),
    h('p', { class: 'hint' }, texts.reportAbout(about.question)),
    send,
  )
  return [form]
}
