import type { PersonaCard } from '../../../server/protocol/persona-card.ts'
import {
  DEFAULT_COLOR,
  EMBED_FORMS,
  EMBED_LOCALES,
  EMBED_THEMES,
  type EmbedChoice,
  embedParts,
} from '../embed-snippet.ts'
import { portalTexts } from '../portal-texts.ts'

/** What the address asks for; whatever it does not know is as at first. */
function choiceOf(query: URLSearchParams): EmbedChoice {
  const one = <T extends string>(name: string, known: readonly T[], otherwise: T): T =>
    known.find((value) => value === query.get(name)) ?? otherwise
  const color = query.get('color') ?? ''
  return {
    form: one('form', EMBED_FORMS, 'bubble'),
    side: one('side', ['left', 'right'], 'right'),
    color: /^#[0-9a-f]{6}$/i.test(color) ? color : DEFAULT_COLOR,
    elder: query.get('elder') === '1',
    theme: one('theme', EMBED_THEMES, 'light'),
    locale: one('locale', EMBED_LOCALES, ''),
  }
}

async function show(): Promise<void> {
  const home = new URL('../', location.href).href
  const query = new URLSearchParams(location.search)
  const response = await fetch(`${home}v1/personas`)
  const { personas } = (await response.json()) as { personas: PersonaCard[] }
  const persona = personas.find(({ id }) => id === query.get('persona')) ?? personas[0]
  if (persona === undefined) return
  for (const { tag, attributes, text } of embedParts(choiceOf(query), persona, home, portalTexts('zh'))) {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    element.textContent = text ?? ''
    const box = tag === 'script' ? document.body : document.getElementById('place')
    box?.append(element)
  }
}

void show()
