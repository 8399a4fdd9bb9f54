import type { Analyzer } from './analyzer.ts'
import type { RankedPassage } from './passage.ts'
import type { Question } from './question.ts'
import { type QuestionProfile, questionProfile } from './question-profile.ts'
import type { TermStatistics } from './retriever.ts'
import { type SentenceFeatures, sentenceFeatures } from './sentence-features.ts'

/** A question held against the passages that were found for it. */
export interface MeasuredQuestion {
  readonly profile: QuestionProfile
  /** For each passage, in the order given, its sentences. */
  readonly features: readonly (readonly SentenceFeatures[])[]
}

const measured = new WeakMap<readonly RankedPassage[], { question: Question; result: MeasuredQuestion }>()

/** Measures all sentences of the passages; done once for a question and its passages, since selection and answerability both ask. */
export function measureQuestion(
  question: Question,
  passages: readonly RankedPassage[],
  statistics: TermStatistics,
  analyzer: Analyzer,
): MeasuredQuestion {
  const known = measured.get(passages)
  if (known?.question === question) return known.result
  const profile = questionProfile(question.searchText, statistics, analyzer)
  const bestScore = passages[0]?.score ?? 0
  const features = passages.map((ranked, place) => sentenceFeatures(profile, ranked, place, bestScore, analyzer))
  const result = { profile, features }
  measured.set(passages, { question, result })
  return result
}
