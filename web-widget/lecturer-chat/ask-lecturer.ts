import type { Turn } from '../connection/conversation-state.ts'
import { h } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import type { ViewContext } from './view-context.ts'

/**
 * 留言给本人, below an answer that was declined: it hands the question on to the lecturer. Sending needs no words; with
 * them, they go along.
 */
export function createAskLecturer(context: ViewContext, turn: Turn): HTMLElement[] {
  const { texts } = context.language
  const words = context.persona()?.speaker === 'institution' ? texts.askOffice : texts.askPerson
  const box = h('div', { class: 'reasons', hidden: true, role: 'group', 'aria-label': words })
  const opener = h('button', { type: 'button', class: 'button ask-person', 'aria-expanded': 'false' }, words)
  const confirm = (): void => {
    opener.remove()
    box.hidden = false
    box.textContent = ''
    box.append(icon('check'), h('span', { role: 'status', class: 'grow' }, texts.askThanks))
  }
  opener.addEventListener('click', () => {
    opener.setAttribute('aria-expanded', 'true')
    opener.hidden = true
    box.hidden = false
    const comment = h('input', { type: 'text', maxlength: 500, 'aria-label': texts.askHint })
    const send = h('button', { type: 'submit', class: 'button' }, texts.askSend)
    const form = h(
      'form',
      {
        class: 'line',
        onsubmit: (event: Event) => {
          event.preventDefault()
          const said = comment.value.trim()
          context.actions.rate(turn.turnId, 'down', 'ask-lecturer', said === '' ? undefined : said)
          confirm()
        },
      },
      comment,
      send,
    )
    box.append(h('span', { class: 'caption' }, texts.askHint), form)
    comment.focus()
  })
  // After a reload the record says that the visitor has spoken up.
  if (turn.feedback === 'down') confirm()
  return [opener, box]
}
