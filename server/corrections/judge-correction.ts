import { compareEvidence, EVIDENCE_SIGNALS, type EvidenceForm } from './compare-evidence.ts'
import { compareForms, SIGNALS, wideCounterpart } from './compare-forms.ts'
import { type MixedModel, mixedLogit } from './correction-model.ts'
import type { QuestionForm } from './question-form.ts'

/** A question or a phrasing, with what the knowledge offers for it. */
export interface AskedForm {
  readonly form: QuestionForm
  readonly evidence: EvidenceForm | undefined
}

/** What is measured of a question and a correction with all its phrasings. */
export const CORRECTION_SIGNALS: readonly string[] = [
  'best',
  'second',
  'mean',
  'phrasings',
  'unionMissing',
  'unionNouns',
  'unionLetters',
  'coreMissing',
  ...SIGNALS,
  ...EVIDENCE_SIGNALS,
]

export interface CorrectionValues {
  /** Of `CORRECTION_SIGNALS`. */
  readonly values: Float64Array
  /** The place of the nearest phrasing, and its logit. */
  readonly nearest: number
  readonly logit: number
  readonly hasEvidence: boolean
  /** Whether a phrasing is the same but for frames and punctuation. */
  readonly isSame: boolean
}

/** Where there is one phrasing, the second is so much less near. */
const NO_SECOND = 2
const COUNTERPART = 0.6

/** Measures a question against a correction. `phrasings` is not empty. */
export function measureCorrection(
  question: AskedForm,
  phrasings: readonly AskedForm[],
  answer: string | undefined,
  pairModel: MixedModel,
): CorrectionValues {
  const { form } = question
  const pairs = phrasings.map((phrasing) => compareForms(form, phrasing.form))
  const logits = pairs.map((values) => mixedLogit(values, pairModel))
  const nearest = logits.reduce((best, logit, place) => (logit > (logits[best] ?? 0) ? place : best), 0)
  const logit = logits[nearest] ?? 0
  const second = Math.max(-12, ...logits.filter((_, place) => place !== nearest))
  const losses = form.units.map(
    (unit) => [unit, Math.min(...phrasings.map((phrasing) => 1 - wideCounterpart(unit, phrasing.form)))] as const,
  )
  const lost = (text: string) => losses.find(([unit]) => unit.text === text)?.[1] ?? 0
  const sum = (of: typeof losses) => of.reduce((total, [{ weight }, loss]) => total + weight * loss, 0)
  const evidence = phrasings
    .map((phrasing) => compareEvidence(question.evidence, phrasing.evidence, answer, { question: form, lost }))
    .reduce((best, values) => ((values[3] ?? 0) > (best[3] ?? 0) ? values : best))
  return {
    values: Float64Array.from([
      logit,
      phrasings.length === 1 ? logit - NO_SECOND : second,
      logits.reduce((total, each) => total + each, 0) / logits.length,
      Math.min(4, phrasings.length),
      sum(losses),
      sum(losses.filter(([{ sort }]) => sort === 'name' || sort === 'noun')),
      form.letters
        .filter(({ letter }) => !phrasings.some((phrasing) => phrasing.form.plain.includes(letter)))
        .reduce((total, { rarity }) => total + rarity, 0),
      coreMissing(form, phrasings),
      ...(pairs[nearest] ?? []),
      ...evidence,
    ]),
    nearest,
    logit,
    hasEvidence: evidence[0] === 1,
    isSame: phrasings.some((phrasing) => phrasing.form.plain === form.plain),
  }
}

/** The weight of what all phrasings say and the question does not. */
function coreMissing(question: QuestionForm, [first, ...others]: readonly AskedForm[]): number {
  if (first === undefined) return 0
  return first.form.units
    .filter((unit) => others.every(({ form }) => wideCounterpart(unit, form) >= COUNTERPART))
    .reduce((total, unit) => total + unit.weight * (1 - wideCounterpart(unit, question)), 0)
}
