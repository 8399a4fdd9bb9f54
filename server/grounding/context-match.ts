/** The characters around a span, nearest first, without punctuation: what tells one occurrence of a value from another. */
export interface Context {
  readonly left: string
  readonly right: string
  /** How many of the letters on each side belong to the same clause. */
  readonly near: readonly [number, number]
}

const REACH = 12
/** Words of another clause say less about which occurrence is meant. */
const FAR_WEIGHT = 0.25
const CLAUSE = /[,，;；。:：!?]/
const SILENT = /[\s\p{P}\p{S}]/u

/** The context of [start, end) inside the bounds of its sentence. */
export function contextOf(text: string, start: number, end: number, from = 0, until = text.length): Context {
  const [left, nearLeft] = lettersFrom(text, start - 1, from - 1, -1)
  const [right, nearRight] = lettersFrom(text, end, until, 1)
  return { left, right, near: [nearLeft, nearRight] }
}

function lettersFrom(text: string, first: number, stop: number, step: 1 | -1): [letters: string, near: number] {
  let letters = ''
  let near = -1
  for (let at = first; at !== stop && letters.length < REACH; at += step) {
    const character = text.charAt(at)
    if (near < 0 && CLAUSE.test(character)) near = letters.length
    if (!SILENT.test(character)) letters += character
  }
  return [letters, near < 0 ? letters.length : near]
}

/**
 * How much of the claim's context the source's context has, 0 to 1. Pairs of characters count, the nearer the more, and
 * less where they stand at another distance or on the other side.
 */
export function contextMatch(claim: Context, source: Context): number {
  const left = sideMatch(claim.left, claim.near[0], source.left, source.right)
  const right = sideMatch(claim.right, claim.near[1], source.right, source.left)
  const total = left.total + right.total
  return total === 0 ? 0 : (left.matched + right.matched) / total
}

function sideMatch(claim: string, inClause: number, same: string, other: string): { matched: number; total: number } {
  let matched = 0
  let total = 0
  if (claim.length > 0) {
    const weight = inClause > 0 ? 1 : FAR_WEIGHT
    total += weight
    if (claim[0] === same[0]) matched += weight
  }
  for (let at = 0; at + 1 < claim.length; at++) {
    const weight = (at + 1 < inClause ? 1 : FAR_WEIGHT) / (1 + 0.3 * at)
    total += weight
    const near = nearest(claim, at, same)
    if (near >= 0) matched += weight / (1 + 0.15 * near)
    // On the other side the same words stand in reading order, so the pair is reversed.
    else if (other.includes((claim[at + 1] ?? '') + (claim[at] ?? ''))) matched += weight * 0.4
  }
  return { matched, total }
}

/** How far from `at` the pair of characters stands in `text`; -1 where it does not. */
function nearest(claim: string, at: number, text: string): number {
  const pair = claim.slice(at, at + 2)
  let best = -1
  for (let found = text.indexOf(pair); found >= 0; found = text.indexOf(pair, found + 1)) {
    const distance = Math.abs(found - at)
    if (best < 0 || distance < best) best = distance
  }
  return best
}
