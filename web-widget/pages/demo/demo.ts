import type { PersonaCard } from '../../../server/protocol/persona-card.ts'
import type { LecturerChatApi } from '../../loader/widget.ts'
import { type DemoKind, type EmbedElement, embedCode, embedElements } from './embed-elements.ts'

declare global {
  interface Window {
    LecturerChat?: Readonly<LecturerChatApi>
  }
}

const home = new URL('../', location.href).href
const EVENTS = ['ready', 'open', 'close', 'answer', 'citation', 'error'] as const

function byId(id: string): HTMLElement {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page has no #${id}`)
  return element
}

async function personasOf(): Promise<PersonaCard[]> {
  const response = await fetch(`${home}v1/personas`)
  if (!response.ok) throw new Error(`status ${response.status}`)
  return ((await response.json()) as { personas: PersonaCard[] }).personas
}

/** The lecturer whom the address names comes first. */
function chosenFirst(personas: readonly PersonaCard[]): PersonaCard[] {
  const wanted = new URLSearchParams(location.search).get('persona')
  const chosen = personas.filter((persona) => persona.id === wanted)
  return [...chosen, ...personas.filter((persona) => persona.id !== wanted)]
}

function drawChoice(personas: readonly PersonaCard[]): void {
  const select = byId('persona')
  for (const persona of personas) select.append(new Option(persona.name, persona.id))
  select.addEventListener('change', () => {
    location.search = `?persona=${encodeURIComponent((select as HTMLSelectElement).value)}`
  })
  select.closest('p')?.removeAttribute('hidden')
}

/** Puts the very elements of the code into the page; scripts go where templates have them, at the end of the body. */
function place(elements: readonly EmbedElement[], loaded: () => void): void {
  for (const { tag, attributes } of elements) {
    const element = document.createElement(tag)
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
    if (tag === 'script') element.addEventListener('load', loaded, { once: true })
    const box = tag === 'script' ? document.body : byId('place')
    box.append(element)
  }
}

function connectButtons(persona: PersonaCard): void {
  const chat = window.LecturerChat
  if (chat === undefined) return
  let scale = 1
  byId('open').addEventListener('click', () => chat.open({ persona: persona.id }))
  byId('ask').addEventListener('click', () =>
    chat.open({ persona: persona.id, question: persona.suggestions[0] ?? '您好' }),
  )
  byId('larger').addEventListener('click', () => {
    scale = scale >= 1.8 ? 1 : Math.round((scale + 0.2) * 10) / 10
    chat.setScale(scale)
  })
  byId('close').addEventListener('click', () => chat.close())
  for (const name of EVENTS) {
    chat.on(name, (detail) => {
      const line = document.createElement('li')
      line.textContent = `${name} ${JSON.stringify(detail)}`
      byId('heard').append(line)
    })
  }
}

async function show(kind: DemoKind): Promise<void> {
  let personas: PersonaCard[]
  try {
    personas = chosenFirst(await personasOf())
  } catch {
    byId('trouble').hidden = false
    return
  }
  const [persona] = personas
  if (persona === undefined) return
  const elements = embedElements(kind, personas, home)
  byId('code').textContent = embedCode(elements)
  drawChoice(personas)
  place(elements, () => {
    if (kind === 'host-api') connectButtons(persona)
  })
}

void show(document.body.dataset.demo as DemoKind)
