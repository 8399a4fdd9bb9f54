import { diffArrays } from 'diff'
import { h } from '../../parts/dom.ts'

export interface DiffPart {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
}

/** Below this share of kept words two texts have nothing to do with each other, and a diff only confuses. */
const ALIKE = 0.35

/** What was taken out of `before` and put in to get `after`: Chinese by the character, Latin words and numbers whole. */
export function wordDiff(before: string, after: string): DiffPart[] {
  return diffArrays(pieces(before), pieces(after)).map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value.join(''),
  }))
}

function pieces(text: string): string[] {
  return text.match(/[\p{Script=Latin}\p{M}'’]+|\d[\d.,]*|\s+|./gsu) ?? []
}

/** Whether a diff of the two helps to read them. */
export function areAlike(parts: readonly DiffPart[]): boolean {
  const length = (kind: DiffPart['kind']) =>
    parts.reduce((sum, part) => (part.kind === kind ? sum + part.text.length : sum), 0)
  const same = length('same')
  return same / Math.max(1, same + Math.max(length('added'), length('removed'))) >= ALIKE
}

/** A diff to look at and to hear: additions and removals are elements of their own, marked by line and colour. */
export function drawDiff(parts: readonly DiffPart[]): (HTMLElement | string)[] {
  return parts.map(({ kind, text }) => (kind === 'same' ? text : h(kind === 'added' ? 'ins' : 'del', {}, text)))
}
