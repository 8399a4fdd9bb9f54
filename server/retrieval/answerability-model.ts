import type { AnswerabilitySignals } from './answerability-features.ts'
import { type DecisionTree, treeValue } from './decision-trees.ts'

/** A logistic regression and boosted trees over the same named signals, their logits mixed and calibrated. */
export interface AnswerabilityModel {
  /** The signals, in the order in which weights and trees number them. */
  readonly signals: readonly string[]
  readonly logistic: {
    readonly bias: number
    readonly means: readonly number[]
    readonly scales: readonly number[]
    readonly weights: readonly number[]
  }
  readonly trees: { readonly bias: number; readonly trees: readonly DecisionTree[] }
  /** The trees' part of the mixed logit, from 0 to 1. */
  readonly treesShare: number
  /** `probability = 1 / (1 + exp(-(scale * mixed + shift)))`, fitted on questions that were not learned from. */
  readonly calibration: { readonly scale: number; readonly shift: number }
  /** The probability that 95 of 100 answerable questions reach. */
  readonly threshold: number
}

/** The mixed logit of some signals, before calibration. */
export function mixedLogit(
  signals: AnswerabilitySignals,
  model: Pick<AnswerabilityModel, 'signals' | 'logistic' | 'trees' | 'treesShare'>,
): number {
  const values = Float64Array.from(model.signals, (name) => signals[name] ?? 0)
  const { bias, means, scales, weights } = model.logistic
  let linear = bias
  for (let index = 0; index < values.length; index += 1) {
    linear += ((weights[index] ?? 0) * ((values[index] ?? 0) - (means[index] ?? 0))) / (scales[index] ?? 1)
  }
  let grown = model.trees.bias
  for (const tree of model.trees.trees) grown += treeValue(tree, values)
  return (1 - model.treesShare) * linear + model.treesShare * grown
}

/** The probability that questions with such signals are answered by their passages. */
export function answerProbability(signals: AnswerabilitySignals, model: AnswerabilityModel): number {
  const { scale, shift } = model.calibration
  return 1 / (1 + Math.exp(-(scale * mixedLogit(signals, model) + shift)))
}
