import type { Analyzer } from './analyzer.ts'
import { answerabilitySignals } from './answerability-features.ts'
import { type AnswerabilityModel, answerProbability } from './answerability-model.ts'
import fitted from './answerability-weights.json' with { type: 'json' }
import type { RankedPassage } from './passage.ts'
import type { Question } from './question.ts'
import type { TermStatistics } from './retriever.ts'
import type { Answerability, ScoredSentence } from './scored-sentence.ts'
import type { SentenceScorer } from './sentence-weights.ts'

/** From this probability on a question is answered, where a persona does not say otherwise. */
export const DEFAULT_ANSWER_THRESHOLD: number = fitted.threshold

export interface JudgeAnswerabilityOptions {
  /** Other models than the shipped ones, for fitting and comparing. */
  readonly model?: AnswerabilityModel
  readonly scorer?: SentenceScorer
}

/**
 * Whether the passages hold an answer to the question. `sentences` are those that `selectSentences` chose from the same passages; the probability is
 * calibrated on as many questions that can be answered as not. Without passages it is 0.
 */
export function judgeAnswerability(
  question: Question,
  passages: readonly RankedPassage[],
  sentences: readonly ScoredSentence[],
  statistics: TermStatistics,
  analyzer: Analyzer,
  options: JudgeAnswerabilityOptions = {},
): Answerability {
  if (passages.length === 0 || sentences.length === 0) return { probability: 0, features: {} }
  const features = answerabilitySignals(question, passages, sentences, statistics, analyzer, options.scorer)
  return { probability: answerProbability(features, options.model ?? fitted), features }
}
