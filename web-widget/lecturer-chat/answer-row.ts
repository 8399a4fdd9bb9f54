import type { AnswerState } from '../connection/answer-state.ts'
import { citationAt, type Turn } from '../connection/conversation-state.ts'
import { type AnswerText, createAnswerText } from '../markdown/answer-text.ts'
import { createAvatar } from '../parts/avatar.ts'
import { h, setAttribute, setText } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import { clockText } from '../translations/times.ts'
import { createAskLecturer } from './ask-lecturer.ts'
import { createBadge } from './badge.ts'
import { createFeedback, type Feedback } from './feedback.ts'
import { createThinking } from './thinking.ts'
import type { ViewContext } from './view-context.ts'

export interface AnswerRow {
  readonly element: HTMLElement
  update(turn: Turn, now: number): void
}

/** One answer: its sentences with citation chips, and when it is over its label, sources and feedback. */
export function createAnswerRow(context: ViewContext, first: Turn): AnswerRow {
  const { texts, tag } = context.language
  let turn = first
  let endedAs: AnswerState | null = null
  let feedback: Feedback | null = null
  const textBox = h('div', { class: 'text' })
  const text: AnswerText = createAnswerText(textBox, (index) => chip(index))
  const thinking = createThinking(context)
  const badge = createBadge(context)
  const ending = h('p', { class: 'ending', hidden: true })
  const foot = h('div', { class: 'foot', hidden: true })
  const bubble = h('div', { class: 'bubble' }, textBox, thinking.element, ending)
  const said = h('div', { class: 'said' }, bubble, foot)
  const element = h('article', { class: 'row theirs' }, createAvatar(context.persona()), said)
  setAttribute(element, 'aria-label', texts.speakerName(context.name(), clockText(first.askedAt, tag)))

  const chip = (index: number): HTMLElement => {
    const title = turn.answer === null ? '' : (citationAt(turn.answer, index)?.title ?? '')
    return h(
      'button',
      {
        type: 'button',
        class: 'cite',
        'aria-label': texts.citation(index + 1, title),
        onclick: () => {
          if (turn.answer !== null) context.actions.openSources(turn.answer, index)
        },
      },
      String(index + 1),
    )
  }

  const drawEnd = (answer: AnswerState): void => {
    const outcome = answer.ending?.outcome
    element.classList.toggle('declined', outcome === 'declined')
    const note = endingNote(context, outcome, answer.text === '')
    setText(ending, note)
    ending.hidden = note === ''
    foot.textContent = ''
    foot.hidden = false
    foot.append(badge.element)
    const documents = new Set(answer.citations.map((citation) => citation.documentId)).size
    foot.append(
      documents > 0
        ? h(
            'button',
            { type: 'button', class: 'label-line', onclick: () => context.actions.openSources(answer, null) },
            texts.answeredFrom(documents),
          )
        : h('span', { class: 'label-line' }, texts.generated),
    )
    if (outcome === 'failed' || outcome === 'interrupted') foot.append(retryButton(context, turn))
    if (answer.text === '') return
    if (outcome === 'declined') {
      const topics = answer.ending?.suggestions ?? []
      said.append(...createAskLecturer(context, turn))
      if (topics.length > 0) said.append(topicList(context, texts.declinedTopics, topics))
      return
    }
    feedback = createFeedback(context, turn)
    const acts = h('span', { class: 'acts' }, ...feedback.buttons)
    if (!context.kiosk) {
      acts.append(
        h(
          'button',
          {
            type: 'button',
            class: 'act',
            'aria-label': texts.share,
            title: texts.share,
            onclick: () => context.actions.share(turn),
          },
          icon('share'),
        ),
      )
    }
    foot.append(acts, feedback.form)
  }

  return {
    element,
    update(next, now) {
      turn = next
      const answer = next.answer
      const empty = answer === null || answer.sentences.length === 0
      const open = answer?.ending === null
      if (answer !== null) text.update(answer.sentences, open)
      thinking.update(next, now)
      if (answer !== null && answer.ending !== null && endedAs !== answer) {
        const again = endedAs !== null && endedAs.text === answer.text
        endedAs = answer
        if (!again) drawEnd(answer)
      }
      textBox.hidden = empty
      badge.update(next, now)
      feedback?.update(next)
    },
  }
}

function retryButton(context: ViewContext, turn: Turn): HTMLElement {
  return h(
    'button',
    { type: 'button', class: 'button plain', onclick: () => context.actions.retry(turn.question) },
    context.language.texts.retry,
  )
}

function endingNote(context: ViewContext, outcome: string | undefined, empty: boolean): string {
  const { texts } = context.language
  if (outcome === 'stopped') return texts.stopped
  if (outcome === 'interrupted') return empty ? texts.failed : texts.interrupted
  if (outcome === 'failed') return texts.failed
  return outcome === 'filtered' && empty ? texts.filtered : ''
}

/** A caption and a few questions to tap. */
export function topicList(context: ViewContext, caption: string, topics: readonly string[]): HTMLElement {
  return h(
    'div',
    { class: 'topics', role: 'group', 'aria-label': caption },
    h('span', { class: 'caption' }, caption),
    ...topics.map((topic) =>
      h('button', { type: 'button', class: 'suggestion', onclick: () => context.actions.ask(topic) }, topic),
    ),
  )
}
