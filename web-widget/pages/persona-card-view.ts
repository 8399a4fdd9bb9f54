import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import { createAvatar } from '../parts/avatar.ts'
import { h } from '../parts/dom.ts'
import type { PortalTexts } from './portal-texts.ts'

/** One lecturer on the portal: who it is, what to ask, and the way in. */
export function drawPersonaCard(
  persona: PersonaCard,
  texts: PortalTexts,
  open: (question: string | undefined, opener: HTMLElement) => void,
): HTMLElement {
  const asks = persona.suggestions.slice(0, 3).map((question) => {
    const button: HTMLButtonElement = h(
      'button',
      { type: 'button', class: 'ask', onclick: () => open(question, button) },
      h('span', { class: 'ask-mark', 'aria-hidden': 'true' }, texts.ask),
      h('span', {}, question),
    )
    return button
  })
  const start: HTMLButtonElement = h(
    'button',
    {
      type: 'button',
      class: 'button',
      'aria-label': `${texts.open}: ${persona.name}`,
      onclick: () => open(undefined, start),
    },
    texts.open,
  )
  return h(
    'article',
    { class: 'card', 'aria-label': persona.name },
    h(
      'div',
      { class: 'card-head' },
      h('div', { class: 'portrait' }, createAvatar(persona)),
      h(
        'div',
        { class: 'card-who' },
        h('h3', {}, persona.name),
        persona.title !== undefined && h('p', { class: 'card-title' }, persona.title),
        h(
          'p',
          { class: 'tags' },
          h('span', { class: 'tag ai' }, texts.tag),
          h('span', { class: 'tag' }, texts[persona.speaker]),
        ),
      ),
    ),
    h('p', { class: 'greeting' }, persona.greeting),
    h('div', { class: 'asks' }, ...asks),
    h(
      'p',
      { class: 'card-actions' },
      start,
      h('a', { href: `/p/${encodeURIComponent(persona.id)}`, class: 'more' }, texts.wholePage),
    ),
  )
}
