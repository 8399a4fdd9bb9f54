import { compareForms, counterpart, SIGNALS } from './compare-forms.ts'
import { type CorrectionModel, type MixedModel, mixedLogit, offsetOf } from './correction-model.ts'
import type { QuestionForm } from './question-form.ts'

/** What is measured of a question and a correction with all its phrasings: `any…` and `all…` look at each of them, what `SIGNALS` names at the nearest one. */
export const CORRECTION_SIGNALS: readonly string[] = [
  'best',
  'second',
  'mean',
  'phrasings',
  'unionMissing',
  'unionNouns',
  'unionLetters',
  'coreMissing',
  'anyAsked',
  'anyCovered',
  'anyCoveredBack',
  'anyFocus',
  'allContrast',
  'allLettersMissing',
  'allLettersMissingBack',
  ...SIGNALS,
]

export interface CorrectionValues {
  /** Of `CORRECTION_SIGNALS`. */
  readonly values: Float64Array
  /** The place of the nearest phrasing, and its logit. */
  readonly nearest: number
  readonly logit: number
  /** Whether a phrasing is the same but for frames and punctuation. */
  readonly isSame: boolean
}

/** Where there is one phrasing, the second is so much less near. */
const NO_SECOND = 2
const COUNTERPART = 0.6

/** Measures a question against a correction. `phrasings` is not empty. */
export function measureCorrection(
  question: QuestionForm,
  phrasings: readonly QuestionForm[],
  pairModel: MixedModel,
): CorrectionValues {
  const pairs = phrasings.map((phrasing) => compareForms(question, phrasing))
  const logits = pairs.map((values) => mixedLogit(values, pairModel))
  const nearest = logits.reduce((best, logit, place) => (logit > (logits[best] ?? 0) ? place : best), 0)
  const logit = logits[nearest] ?? 0
  const second = Math.max(-12, ...logits.filter((_, place) => place !== nearest))
  const losses = question.units.map(
    (unit) => [unit, Math.min(...phrasings.map((phrasing) => 1 - counterpart(unit, phrasing)))] as const,
  )
  const sum = (of: typeof losses) => of.reduce((total, [{ weight }, loss]) => total + weight * loss, 0)
  const each = (name: (typeof SIGNALS)[number]) => {
    const place = SIGNALS.indexOf(name)
    return pairs.map((values) => values[place] ?? 0)
  }
  return {
    values: Float64Array.from([
      logit,
      phrasings.length === 1 ? logit - NO_SECOND : second,
      logits.reduce((total, one) => total + one, 0) / logits.length,
      Math.min(4, phrasings.length),
      sum(losses),
      sum(losses.filter(([{ sort }]) => sort === 'name' || sort === 'noun')),
      question.letters
        .filter(({ letter }) => !phrasings.some((phrasing) => phrasing.plain.includes(letter)))
        .reduce((total, { rarity }) => total + rarity, 0),
      coreMissing(question, phrasings),
      Math.max(...each('asked')),
      Math.max(...each('covered')),
      Math.max(...each('coveredBack')),
      Math.max(...each('focusLeast')),
      Math.min(...each('contrast')),
      Math.min(...each('lettersMissing')),
      Math.min(...each('lettersMissingBack')),
      ...(pairs[nearest] ?? []),
    ]),
    nearest,
    logit,
    isSame: phrasings.some((phrasing) => phrasing.plain === question.plain),
  }
}

/**
 * The logit that a correction answers, less what its number of phrasings takes: judged with all phrasings, or by the
 * canonical one alone where that is surer, so that a further phrasing never makes the canonical one worth less.
 */
export function correctionLogit(
  question: QuestionForm,
  phrasings: readonly QuestionForm[],
  model: Pick<CorrectionModel, 'pair' | 'correction' | 'offsets'>,
): Omit<CorrectionValues, 'values' | 'logit'> & { readonly logit: number; readonly pairLogit: number } {
  const judged = (some: readonly QuestionForm[]) => {
    const { values, logit: pairLogit, ...measured } = measureCorrection(question, some, model.pair)
    return { ...measured, pairLogit, logit: mixedLogit(values, model.correction) - offsetOf(model, some.length) }
  }
  const all = judged(phrasings)
  if (phrasings.length === 1) return all
  return { ...all, logit: Math.max(all.logit, judged(phrasings.slice(0, 1)).logit) }
}

/** The weight of what all phrasings say and the question does not. */
function coreMissing(question: QuestionForm, [first, ...others]: readonly QuestionForm[]): number {
  if (first === undefined) return 0
  return first.units
    .filter((unit) => others.every((other) => counterpart(unit, other) >= COUNTERPART))
    .reduce((total, unit) => total + unit.weight * (1 - counterpart(unit, question)), 0)
}
