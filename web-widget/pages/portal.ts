import '../lecturer-chat/panel.ts'
import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import type { LecturerChat } from '../lecturer-chat/lecturer-chat.ts'
import { createAvatar } from '../parts/avatar.ts'
import { h, setAttribute, setText } from '../parts/dom.ts'
import { createEmbedTool } from './embed-tool.ts'
import { drawPersonaCard } from './persona-card-view.ts'
import { ENGLISH_PAGE, portalTexts } from './portal-texts.ts'

const home = new URL('./', location.href).href.replace(/[?#].*$/, '')
const chinesePage = new Map<HTMLElement, string>()
const chats = new Map<string, LecturerChat>()
let language: 'zh' | 'en' = firstLanguage()
let personas: readonly PersonaCard[] | null = null
let failed = false

function firstLanguage(): 'zh' | 'en' {
  const asked = new URLSearchParams(location.search).get('lang')
  return asked === 'en' ? 'en' : 'zh'
}

function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page has no #${id}`)
  return element
}

async function load(): Promise<void> {
  failed = false
  try {
    const response = await fetch(`${home}v1/personas`)
    if (!response.ok) throw new Error(`status ${response.status}`)
    const list = (await response.json()) as { personas: PersonaCard[] }
    personas = list.personas
  } catch {
    failed = true
  }
  draw()
}

function open(persona: PersonaCard, question: string | undefined, opener: HTMLElement): void {
  for (const [id, chat] of chats) if (id !== persona.id) chat.close()
  let chat = chats.get(persona.id)
  if (chat === undefined) {
    chat = document.createElement('lecturer-chat') as LecturerChat
    for (const [name, value] of [
      ['mode', 'bubble'],
      ['server', home],
      ['name', persona.name],
      ['locale', language === 'en' ? 'en' : 'zh-CN'],
      ['persona', persona.id],
    ] as const) {
      chat.setAttribute(name, value)
    }
    chats.set(persona.id, chat)
    document.documentElement.append(chat)
  }
  chat.open(question, opener)
}

function drawPage(): void {
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    if (!chinesePage.has(element)) chinesePage.set(element, (element.textContent ?? '').trim())
    const key = element.dataset.text ?? ''
    setText(element, (language === 'en' ? ENGLISH_PAGE[key] : chinesePage.get(element)) ?? '')
  }
  const other = byId('language')
  setText(other, portalTexts(language).otherLanguage)
  setAttribute(other, 'lang', language === 'en' ? 'zh-CN' : 'en')
  document.title = language === 'en' ? 'Craftsmen’s Lecture Hall · AI avatars' : '工匠讲堂 · 劳模工匠 AI 分身'
}

function drawCards(): void {
  const texts = portalTexts(language)
  const cards = byId('cards')
  cards.textContent = ''
  if (failed) {
    const retry = h('button', { type: 'button', class: 'button', onclick: () => void load() }, texts.retry)
    cards.append(h('p', { class: 'notice', role: 'alert' }, texts.failed), retry)
    return
  }
  if (personas === null || personas.length === 0) {
    cards.append(h('p', { class: 'notice' }, personas === null ? texts.loading : texts.none))
    return
  }
  for (const persona of personas) {
    cards.append(drawPersonaCard(persona, texts, (question, opener) => open(persona, question, opener)))
  }
}

function drawArt(): void {
  const art = byId('hero-art')
  if (art.childElementCount > 0 || personas === null) return
  for (const persona of personas.slice(0, 3)) {
    art.append(
      h(
        'div',
        { class: 'art-card' },
        createAvatar(persona),
        h('span', { class: 'art-name' }, persona.name),
        h('span', { class: 'art-line' }, persona.suggestions[0] ?? ''),
      ),
    )
  }
}

function draw(): void {
  drawPage()
  drawCards()
  drawArt()
  embedTool.update(personas ?? [], portalTexts(language))
}

const embedTool = createEmbedTool(byId('embed-choices'), byId('embed-result'), home)
byId('language').addEventListener('click', () => {
  language = language === 'en' ? 'zh' : 'en'
  for (const chat of chats.values()) chat.setAttribute('locale', language === 'en' ? 'en' : 'zh-CN')
  draw()
})
draw()
void load()
