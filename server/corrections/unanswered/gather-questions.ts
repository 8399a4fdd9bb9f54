import type { Analyzer } from '../../retrieval/analyzer.ts'
import { foldForSearch } from '../../review/question-key.ts'
import type { MatchableCorrection } from '../correction-match.ts'
import { createCorrectionMatcher } from '../correction-matcher.ts'
import { plainQuestion } from '../plain-question.ts'
import type { WorkSlices } from '../preview/work-slices.ts'

/** A question as it was understood, and how often it was asked. */
export interface AskedQuestion {
  readonly key: string
  readonly text: string
  readonly count: number
}

export interface GatherOptions {
  readonly analyzer: Analyzer
  readonly slices: WorkSlices
}

/** From this share of common pairs of letters on, two questions are one without a closer look. */
const ALIKE = 0.9
/** Two questions that both say something of their own are not one: 焊接 or 铸造. A word put in breaks one pair. */
const OWN_PAIRS = 1
/** So many of the most asked are compared by meaning; the rest, asked once or twice, by their letters alone. */
const COMPARED = 400

/**
 * Gathers questions that mean the same, the most asked first: almost equal ones by their letters, those by the matcher
 * of corrections at the probability from which a correction would answer. The same questions always give the same
 * groups; the first of each group is its most asked.
 */
export async function gatherQuestions<Question extends AskedQuestion>(
  questions: readonly Question[],
  { analyzer, slices }: GatherOptions,
): Promise<Question[][]> {
  const breathe = slices.begin()
  const inOrder = [...questions].sort(byCount)
  const byLetters = await gatherByLetters(inOrder, breathe)
  byLetters.sort((one, other) => sumOf(other) - sumOf(one) || byCount(one[0], other[0]))

  const matcher = createCorrectionMatcher({ analyzer })
  const leaders: MatchableCorrection[] = []
  const groups: Question[][] = []
  const rest: Question[][] = []
  for (const [place, group] of byLetters.entries()) {
    const [leader] = group
    if (leader === undefined) continue
    if (place >= COMPARED) {
      rest.push(group)
      continue
    }
    const found = matcher.match(leader.text)
    const same = found === undefined ? undefined : groups[Number(found.correctionId)]
    if (same?.[0] !== undefined && denies(same[0].text) === denies(leader.text)) same.push(...group)
    else {
      leaders.push({ id: String(groups.length), phrasings: [leader.text], notThese: [] })
      matcher.update(leaders)
      groups.push(group)
    }
    await breathe()
  }
  return [...groups, ...rest].sort((one, other) => sumOf(other) - sumOf(one) || byCount(one[0], other[0]))
}

interface LetterGroup<Question> {
  readonly members: Question[]
  readonly pairs: ReadonlySet<string>
  readonly numbers: string
}

/** Each question joins the group whose leader is most alike, or leads one of its own. */
async function gatherByLetters<Question extends AskedQuestion>(
  questions: readonly Question[],
  breathe: () => Promise<void>,
): Promise<Question[][]> {
  const forms: LetterGroup<Question>[] = []
  const frequency = new Map<string, number>()
  for (const question of questions) {
    const plain = plainQuestion(foldForSearch(question.text))
    const pairs = pairsOf(plain)
    for (const pair of pairs) frequency.set(pair, (frequency.get(pair) ?? 0) + 1)
    forms.push({ members: [question], pairs, numbers: numbersOf(plain) })
    await breathe()
  }
  const groups: LetterGroup<Question>[] = []
  const byRarest = new Map<string, LetterGroup<Question>[]>()
  for (const form of forms) {
    const rarest = rarestOf(form.pairs, frequency)
    let best: { readonly group: LetterGroup<Question>; readonly alike: number } | undefined
    for (const group of new Set(rarest.flatMap((pair) => byRarest.get(pair) ?? []))) {
      if (group.numbers !== form.numbers) continue
      const alike = likeness(form.pairs, group.pairs)
      if (alike >= ALIKE && alike > (best?.alike ?? 0)) best = { group, alike }
    }
    if (best !== undefined) best.group.members.push(...form.members)
    else {
      groups.push(form)
      for (const pair of rarest) {
        const list = byRarest.get(pair)
        if (list === undefined) byRarest.set(pair, [form])
        else list.push(form)
      }
    }
    await breathe()
  }
  return groups.map((group) => group.members)
}

/**
 * So many of the rarest pairs that two questions whose likeness (Dice) is `ALIKE` have one of them in common: all but
 * the least number that they share, and one more.
 */
function rarestOf(pairs: ReadonlySet<string>, frequency: ReadonlyMap<string, number>): string[] {
  const least = Math.ceil((pairs.size * ALIKE) / (2 - ALIKE) - 1e-9)
  return [...pairs]
    .sort((one, other) => (frequency.get(one) ?? 0) - (frequency.get(other) ?? 0) || (one < other ? -1 : 1))
    .slice(0, pairs.size - least + 1)
}

/** The share of pairs that both have, from 0 to 1 (Dice); 0 where each has pairs of its own. */
function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0
  for (const pair of one) if (other.has(pair)) shared += 1
  return Math.min(one.size, other.size) - shared > OWN_PAIRS ? 0 : (2 * shared) / (one.size + other.size)
}

function pairsOf(plain: string): Set<string> {
  const pairs = new Set<string>()
  for (let at = 0; at + 1 < plain.length; at += 1) pairs.add(plain.slice(at, at + 2))
  return pairs.size === 0 ? new Set([plain]) : pairs
}

/** Questions that name other numbers, or of which one denies, never are the same by their letters. */
function numbersOf(plain: string): string {
  return [...(plain.match(/[\d一二三四五六七八九十百千万两]+/gu) ?? []), denies(plain)].join(' ')
}

/** Whether the question denies something; 有没有 and 会不会 only ask. */
function denies(text: string): boolean {
  return /[不没未别]/u.test(plainQuestion(foldForSearch(text)).replace(/(\p{Script=Han})[不没]\1|[不没]有?$/gu, ''))
}

function sumOf(group: readonly AskedQuestion[]): number {
  return group.reduce((sum, question) => sum + question.count, 0)
}

function byCount(one: AskedQuestion | undefined, other: AskedQuestion | undefined): number {
  const [left, right] = [one?.key ?? '', other?.key ?? '']
  return (other?.count ?? 0) - (one?.count ?? 0) || (left < right ? -1 : left > right ? 1 : 0)
}
