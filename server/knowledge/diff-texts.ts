import { diffArrays } from 'diff'
import type { DocumentDiff } from '../protocol/console-knowledge.ts'

type Piece = DocumentDiff[number]

const SENTENCES = /[^。！？；!?;\n]*(?:[。！？；!?;]+["”』」）)]*|\n+|$)/g
/** What stands for each other is compared word by word up to this many letters … */
const CLOSE_LOOK = 1_500
/** … and shown so where this share of it is the same; below, words only seem to stay. */
const WORTH_WORDS = 0.4
const LONGEST_MS = 1_000

/**
 * What changed from one text to the other: sentences, and within sentences that replace each other, words. The pieces
 * that are not `added` make the first text, those that are not `removed` the second.
 */
export function diffTexts(from: string, to: string): DocumentDiff {
  const pieces: Piece[] = []
  for (const step of align(sentencesOf(from), sentencesOf(to))) {
    if (step.same !== undefined) append(pieces, 'same', step.same)
    else for (const [before, after] of pairs(step.removed, step.added)) appendReplaced(pieces, before, after)
  }
  return pieces
}

type Step =
  | { readonly same: string }
  | { readonly same?: undefined; readonly removed: readonly string[]; readonly added: readonly string[] }

/**
 * What both have in the same order, and what replaces what between. Only parts that both have are searched in, so that
 * texts with nothing in common cost nothing; where even that takes too long, everything is replaced.
 */
function align(before: readonly string[], after: readonly string[]): Step[] {
  const [inBefore, inAfter] = [new Set(before), new Set(after)]
  const common = (parts: readonly string[], others: ReadonlySet<string>) => parts.filter((part) => others.has(part))
  const changes = diffArrays(common(before, inAfter), common(after, inBefore), { timeout: LONGEST_MS })
  const kept = changes?.flatMap(({ added, removed, value }) => (added || removed ? [] : value)) ?? []
  const steps: Step[] = []
  let [left, right] = [0, 0]
  const upTo = (nextLeft: number, nextRight: number) => {
    const [removed, added] = [before.slice(left, nextLeft), after.slice(right, nextRight)]
    if (removed.length + added.length > 0) steps.push({ removed, added })
  }
  for (const same of kept) {
    const [nextLeft, nextRight] = [before.indexOf(same, left), after.indexOf(same, right)]
    upTo(nextLeft, nextRight)
    steps.push({ same })
    ;[left, right] = [nextLeft + 1, nextRight + 1]
  }
  upTo(before.length, after.length)
  return steps
}

/** As many sentences on both sides are most likely the same ones, each changed a little. */
function pairs(removed: readonly string[], added: readonly string[]): (readonly [string, string])[] {
  if (removed.length !== added.length) return [[removed.join(''), added.join('')]]
  return removed.map((before, index) => [before, added[index] ?? ''])
}

function appendReplaced(pieces: Piece[], before: string, after: string): void {
  const steps = before.length + after.length <= CLOSE_LOOK ? align(wordsOf(before), wordsOf(after)) : []
  const same = steps.reduce((sum, step) => sum + (step.same?.length ?? 0), 0)
  if (same < WORTH_WORDS * Math.max(before.length, after.length)) {
    append(pieces, 'removed', before)
    append(pieces, 'added', after)
    return
  }
  for (const step of steps) {
    if (step.same !== undefined) append(pieces, 'same', step.same)
    else {
      append(pieces, 'removed', step.removed.join(''))
      append(pieces, 'added', step.added.join(''))
    }
  }
}

function append(pieces: Piece[], kind: Piece['kind'], text: string): void {
  const last = pieces.at(-1)
  if (text === '') return
  if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + text }
  else pieces.push({ kind, text })
}

function sentencesOf(text: string): string[] {
  return (text.match(SENTENCES) ?? []).filter((sentence) => sentence !== '')
}

const words = new Intl.Segmenter('zh', { granularity: 'word' })

function wordsOf(text: string): string[] {
  return Array.from(words.segment(text), ({ segment }) => segment)
}
