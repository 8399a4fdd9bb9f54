import type { Analyzer } from './analyzer.ts'
import type { RankedPassage } from './passage.ts'
import type { QuestionProfile } from './question-profile.ts'
import { offersKind } from './sentence-cues.ts'
import {
  bestClause,
  coverage,
  freshness,
  headShare,
  longestRun,
  near,
  nearPlain,
  offSubject,
  plain,
  rarestMissing,
  rarityOf,
  shareOf,
  type Weighed,
  weigh,
  weighMeaning,
  weighSkipping,
} from './sentence-measures.ts'
import { sentenceTable } from './sentence-table.ts'

/** The named signals of one sentence, in the order in which {@link SentenceFeatures.values} holds them. */
export const FEATURE_NAMES = [
  'pairs',
  'pairsOffSubject',
  'pairsNear',
  'characters',
  'charactersOffSubject',
  'charactersNear',
  'words',
  'wordsOffSubject',
  'wordsNear',
  'wordsMeant',
  'rarePairs',
  'rareWords',
  'longestRun',
  'tokens',
  'tokensMissing',
  'clausePairs',
  'clauseNear',
  'before',
  'after',
  'missingElsewhere',
  'subjectHere',
  'subjectBefore',
  'pronounFirst',
  'first',
  'last',
  'place',
  'lengthLog',
  'short',
  'head',
  'headEnd',
  'fresh',
  'question',
  'passageScore',
  'passageFirst',
  'passagePlace',
  'passagePairs',
  'skipPairs',
  'skipPairsNear',
  'meanings',
  'meaningsNear',
  'rarestMissing',
  'behindBest',
  'freshCues',
] as const

export interface SentenceFeatures {
  readonly ranked: RankedPassage
  /** In UTF-16 code units of the passage's text. */
  readonly start: number
  readonly end: number
  readonly values: Float64Array
  readonly cues: readonly number[]
}

/** Measures every sentence of a passage, headings left out, against the question. */
export function sentenceFeatures(
  profile: QuestionProfile,
  ranked: RankedPassage,
  place: number,
  bestScore: number,
  analyzer: Analyzer,
): SentenceFeatures[] {
  const table = sentenceTable(ranked.passage, analyzer)
  const { sentences } = table
  const pairs = weigh(profile.pairs, table)
  const characters = weigh(profile.characters, table)
  const words = weigh(profile.words, table)
  const tokens = weigh(profile.tokens, table)
  const meant = weighMeaning(profile.words, table)
  const meanings = weighMeaning(profile.meanings, table)
  const skipped = weighSkipping(profile.pairs, table)
  const bestCoverage = Math.max(
    0,
    ...sentences.map((_, index) => coverage(characters, (item) => item.where[index] ?? 0, offSubject)),
  )
  const passagePairs = coverage(pairs, (item) => (item.where.includes(1) ? 1 : 0), rarityOf)
  const coverages = sentences.map((_, index) => coverage(pairs, (item) => item.where[index] ?? 0, offSubject))
  const features: SentenceFeatures[] = []
  for (const [index, sentence] of sentences.entries()) {
    if (sentence.heading) continue
    const here = (item: Weighed) => item.where[index] ?? 0
    const length = sentence.end - sentence.start
    const previous = sentences[index - 1]
    const clause = bestClause(sentence.clauses, pairs, characters)
    const values = [
      coverage(pairs, here, plain),
      coverage(pairs, here, offSubject),
      coverage(pairs, here, near),
      coverage(characters, here, plain),
      coverage(characters, here, offSubject),
      coverage(characters, here, near),
      coverage(words, here, plain),
      coverage(words, here, offSubject),
      coverage(words, here, near),
      coverage(meant, here, offSubject),
      coverage(pairs, here, rarityOf),
      coverage(words, here, rarityOf),
      longestRun(profile, sentence.folded, table.subject),
      coverage(tokens, here, plain),
      tokens.some((item) => here(item) === 0) ? 1 : 0,
      clause.pairs,
      clause.near,
      coverages[index - 1] ?? 0,
      coverages[index + 1] ?? 0,
      coverage(pairs, (item) => (here(item) === 0 && item.where.includes(1) ? 1 : 0), offSubject),
      shareOf(table.subject, sentence.folded),
      previous === undefined ? 0 : shareOf(table.subject, previous.folded),
      /^(?:他|她|它|其|该|这|此|后来|之后|同年)/u.test(sentence.folded) ? 1 : 0,
      index === 0 ? 1 : 0,
      index === sentences.length - 1 ? 1 : 0,
      sentences.length < 2 ? 0 : index / (sentences.length - 1),
      Math.log(length / 40),
      length < 12 ? 1 : 0,
      headShare(profile.type.head, sentence.folded),
      profile.type.head !== '' && sentence.folded.includes(profile.type.head.slice(-1)) ? 1 : 0,
      freshness(profile, sentence.folded),
      /[?]$/u.test(sentence.folded) ? 1 : 0,
      bestScore > 0 ? ranked.score / bestScore : 0,
      place === 0 ? 1 : 0,
      Math.log(1 + place),
      passagePairs,
      coverage(skipped, here, offSubject),
      coverage(skipped, here, near),
      coverage(meanings, here, plain),
      coverage(meanings, here, nearPlain),
      rarestMissing(pairs, index),
      bestCoverage - coverage(characters, here, offSubject),
      offersKind(profile, sentence.folded) ? 1 : 0,
    ]
    features.push({
      ranked,
      start: sentence.start,
      end: sentence.end,
      values: Float64Array.from(values),
      cues: sentence.cues,
    })
  }
  return features
}
