import type { Persona } from '../personas/persona.ts'
import type { RankedPassage } from '../retrieval/passage.ts'

/** How many questions are offered after an answer. */
const OFFERED = 3

/**
 * Questions to offer next: the persona's own suggestions (all of them answered by its sources) that were not asked
 * yet, those that share most with what was found first.
 */
export function suggestNext(persona: Persona, asked: readonly string[], passages: readonly RankedPassage[]): string[] {
  const near = passages.slice(0, 3).map(({ passage }) => `${passage.title}\n${passage.text}`)
  return persona.suggestions
    .filter((suggestion) => !asked.includes(suggestion))
    .map((suggestion, order) => ({
      suggestion,
      order,
      shared: Math.max(0, ...near.map((text) => sharedPairs(suggestion, text))),
    }))
    .sort((a, b) => b.shared - a.shared || a.order - b.order)
    .slice(0, OFFERED)
    .map(({ suggestion }) => suggestion)
}

/** Titles of the documents that lie nearest to the question, to name when there is no answer. */
export function nearTopics(passages: readonly RankedPassage[]): string[] {
  return [...new Set(passages.map(({ passage }) => passage.title))].slice(0, 2)
}

function sharedPairs(question: string, text: string): number {
  let shared = 0
  for (let at = 0; at + 2 <= question.length; at++) {
    if (text.includes(question.slice(at, at + 2))) shared++
  }
  return shared
}
