import type { Analyzer } from './analyzer.ts'
import { judgeAnswerability } from './answerability.ts'
import { listNumber } from './list-items.ts'
import type { RankedPassage } from './passage.ts'
import fitted from './persona-answerability-weights.json' with { type: 'json' }
import { type PersonaSignals, personaSignals } from './persona-signals.ts'
import type { Question } from './question.ts'
import type { TermStatistics } from './retriever.ts'
import type { ScoredSentence } from './scored-sentence.ts'

/** A logistic regression: `bias` and what each signal counts. */
export interface PersonaAnswerabilityModel {
  readonly bias: number
  readonly weights: Readonly<Record<keyof PersonaSignals, number>>
  /** The probability that 95 of 100 answerable questions reach. */
  readonly threshold: number
}

/** From this probability on a persona answers, where its front matter does not say otherwise. */
export const DEFAULT_PERSONA_THRESHOLD: number = fitted.threshold

/** What a further question about the matter in hand gains, as a logit: people seldom ask for what cannot be there. */
const IN_HAND = 1.5

/**
 * The probability that a persona's passages answer the question, calibrated on first-person stories. `sentences` are what `selectSentences` chose from
 * the passages. A pure continuation is answered wherever there is text after the part that was told, an item of a list where that item was found.
 */
export function judgeForPersona(
  question: Question,
  passages: readonly RankedPassage[],
  sentences: readonly ScoredSentence[],
  statistics: TermStatistics,
  analyzer: Analyzer,
): number {
  const [best] = sentences
  if (best === undefined) return 0
  const { focus } = question
  const inFocus = focus?.documentId === best.passage.documentId
  if (question.readsOn === true) return inFocus && best.start >= (focus?.afterOffset ?? 0) - 1 ? 1 : 0
  if (inFocus && question.ordinal !== undefined && listNumber(best.text) === question.ordinal) return 1
  const { probability } = judgeAnswerability(question, passages, sentences, statistics, analyzer)
  const logit = personaLogit(personaSignals(question, passages, best, statistics, analyzer, probability), fitted)
  return 1 / (1 + Math.exp(-(logit + (inFocus ? IN_HAND : 0))))
}

/** The logit that a model gives to some signals. */
export function personaLogit(signals: PersonaSignals, { bias, weights }: PersonaAnswerabilityModel): number {
  return (
    bias +
    weights.general * signals.general +
    weights.kindMissing * signals.kindMissing +
    weights.lacking * signals.lacking +
    weights.tokensMissing * signals.tokensMissing
  )
}
