import type { Knowledge } from '../knowledge/read-knowledge.ts'
import type { PersonaCard } from '../protocol/persona-card.ts'
import { consentAllows } from './consent.ts'
import type { Persona } from './persona.ts'

/** The personas that may speak now. Asked at every step, so that a withdrawal holds at once. */
export interface Personas {
  get(id: string): Persona | undefined
  list(): Persona[]
  /** Silences a persona on this node until the knowledge folder says otherwise. */
  withdraw(id: string): void
  /** These personas, and no others, are silent until told otherwise, whatever the knowledge folder says. */
  pause(ids: readonly string[]): void
  /** Takes new knowledge; returns the ids that could speak before and cannot now. */
  update(knowledge: Knowledge): string[]
}

export function createPersonas(knowledge: Knowledge, now: () => number): Personas {
  let personas = byId(knowledge)
  let withdrawn = new Set<string>()
  let paused = new Set<string>()
  const speaks = (persona: Persona) =>
    !withdrawn.has(persona.id) && !paused.has(persona.id) && consentAllows(persona, 'text', now())

  return {
    get(id) {
      const persona = personas.get(id)
      return persona && speaks(persona) ? persona : undefined
    },
    list: () => [...personas.values()].filter(speaks),
    withdraw(id) {
      withdrawn.add(id)
    },
    pause(ids) {
      paused = new Set(ids)
    },
    update(next) {
      const before = [...personas.values()].filter(speaks).map((persona) => persona.id)
      personas = byId(next)
      withdrawn = new Set()
      return before.filter((id) => {
        const persona = personas.get(id)
        return persona === undefined || !speaks(persona)
      })
    },
  }
}

function byId(knowledge: Knowledge): Map<string, Persona> {
  return new Map(knowledge.personas.map((persona) => [persona.id, persona]))
}

/** What the public may know of a persona; voice and picture only under consent for them. */
export function personaCard(persona: Persona, now: number): PersonaCard {
  return {
    id: persona.id,
    name: persona.name,
    ...(persona.title === undefined ? {} : { title: persona.title }),
    speaker: persona.speaker,
    greeting: persona.greeting,
    suggestions: persona.suggestions,
    languages: persona.languages,
    ...(persona.avatar !== undefined && consentAllows(persona, 'likeness', now) ? { avatar: persona.avatar } : {}),
    ...(persona.voice !== undefined && consentAllows(persona, 'voice', now) ? { voice: persona.voice } : {}),
  }
}
