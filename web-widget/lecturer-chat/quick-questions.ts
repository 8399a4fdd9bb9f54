import type { Conversation } from '../connection/conversation-state.ts'
import { h } from '../parts/dom.ts'
import type { ViewContext } from './view-context.ts'

/** How many questions are offered at once; fewer in elder mode. */
const MOST = 6
const MOST_ELDER = 3

export interface QuickQuestions {
  readonly element: HTMLElement
  update(conversation: Conversation, elder: boolean): void
}

/** The row of next questions above the composer, once an answer is over. */
export function createQuickQuestions(context: ViewContext): QuickQuestions {
  const element = h('div', {
    class: 'quick',
    role: 'group',
    'aria-label': context.language.texts.nextTopics,
    hidden: true,
  })
  let shown = ''
  return {
    element,
    update(talk, elder) {
      const last = talk.turns[talk.turns.length - 1]
      const ending = last?.answer?.ending ?? null
      const resting = last !== undefined && ending !== null && ending.outcome !== 'declined'
      const asked = new Set(talk.turns.map((turn) => turn.question))
      const source = ending !== null && ending.suggestions.length > 0 ? ending.suggestions : talk.suggestions
      const topics = resting ? source.filter((topic) => !asked.has(topic)).slice(0, elder ? MOST_ELDER : MOST) : []
      const key = topics.join('\n')
      element.hidden = topics.length === 0
      if (key === shown) return
      shown = key
      element.textContent = ''
      for (const topic of topics) {
        element.append(
          h('button', { type: 'button', class: 'suggestion', onclick: () => context.actions.ask(topic) }, topic),
        )
      }
      element.scrollLeft = 0
    },
  }
}
