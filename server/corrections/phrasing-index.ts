import type { QuestionForm } from './question-form.ts'

/** Finds the few phrasings among thousands that may ask the same as a question. */
export interface PhrasingIndex {
  readonly size: number
  add(form: QuestionForm): void
  /** Numbers of phrasings in the order in which they were added, the likeliest first. */
  candidates(form: QuestionForm, limit: number): number[]
}

/** A key in more than this share of many phrasings does not tell them apart. */
const COMMON_SHARE = 0.2
const MANY = 500

/** An inverted index over words, groups of words, pairs of characters and sounds of words. */
export function createPhrasingIndex(): PhrasingIndex {
  const postings = new Map<string, number[]>()
  let size = 0
  let scores = new Float32Array(256)
  return {
    get size() {
      return size
    },
    add(form) {
      for (const key of keysOf(form)) {
        const list = postings.get(key)
        if (list === undefined) postings.set(key, [size])
        else list.push(size)
      }
      size += 1
    },
    candidates(form, limit) {
      if (scores.length < size) scores = new Float32Array(2 * size)
      const touched: number[] = []
      for (const key of keysOf(form)) {
        const list = postings.get(key)
        if (list === undefined || (size > MANY && list.length > COMMON_SHARE * size)) continue
        const weight = Math.log(1 + size / list.length)
        for (const number of list) {
          const score = scores[number] ?? 0
          if (score === 0) touched.push(number)
          scores[number] = score + weight
        }
      }
      const best = bestOf(touched, scores, limit)
      for (const number of touched) scores[number] = 0
      return best
    },
  }
}

/** The highest scores by keeping a short sorted list: the limit is small. */
function bestOf(numbers: readonly number[], scores: Float32Array, limit: number): number[] {
  const best: number[] = []
  let least = 0
  for (const number of numbers) {
    const score = scores[number] ?? 0
    if (best.length === limit && score <= least) continue
    let place = best.length
    while (place > 0 && (scores[best[place - 1] ?? 0] ?? 0) < score) place -= 1
    best.splice(place, 0, number)
    if (best.length > limit) best.pop()
    least = best.length === limit ? (scores[best[limit - 1] ?? 0] ?? 0) : 0
  }
  return best
}

function keysOf(form: QuestionForm): Set<string> {
  const keys = new Set<string>(form.pairs)
  for (const { text, groups, sound, alternatives } of form.units) {
    keys.add(text)
    if (text.length > 1) keys.add(`~${sound}`)
    for (const group of groups) keys.add(`#${group}`)
    for (const word of alternatives.slice(0, 4)) keys.add(word)
  }
  for (const group of form.askedGroups) keys.add(`#${group}`)
  return keys
}
