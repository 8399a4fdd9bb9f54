import { askedCloseness } from './asked-class.ts'
import type { QuestionForm, Unit } from './question-form.ts'

/** What is measured of two questions, in the order of the values that `compareForms` gives. */
export const SIGNALS = [
  'asked',
  'sameAsked',
  'yesNo',
  'covered',
  'coveredBack',
  'leastCovered',
  'missing',
  'missingBack',
  'missingMost',
  'missingMostBack',
  'missingBoth',
  'missingNames',
  'missingNamesBack',
  'missingNouns',
  'missingNounsBack',
  'missingNounsBoth',
  'missingVerbs',
  'missingVerbsBack',
  'missingVerbsBoth',
  'exact',
  'contrast',
  'numbersDiffer',
  'numbersMissing',
  'negation',
  'persons',
  'pairs',
  'characters',
  'charactersBack',
  'order',
  'sounds',
  'length',
  'shortest',
  'size',
  'letters',
  'lettersBack',
  'lettersMissing',
  'lettersMissingBack',
  'lettersMissingBoth',
  'focus',
  'focusBack',
  'focusLeast',
  'subjectOnly',
  'denied',
] as const

/**
 * Compares what a visitor asks with a phrasing of a correction: the values of `SIGNALS`. "Missing" is what one side says and the other
 * has no counterpart for, weighed by how rare it is; "back" looks from the phrasing to the question.
 */
export function compareForms(question: QuestionForm, phrasing: QuestionForm): Float64Array {
  const there = coverage(question, phrasing)
  const back = coverage(phrasing, question)
  const letters = letterCoverage(question, phrasing, there.answered)
  const lettersBack = letterCoverage(phrasing, question, back.answered)
  const focus = focusCovered(question, phrasing)
  const focusBack = focusCovered(phrasing, question)
  const asked = askedCloseness(question.asked, phrasing.asked)
  const longest = Math.max(1, question.plain.length, phrasing.plain.length)
  return Float64Array.of(
    asked,
    question.asked.kind === phrasing.asked.kind ? 1 : 0,
    (question.asked.kind === 'yesno') === (phrasing.asked.kind === 'yesno') ? 0 : 1,
    there.covered,
    back.covered,
    Math.min(there.covered, back.covered),
    there.missing,
    back.missing,
    there.most,
    back.most,
    Math.min(there.most, back.most),
    there.names,
    back.names,
    there.nouns,
    back.nouns,
    Math.min(there.nouns + there.names, back.nouns + back.names),
    there.verbs,
    back.verbs,
    Math.min(there.verbs, back.verbs),
    Math.min(there.exact, back.exact),
    Math.max(contrast(there.left, back.left), contrastingWords(question, phrasing)),
    numbersDiffer(question.numbers, phrasing.numbers) ? 1 : 0,
    (question.numbers.length === 0) === (phrasing.numbers.length === 0) ? 0 : 1,
    question.isNegated === phrasing.isNegated ? 0 : 1,
    question.persons === phrasing.persons ? 0 : question.persons === '' || phrasing.persons === '' ? 0.3 : 1,
    dice(question.pairs, phrasing.pairs),
    charactersIn(question.rest, phrasing.plain),
    charactersIn(phrasing.rest, question.plain),
    longestCommon(question.codes, phrasing.codes) / longest,
    longestCommon(question.soundCodes, phrasing.soundCodes) / longest,
    Math.min(question.plain.length, phrasing.plain.length) / longest,
    Math.min(question.units.length, phrasing.units.length),
    Math.min(3, there.total),
    letters.covered,
    lettersBack.covered,
    letters.missing,
    lettersBack.missing,
    Math.min(letters.missing, lettersBack.missing),
    focus,
    focusBack,
    Math.min(focus, focusBack),
    (1 - Math.max(focus, focusBack)) * Math.min(there.covered, back.covered),
    question.isNegated === phrasing.isNegated ? 0 : Math.min(there.covered, back.covered),
  )
}

interface Coverage {
  readonly total: number
  readonly covered: number
  readonly exact: number
  readonly missing: number
  readonly most: number
  readonly names: number
  readonly nouns: number
  readonly verbs: number
  readonly left: readonly Unit[]
  /** Words that have a counterpart, in their own letters or others. */
  readonly answered: string
}

