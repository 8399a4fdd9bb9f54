import { QUESTION_KINDS } from './question-type.ts'
import { CUE_NAMES } from './sentence-cues.ts'
import { FEATURE_NAMES, type SentenceFeatures } from './sentence-features.ts'
import fitted from './sentence-weights.json' with { type: 'json' }

/** A linear model of how well a sentence answers: by name, what each signal counts. */
export interface SentenceWeights {
  readonly features: Readonly<Record<string, number>>
  readonly cues: Readonly<Record<string, number>>
  /** What each cue counts more or less for a kind of question. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Scores one sentence for a question of the kind with this position in `QUESTION_KINDS`. */
export type SentenceScorer = (features: SentenceFeatures, kind: number) => number

/** Makes the function that a model stands for; a name that the model does not know counts nothing. */
export function sentenceScorer(weights: SentenceWeights): SentenceScorer {
  const features = Float64Array.from(FEATURE_NAMES, (name) => weights.features[name] ?? 0)
  const cues = QUESTION_KINDS.map((kind) =>
    Float64Array.from(CUE_NAMES, (name) => (weights.cues[name] ?? 0) + (weights.kinds[kind]?.[name] ?? 0)),
  )
  return ({ values, cues: found }, kind) => {
    let score = 0
    for (let index = 0; index < features.length; index += 1) score += (features[index] ?? 0) * (values[index] ?? 0)
    const cueWeights = cues[kind]
    for (const cue of found) score += cueWeights?.[cue] ?? 0
    return score
  }
}

/** The model that is shipped; `fit-sentences` made it. */
export const scoreSentence: SentenceScorer = sentenceScorer(fitted)
