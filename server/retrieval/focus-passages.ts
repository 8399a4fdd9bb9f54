import type { Passage, RankedPassage } from './passage.ts'
import type { Question } from './question.ts'

/** How many passages of the document that a follow-up is about are put among the results. */
const FOCUS_COUNT = 4

/**
 * A follow-up first looks where the last answer came from. The passages of that document from where it was read on
 * are raised above what was found by words alone, keeping what they earned themselves; at most `limit` remain.
 */
export function addFocus(
  found: readonly RankedPassage[],
  focus: NonNullable<Question['focus']>,
  passages: readonly Passage[],
  limit: number,
): RankedPassage[] {
  const own = passages.filter(({ documentId }) => documentId === focus.documentId)
  if (own.length === 0) return [...found]
  const earned = new Map(found.map(({ passage, score }) => [passage.id, score]))
  const best = found[0]?.score ?? 1
  const next = own.filter(({ end }) => end > focus.afterOffset).slice(0, FOCUS_COUNT)
  const raised = new Map(
    next.map((passage, place) => [passage.id, best * (0.9 - 0.1 * place) + (earned.get(passage.id) ?? 0)]),
  )
  const merged = [
    ...next.map((passage) => ({ passage, score: raised.get(passage.id) ?? 0 })),
    ...found.filter(({ passage }) => !raised.has(passage.id)),
  ]
  return merged.sort((left, right) => right.score - left.score).slice(0, limit)
}