function coverage(from: QuestionForm, to: QuestionForm): Coverage {
  let total = 0
  let found = 0
  let exact = 0
  let most = 0
  const lost = { name: 0, noun: 0, verb: 0, other: 0 }
  const left: Unit[] = []
  let answered = ''
  for (const unit of from.units) {
    const score = counterpart(unit, to)
    total += unit.weight
    found += unit.weight * score
    if (score === 1) exact += unit.weight
    if (score >= 0.75) answered += unit.text
    const loss = unit.weight * (1 - score)
    lost[unit.sort] += loss
    most = Math.max(most, loss)
    if (score < 0.9 || unit.contrasts.length > 0) left.push(unit)
  }
  const all = Math.max(0.1, total)
  return {
    total,
    covered: total === 0 ? 1 : found / all,
    exact: total === 0 ? 1 : exact / all,
    missing: total - found,
    most,
    names: lost.name,
    nouns: lost.noun,
    verbs: lost.verb,
    answered,
    left: left.filter(({ text }) => !to.texts.has(text)),
  }
}

/** How well the words next to those that ask are answered, the worst of them. */
function focusCovered(from: QuestionForm, to: QuestionForm): number {
  return from.focus.reduce(
    (worst, unit) => Math.min(worst, 1 - (1 - counterpart(unit, to)) * Math.min(1, 3 * unit.weight)),
    1,
  )
}

/** The same by single characters, so that it does not hang on where one word ends; what is heard the same counts half. */
function letterCoverage(from: QuestionForm, to: QuestionForm, answered: string): { covered: number; missing: number } {
  let total = 0
  let found = 0
  for (const { letter, rarity, sound } of from.letters) {
    total += rarity
    if (to.plain.includes(letter) || answered.includes(letter)) found += rarity
    else if (to.sounds.includes(sound)) found += rarity * 0.6
  }
  return { covered: total === 0 ? 1 : found / total, missing: total - found }
}

/** How well a word of one question is answered by something in the other, from 0 to 1. */
export function counterpart(unit: Unit, other: QuestionForm): number {
  const { text } = unit
  if (other.texts.has(text)) return 1
  if (text.length > 1 && other.plain.includes(text)) return 1
  if (unit.groups.some((group) => other.groups.has(group))) return 0.9
  if (unit.groups.some((group) => other.askedGroups.has(group))) return 0.85
  if (unit.alternatives.some((word) => word.length > 1 && other.plain.includes(word))) return 0.75
  if (text.length > 1 && other.sounds.includes(` ${unit.sound} `)) return 0.85
  if (text.length === 1) return other.plain.includes(text) ? 0.6 : other.sounds.includes(` ${unit.sound} `) ? 0.3 : 0
  let best = 0
  for (const { text: word } of other.units) {
    if (word.length > 1 && text.includes(word)) best = Math.max(best, 0.75 * (word.length / text.length) + 0.2)
  }
  if (text.length > 2) best = Math.max(best, 0.9 * pairsIn(text, other.pairs))
  const shared = [...text].filter((character) => other.rest.includes(character)).length / text.length
  return Math.max(best, 0.6 * shared)
}

function pairsIn(text: string, pairs: ReadonlySet<string>): number {
  let found = 0
  for (let at = 0; at + 1 < text.length; at += 1) if (pairs.has(text.slice(at, at + 2))) found += 1
  return found / (text.length - 1)
}

function contrast(left: readonly Unit[], right: readonly Unit[]): number {
  const groups = new Set(left.flatMap(({ contrasts }) => contrasts))
  return right.some(({ contrasts }) => contrasts.some((group) => groups.has(group))) ? 1 : 0
}

function contrastingWords(left: QuestionForm, right: QuestionForm): number {
  for (const [word, lists] of left.contrasts) {
    if (right.contrasts.has(word)) continue
    for (const [other, others] of right.contrasts) {
      if (!left.contrasts.has(other) && others.some((list) => lists.includes(list))) return 1
    }
  }
  return 0
}

function numbersDiffer(left: readonly string[], right: readonly string[]): boolean {
  if (left.length === 0 || right.length === 0) return false
  return !left.every((number) => right.includes(number)) && !right.every((number) => left.includes(number))
}

function dice(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size + right.size === 0) return 0
  let shared = 0
  for (const pair of left) if (right.has(pair)) shared += 1
  return (2 * shared) / (left.size + right.size)
}

function charactersIn(from: string, to: string): number {
  if (from === '') return 1
  let found = 0
  for (const character of from) if (to.includes(character)) found += 1
  return found / from.length
}

/** The length of the longest common subsequence. */
function longestCommon(left: readonly number[], right: readonly number[]): number {
  const line = new Uint16Array(right.length + 1)
  for (const code of left) {
    let diagonal = 0
    for (let column = 1; column <= right.length; column += 1) {
      const above = line[column] ?? 0
      line[column] = code === right[column - 1] ? diagonal + 1 : Math.max(above, line[column - 1] ?? 0)
      diagonal = above
    }
  }
  return line[right.length] ?? 0
}
