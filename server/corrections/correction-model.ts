import { type DecisionTree, treeValue } from '../retrieval/decision-trees.ts'
import fitted from './correction-weights.json' with { type: 'json' }

/** A logistic regression and boosted trees over the same signals; their logits are mixed. */
export interface MixedModel {
  readonly logistic: {
    readonly bias: number
    readonly means: readonly number[]
    readonly scales: readonly number[]
    readonly weights: readonly number[]
  }
  readonly trees: { readonly bias: number; readonly trees: readonly DecisionTree[] }
  /** The trees' part of the mixed logit, from 0 to 1. */
  readonly treesShare: number
}

/** Two stages: how near one phrasing is (`SIGNALS`), then whether the correction answers (`CORRECTION_SIGNALS`). */
export interface CorrectionModel {
  readonly signals: readonly string[]
  readonly correctionSignals: readonly string[]
  readonly pair: MixedModel
  readonly correction: MixedModel
  /**
   * Taken from the logit, so that one threshold serves all: by the number of phrasings, from one to four and more. The
   * likeliest of several phrasings is nearer to any question.
   */
  readonly offsets: readonly number[]
  /** The probability from which a correction answers. */
  readonly threshold: number
}

/** The model that ships; made by `npm run eval -- fit-corrections`. */
export const SHIPPED_MODEL: CorrectionModel = fitted

/** What a model makes of the values of its signals, as a logit. */
export function mixedLogit(values: Float64Array, model: MixedModel): number {
  const { bias, means, scales, weights } = model.logistic
  let linear = bias
  for (let index = 0; index < weights.length; index += 1) {
    linear += ((weights[index] ?? 0) * ((values[index] ?? 0) - (means[index] ?? 0))) / (scales[index] ?? 1)
  }
  let grown = model.trees.bias
  for (const tree of model.trees.trees) grown += treeValue(tree, values)
  return (1 - model.treesShare) * linear + model.treesShare * grown
}

/** What is taken from a correction's logit. */
export function offsetOf({ offsets }: Pick<CorrectionModel, 'offsets'>, phrasings: number): number {
  return offsets[Math.min(phrasings, offsets.length) - 1] ?? 0
}
