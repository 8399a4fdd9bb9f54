import type { QueueReason, QueueRow } from '../../../server/protocol/console-queue.ts'
import { h } from '../../parts/dom.ts'
import { ago } from '../parts/format.ts'
import type { ConsoleLanguage } from '../view.ts'
import type { ReviewTexts } from './texts.ts'

export interface QueueCardOptions {
  readonly row: QueueRow
  readonly href: string
  readonly texts: ReviewTexts
  readonly language: ConsoleLanguage
  /** Whether rows of several lecturers stand in one list. */
  readonly withPersona: boolean
  /** Whose console it is: a row that they hold themselves needs no word. */
  readonly reader: string
}

const LOOKS: Readonly<Record<QueueReason, string>> = {
  declined: 'warn',
  'thumbs-down': 'bad',
  reported: 'bad',
  'ask-lecturer': 'warn',
  withheld: 'warn',
  'low-support': 'warn',
  'source-changed': 'warn',
  sample: '',
}

export function reasonChip(reason: QueueReason, texts: ReviewTexts): HTMLElement {
  return h('span', { class: `chip ${LOOKS[reason]}` }, texts.reasons[reason])
}

/** One row of the queue: the whole card leads to its turn. */
export function queueCard({ row, href, texts, language, withPersona, reader }: QueueCardOptions): HTMLLIElement {
  const meta = [
    texts.asked(row.count),
    row.countWeek > 0 && row.count > 1 ? texts.week(row.countWeek) : '',
    ago(row.lastAskedAt, language),
    withPersona ? row.personaName : '',
  ].filter(Boolean)
  const holder = row.leasedBy === reader ? null : row.leasedBy
  const state = row.state === 'waiting' ? null : h('span', { class: 'chip good' }, texts.states[row.state])
  // Its chip says already that there is no answer.
  const unanswered = row.outcome === 'declined' && row.reasons.includes('declined')
  const answer =
    row.outcome === 'declined' || row.answer.trim() === '' ? texts.outcomes[row.outcome ?? 'failed'] : row.answer
  return h(
    'li',
    { class: 'queue-item', 'data-answer': row.answerId },
    h(
      'a',
      { class: 'card queue-card', href },
      h('span', { class: 'queue-question' }, row.question || texts.forgotten),
      !unanswered && h('span', { class: 'queue-answer' }, h('b', { 'aria-hidden': 'true' }, texts.answerIs), answer),
      h('span', { class: 'chips' }, state, ...row.reasons.map((reason) => reasonChip(reason, texts))),
      h('span', { class: 'queue-meta' }, meta.join(' · ')),
      holder !== null && h('span', { class: 'queue-holder' }, texts.workingOn(holder)),
      holder === null && row.decidedBy !== null && h('span', { class: 'queue-meta' }, texts.decidedBy(row.decidedBy)),
    ),
  )
}
