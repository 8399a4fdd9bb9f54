import type { PassageReader } from './passage-reader.ts'
import { readStanding } from './passage-standing.ts'
import type { Postings } from './postings.ts'
import type { QueryPlan } from './query-plan.ts'

/** The signals that candidates are ordered by; the order in which a row of features holds them. */
export const FEATURES = [
  'own',
  'ownOfBest',
  'synonyms',
  'both',
  'singles',
  'triples',
  'fours',
  'words',
  'window',
  'titlePairs',
  'headingPairs',
  'textPairs',
  'cover',
  'titleCover',
  'headingCover',
  'document',
  'section',
  'documentSize',
  'length',
  'titleLength',
  'question',
  'named',
  'place',
  'clauses',
  'nameLength',
] as const

const WIDTH = FEATURES.length

/** The candidates of one question, with what the first look-up gave them. */
export interface Candidates {
  readonly passages: Uint32Array
  /** The score by the question's own terms, and by its synonyms. */
  readonly own: Float32Array
  readonly synonyms: Float32Array
}

export interface FeatureTable {
  /** One row of `FEATURES` for each candidate; overwritten by the next question. */
  measure(plan: QueryPlan, candidates: Candidates): Float32Array
}

/** How strongly the best candidates of a document outweigh its many weak ones. */
const GROUP_POWER = 3

/** Measures candidates; the arrays are reused. */
export function createFeatureTable(postings: Postings, reader: PassageReader): FeatureTable {
  const { groups, sections, unitStarts, textStarts } = postings
  const documentSizes = new Float32Array(postings.groupCount)
  for (const group of groups) documentSizes[group] = (documentSizes[group] ?? 0) + 1
  const averageText = (unitStarts[postings.passageCount] ?? 0) / Math.max(1, postings.passageCount)
  const standing = readStanding(postings)
  let table = new Float32Array(0)
  return {
    measure(plan, { passages, own, synonyms }) {
      if (table.length < passages.length * WIDTH) table = new Float32Array(passages.length * WIDTH)
      const scale = 1 / (plan.ownWeight + 1e-6)
      let best = 1e-6
      for (const score of own) best = Math.max(best, score)
      const byDocument = new Map<number, number>()
      const bySection = new Map<number, number>()
      reader.begin(plan)
      for (let index = 0; index < passages.length; index++) {
        const strength = (((own[index] ?? 0) + (synonyms[index] ?? 0)) * scale) ** GROUP_POWER
        const passage = passages[index] ?? 0
        const document = groups[passage] ?? 0
        const section = sections[passage] ?? 0
        byDocument.set(document, (byDocument.get(document) ?? 0) + strength)
        bySection.set(section, (bySection.get(section) ?? 0) + strength)
      }
      for (let index = 0; index < passages.length; index++) {
        const passage = passages[index] ?? 0
        const reading = reader.read(passage)
        const ownScore = (own[index] ?? 0) * scale
        const synonymScore = (synonyms[index] ?? 0) * scale
        const strength = (ownScore + synonymScore) ** GROUP_POWER
        const others = (sum: number | undefined) => Math.cbrt(Math.max(0, (sum ?? 0) - strength))
        const start = unitStarts[passage] ?? 0
        let at = index * WIDTH
        table[at++] = ownScore
        table[at++] = (own[index] ?? 0) / best
        table[at++] = synonymScore
        table[at++] = ownScore + synonymScore
        table[at++] = reading.singles
        table[at++] = reading.triples
        table[at++] = reading.fours
        table[at++] = reading.words
        table[at++] = reading.window
        table[at++] = reading.titlePairs
        table[at++] = reading.headingPairs
        table[at++] = reading.textPairs
        table[at++] = reading.cover
        table[at++] = reading.titleCover
        table[at++] = reading.headingCover
        table[at++] = others(byDocument.get(groups[passage] ?? 0))
        table[at++] = others(bySection.get(sections[passage] ?? 0))
        table[at++] = Math.log(documentSizes[groups[passage] ?? 0] ?? 1)
        table[at++] = Math.log(((unitStarts[passage + 1] ?? 0) - (textStarts[passage] ?? 0)) / averageText)
        table[at++] = Math.log(1 + (textStarts[passage] ?? 0) - start)
        table[at++] = Math.log(1 + plan.ownWeight)
        table[at++] = standing.named[groups[passage] ?? 0] ?? 0
        table[at++] = standing.places[passage] ?? 0
        table[at++] = standing.clauses[passage] ?? 0
        table[at++] = standing.nameLengths[groups[passage] ?? 0] ?? 0
      }
      return table.subarray(0, passages.length * WIDTH)
    },
  }
}
