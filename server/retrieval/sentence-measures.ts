import type { QuestionProfile, QuestionUnit, QuestionWord } from './question-profile.ts'
import type { SentenceTable } from './sentence-table.ts'

const LONGEST_SKIP = 8

export interface Weighed {
  readonly unit: QuestionUnit
  /** How much it tells this passage's sentences apart. */
  readonly weight: number
  readonly inSubject: boolean
  readonly where: Uint8Array | Float32Array
}

export function weigh(units: readonly QuestionUnit[], table: SentenceTable): Weighed[] {
  return units.map((unit) => {
    const where = Uint8Array.from(table.sentences, (sentence) => (sentence.folded.includes(unit.text) ? 1 : 0))
    return weighed(unit, where, table)
  })
}

/** As {@link weigh}, but a word also stands where one of the words that answer to it stands. */
export function weighMeaning(words: readonly QuestionWord[], table: SentenceTable): Weighed[] {
  return words.map((word) => {
    const where = Uint8Array.from(table.sentences, ({ folded }) =>
      folded.includes(word.text) || word.others.some((other) => folded.includes(other)) ? 1 : 0,
    )
    return weighed(word, where, table)
  })
}

/** As {@link weigh} for pairs, but something short may stand between the two characters (进厂: 进了压力容器厂), which counts half. */
export function weighSkipping(pairs: readonly QuestionUnit[], table: SentenceTable): Weighed[] {
  return pairs.map((pair) => {
    const left = pair.text.charAt(0)
    const right = pair.text.charAt(1)
    const where = Float32Array.from(table.sentences, ({ folded }) => {
      if (folded.includes(pair.text)) return 1
      for (let at = folded.indexOf(left); at >= 0; at = folded.indexOf(left, at + 1)) {
        const next = folded.indexOf(right, at + 1)
        if (next < 0) return 0
        if (next - at <= LONGEST_SKIP) return 0.5
      }
      return 0
    })
    return weighed(pair, where, table)
  })
}

function weighed(unit: QuestionUnit, where: Uint8Array | Float32Array, table: SentenceTable): Weighed {
  let count = 0
  for (const here of where) count += here
  const total = table.sentences.length
  const weight = Math.log(1 + (total - count + 0.5) / (count + 0.5))
  return { unit, weight, inSubject: table.subject.includes(unit.text), where }
}

export function plain(item: Weighed): number {
  return item.weight
}
export function offSubject(item: Weighed): number {
  return item.inSubject ? 0 : item.weight
}
export function near(item: Weighed): number {
  return item.inSubject ? 0 : item.weight * item.unit.nearness
}
export function nearPlain(item: Weighed): number {
  return item.weight * item.unit.nearness
}
export function rarityOf(item: Weighed): number {
  return item.inSubject ? 0 : item.unit.rarity
}

/** The share of the weight of `items` that stands where `where` says. */
export function coverage(
  items: readonly Weighed[],
  where: (item: Weighed) => number,
  weight: (item: Weighed) => number,
): number {
  let covered = 0
  let total = 0
  for (const item of items) {
    const own = weight(item)
    total += own
    covered += own * where(item)
  }
  return total === 0 ? 0 : covered / total
}

export function bestClause(clauses: readonly string[], pairs: readonly Weighed[], characters: readonly Weighed[]) {
  let best = { pairs: 0, near: 0 }
  for (const clause of clauses) {
    const has = (item: Weighed) => (clause.includes(item.unit.text) ? 1 : 0)
    const found = { pairs: coverage(pairs, has, offSubject), near: coverage(characters, has, near) }
    if (found.pairs + found.near > best.pairs + best.near) best = found
  }
  return best
}

/** The longest piece of the question, off the subject, that stands in the sentence: its share of the longest such piece. */
export function longestRun(profile: QuestionProfile, folded: string, subject: string): number {
  let longest = 0
  let total = 0
  for (const run of profile.runs) {
    if (subject.includes(run)) continue
    total = Math.max(total, run.length)
    for (let start = 0; start + longest < run.length; start += 1) {
      let end = start + longest + 1
      while (end <= run.length && folded.includes(run.slice(start, end))) {
        if (!subject.includes(run.slice(start, end))) longest = end - start
        end += 1
      }
    }
  }
  return total === 0 ? 0 : Math.min(1, longest / Math.min(total, 8))
}

/** The share of the characters of `subject` that stand in the text. */
export function shareOf(subject: string, folded: string): number {
  if (folded.includes(subject)) return 1
  let found = 0
  let total = 0
  for (let index = 0; index + 1 < subject.length; index += 1) {
    total += 1
    if (folded.includes(subject.slice(index, index + 2))) found += 1
  }
  return total === 0 ? 0 : found / total
}

export function headShare(head: string, folded: string): number {
  if (head === '') return 0
  return folded.includes(head) ? 1 : head.length > 2 && folded.includes(head.slice(-2)) ? 0.7 : 0
}

/** The share of the sentence's characters that are not the question's: an answer says something new. */
export function freshness(profile: QuestionProfile, folded: string): number {
  let fresh = 0
  for (const character of folded) if (!profile.folded.includes(character)) fresh += 1
  return fresh / Math.max(1, folded.length)
}

/** The weight of the heaviest pair off the subject that a sentence lacks though others of its passage have it: its share of the heaviest. */
export function rarestMissing(pairs: readonly Weighed[], index: number): number {
  let missing = 0
  let heaviest = 0
  for (const item of pairs) {
    if (!item.where.includes(1)) continue
    const weight = offSubject(item)
    heaviest = Math.max(heaviest, weight)
    if (item.where[index] !== 1) missing = Math.max(missing, weight)
  }
  return heaviest === 0 ? 0 : missing / heaviest
}
