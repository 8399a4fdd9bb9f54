import type { Analyzer } from './analyzer.ts'
import { offersAsked } from './asked-kind.ts'
import { measureQuestion } from './measure-question.ts'
import type { RankedPassage } from './passage.ts'
import type { Question } from './question.ts'
import type { TermStatistics } from './retriever.ts'
import type { ScoredSentence } from './scored-sentence.ts'

/** How far around the best sentence a word of the question may stand, in UTF-16 code units: people do not repeat what they talk about. */
const BEFORE = 120
const AFTER = 80

/** What tells of a lecturer's few stories, beside the general probability, whether they answer. */
export interface PersonaSignals {
  /** The general probability as a logit. */
  readonly general: number
  /** 1 where the question asks for a kind of thing (a sum, a year, a person) that the best sentence does not have. */
  readonly kindMissing: number
  /** The rarity of the rarest word of the question that is said nowhere near the best sentence; a half-said word counts by half. */
  readonly lacking: number
  /** How many numbers and words in Latin letters of the question stand nowhere near. */
  readonly tokensMissing: number
}

/** Measures a question against the sentences that were selected for it; `probability` is what `judgeAnswerability` gave. */
export function personaSignals(
  question: Question,
  passages: readonly RankedPassage[],
  best: ScoredSentence,
  statistics: TermStatistics,
  analyzer: Analyzer,
  probability: number,
): PersonaSignals {
  const { profile } = measureQuestion(question, passages, statistics, analyzer)
  const { passage } = best
  const at = best.start - passage.start
  const around = analyzer.normalise(
    [
      passage.text.slice(Math.max(0, at - BEFORE), best.end - passage.start + AFTER),
      passage.title,
      ...passage.headings,
    ].join('\n'),
  )
  const missing = profile.words.filter(
    ({ text, others }) => !around.includes(text) && !others.some((other) => around.includes(other)),
  )
  return {
    general: Math.log((probability + 1e-6) / (1 - probability + 1e-6)),
    kindMissing: offersAsked(question.searchText, best.text) === false ? 1 : 0,
    lacking: Math.max(0, ...missing.map((word) => word.rarity * unsaid(word.text, around))),
    tokensMissing: profile.tokens.filter(({ text }) => !around.includes(text)).length,
  }
}

function unsaid(word: string, text: string): number {
  return [...word].filter((character) => !text.includes(character)).length / word.length
}
