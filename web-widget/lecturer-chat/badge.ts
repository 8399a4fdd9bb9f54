import type { Turn } from '../connection/conversation-state.ts'
import { h, setText } from '../parts/dom.ts'
import { dayText } from '../translations/times.ts'
import type { ViewContext } from './view-context.ts'

/**
 * 本人修订, 本人已审 or 已更正 at the foot of an answer, with its day; hidden on an answer that nobody has looked at.
 * Pressed, it shows the words of the correction.
 */
export function createBadge(context: ViewContext): { element: HTMLElement; update(turn: Turn, now: number): void } {
  const { texts, tag } = context.language
  let turn: Turn | null = null
  const press = (): void => {
    if (turn === null) return
    const { answer, correction } = turn
    if (correction !== null)
      context.actions.openPersonal({ ...correction, question: turn.question }, answer?.text ?? null)
    else if (answer !== null) {
      const corrected = answer.citations.find((citation) => citation.kind === 'correction')
      context.actions.openSources(answer, corrected?.index ?? null)
    }
  }
  const element = h('button', { type: 'button', class: 'badge', hidden: true, onclick: press })
  return {
    element,
    update(next, now) {
      turn = next
      const { ending } = next.answer ?? { ending: null }
      const office = context.persona()?.speaker === 'institution'
      const reviewed = ending?.reviewed
      const words =
        next.correction !== null
          ? texts.correctedLater
          : ending?.outcome === 'corrected'
            ? office
              ? texts.correctedByStaff
              : texts.corrected
            : reviewed === undefined
              ? ''
              : reviewed.by === 'lecturer' && !office
                ? texts.reviewed
                : texts.reviewedByStaff
      const day = reviewed === undefined || next.correction !== null ? '' : dayText(reviewed.at, now, tag)
      element.hidden = words === ''
      setText(element, day === '' ? words : `${words} · ${day}`)
    },
  }
}
