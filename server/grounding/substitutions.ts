import { isStopword } from '../retrieval/question-words.ts'
import type { AlignedClause } from './claim.ts'
import { type TaggedWord, tagWords } from './tag-words.ts'

/** A place where a clause says something else than its source, between words that are the same on both sides. */
export interface Substitution {
  readonly ours: string
  readonly theirs: string
  readonly ourWords: readonly TaggedWord[]
  readonly theirWords: readonly TaggedWord[]
}

const WIDEST = 14
const BREAK = /[，。；！？：、,;!?:\n]/

/** The substitutions of a clause, each widened to whole words. Insertions and omissions are none. */
export function substitutionsOf(clause: AlignedClause): Substitution[] {
  const { toSource } = clause.alignment
  const { folded } = clause
  const source = clause.source.folded
  const found: Substitution[] = []
  let ourWords: readonly TaggedWord[] | undefined
  let theirWords: readonly TaggedWord[] | undefined
  let previous = -1
  let previousThere = -1
  for (let at = 0; at <= folded.length; at++) {
    const end = at === folded.length
    const there = end ? -1 : (toSource[at] ?? -1)
    if (!end && there < 0) continue
    const start = previous + 1
    const hasLeft = previous >= 0
    const from = hasLeft ? previousThere + 1 : clauseStart(source, there)
    const until = end ? clauseEnd(source, previousThere + 1) : there
    previous = at
    previousThere = there
    if (start >= at || from < 0 || until <= from || (end && !hasLeft)) continue
    if (at - start > WIDEST || until - from > WIDEST || BREAK.test(source.slice(from, until))) continue
    ourWords ??= tagWords(folded)
    theirWords ??= tagWords(source)
    const ours = overlapping(ourWords, start, at)
    const theirs = overlapping(theirWords, from, until)
    trimTogether(ours, theirs)
    if (ours.length === 0 || theirs.length === 0) continue
    found.push({ ours: textOf(ours), theirs: textOf(theirs), ourWords: ours, theirWords: theirs })
  }
  return found
}

function textOf(words: readonly TaggedWord[]): string {
  return words.map(({ word }) => word).join('')
}

function overlapping(words: readonly TaggedWord[], start: number, end: number): TaggedWord[] {
  const inside = words.filter((word) => word.end > start && word.start < end)
  const isWord = ({ word }: TaggedWord) => /[\p{L}\p{N}]/u.test(word) && !isStopword(word)
  while (inside.length > 0 && inside[0] !== undefined && !isWord(inside[0])) inside.shift()
  while (inside.length > 0 && !isWord(inside.at(-1) as TaggedWord)) inside.pop()
  return inside
}

/** 包括爱尔兰人 / 包含…: a verb, preposition or the like that both sides begin or end with is not what was exchanged. */
function trimTogether(ours: TaggedWord[], theirs: TaggedWord[]): void {
  const isSmall = (word: TaggedWord | undefined) => word !== undefined && /^[vpcdua]/.test(word.tag)
  while (ours.length > 1 && theirs.length > 1 && isSmall(ours[0]) && isSmall(theirs[0])) {
    ours.shift()
    theirs.shift()
  }
  while (ours.length > 1 && theirs.length > 1 && isSmall(ours.at(-1)) && isSmall(theirs.at(-1))) {
    ours.pop()
    theirs.pop()
  }
}

/** Where the source's clause begins that `at` lies in. */
function clauseStart(source: string, at: number): number {
  let start = at
  while (start > 0 && !BREAK.test(source.charAt(start - 1))) start--
  return start
}

function clauseEnd(source: string, at: number): number {
  let end = at
  while (end < source.length && !BREAK.test(source.charAt(end))) end++
  return end
}

/** Single letters that stand for another one of the source, with the same letters on both sides: 温度低了 for 温度高了. */
export function replacedLetters(clause: AlignedClause): (readonly [ours: string, theirs: string])[] {
  const { toSource } = clause.alignment
  const found: (readonly [string, string])[] = []
  for (let at = 0; at < clause.folded.length; at++) {
    if ((toSource[at] ?? -1) >= 0) continue
    const left = at === 0 ? undefined : toSource[at - 1]
    const right = at + 1 < toSource.length ? toSource[at + 1] : undefined
    const there = left !== undefined && left >= 0 ? left + 1 : right !== undefined && right >= 0 ? right - 1 : -1
    if (there < 0 || (left !== undefined && left !== there - 1) || (right !== undefined && right !== there + 1))
      continue
    found.push([clause.folded.charAt(at), clause.source.folded.charAt(there)])
  }
  return found
}
