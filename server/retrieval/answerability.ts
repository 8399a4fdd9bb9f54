import type { Question } from '../turn/question.ts'
import type { Analyzer } from './analyzer.ts'
import { type AnswerabilitySignals, answerabilitySignals } from './answerability-features.ts'
import fitted from './answerability-weights.json' with { type: 'json' }
import type { RankedPassage } from './passage.ts'
import type { TermStatistics } from './retriever.ts'
import type { Answerability, ScoredSentence } from './scored-sentence.ts'

/** A logistic regression over named signals: each counts `weight` for each `scale` that it lies above `mean`. */
export interface AnswerabilityModel {
  readonly bias: number
  readonly signals: Readonly<Record<string, { readonly mean: number; readonly scale: number; readonly weight: number }>>
  /** The probability that 95 % of the answerable questions reach. */
  readonly threshold: number
}

/** From this probability on a question is answered, where a persona does not say otherwise. */
export const DEFAULT_ANSWER_THRESHOLD: number = fitted.threshold

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
): Answerability {
  if (passages.length === 0 || sentences.length === 0) return { probability: 0, features: {} }
  const features = answerabilitySignals(question, passages, sentences, statistics, analyzer)
  return { probability: answerProbability(features, fitted), features }
}

/** The probability that a model gives to some signals. */
export function answerProbability(signals: AnswerabilitySignals, model: AnswerabilityModel): number {
  let logit = model.bias
  for (const [name, { mean, scale, weight }] of Object.entries(model.signals)) {
    logit += (weight * ((signals[name] ?? 0) - mean)) / scale
  }
  return 1 / (1 + Math.exp(-logit))
}
