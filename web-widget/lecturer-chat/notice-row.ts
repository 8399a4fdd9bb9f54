import type { ShownNotice, Turn } from '../connection/conversation-state.ts'
import type { PersonalWords } from '../connection/notice-data.ts'
import { h } from '../parts/dom.ts'
import { dayText } from '../translations/times.ts'
import type { ViewContext } from './view-context.ts'

/** A line of the system between the messages; where a person has written something, it opens those words. */
export function createNoticeRow(context: ViewContext, notice: ShownNotice, asked: Turn | undefined): HTMLElement {
  const { words, kind } = notice
  if (words === null) return h('p', { class: 'system' }, notice.text)
  const { texts, tag } = context.language
  const day = asked === undefined ? '' : dayText(asked.askedAt, notice.at, tag)
  const name = context.name()
  const line = kind === 'answer-corrected' ? texts.correctedLine(name, day) : texts.replyLine(name, day)
  const full: PersonalWords = { ...words, question: words.question || (asked?.question ?? '') }
  return h(
    'p',
    { class: 'system' },
    h(
      'button',
      {
        type: 'button',
        class: 'news',
        onclick: () =>
          context.actions.openPersonal(full, kind === 'answer-corrected' ? (asked?.answer?.text ?? null) : undefined),
      },
      line,
    ),
  )
}
