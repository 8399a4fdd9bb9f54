import type { Me } from '../../server/protocol/console-account.ts'
import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import { ApiError, createApi } from '../lecturer-console/api.ts'
import { h } from '../parts/dom.ts'
import { createLab } from './lab.ts'
import { createLabServer } from './lab-server.ts'
import { LAB_TEXTS, type LabLanguage } from './texts.ts'

const LANGUAGE_KEY = 'lecturer-console:language'

/** The lab for those who are signed in to the console; anybody else is shown the way there. */
export async function startAvatarLab(root: HTMLElement): Promise<void> {
  const language = readLanguage()
  const texts = LAB_TEXTS[language]
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
  document.title = texts.title
  const api = createApi({
    onSignedOut: () => door(texts.signIn),
    language: () => (language === 'en' ? 'en' : 'zh-CN'),
    offline: () => texts.offline,
  })
  const door = (words: string) => {
    const sheet = h(
      'div',
      { class: 'door-sheet' },
      h('h1', {}, texts.title),
      h('p', {}, words),
      h('a', { class: 'button', href: '/console' }, texts.toSignIn),
    )
    root.replaceChildren(h('main', { class: 'door' }, sheet))
  }
  try {
    const me = await api.get<Me>('/me')
    api.setMe(me)
    const server = createLabServer(api, me.csrfToken)
    const cards = await server.cards().catch((): readonly PersonaCard[] => [])
    const top = h(
      'header',
      { class: 'lab-top' },
      h('h1', {}, texts.title),
      h('a', { href: '/console' }, texts.back),
      h('button', { type: 'button', class: 'plain', onclick: () => otherLanguage(language) }, texts.otherLanguage),
      h('p', { class: 'lead' }, texts.lead),
    )
    const lab = createLab({ me, server, texts, cardOf: (id) => cards.find((card) => card.id === id) })
    root.replaceChildren(h('div', { class: 'lab' }, top, h('main', {}, lab)))
  } catch (error) {
    if (error instanceof ApiError && error.code === 'not-signed-in') return
    door(error instanceof ApiError ? error.message : texts.offline)
  }
}

function readLanguage(): LabLanguage {
  try {
    return localStorage.getItem(LANGUAGE_KEY) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

function otherLanguage(language: LabLanguage): void {
  try {
    localStorage.setItem(LANGUAGE_KEY, language === 'en' ? 'zh' : 'en')
    location.reload()
  } catch {
    // Without a store there is no other language.
  }
}
