import { createPhrasingIndex } from '../corrections/phrasing-index.ts'
import { type QuestionForm, questionForm } from '../corrections/question-form.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { partOf } from './answer-pack.ts'
import type { ParaphrasePack } from './paraphrase-pack.ts'

/** A correction with every known way to ask its question, the canonical one first. */
export interface TrialCorrection {
  readonly id: string
  readonly phrasings: readonly { readonly text: string; readonly form: QuestionForm }[]
}

/** A question with the corrections that it might be taken for. */
export interface Trial {
  readonly text: string
  readonly form: QuestionForm
  /** Canonical questions are held out by part. */
  readonly part: number
  readonly own: TrialCorrection | undefined
  /**
   * What it is where its own correction is left out: `near` was written to be taken for one of the others, `sibling` asks something else of
   * the same persona, `far` was asked about something else altogether.
   */
  readonly otherwise: 'near' | 'sibling' | 'far'
  /** Corrections that do not answer it, the likeliest first. */
  readonly others: readonly TrialCorrection[]
}

export const PARTS = 5
const CANDIDATES = 60
const OTHERS = 6

/** Makes a trial of every question of a pack, and of questions about something else, each asked of one scope. */
export function correctionTrials(
  pack: ParaphrasePack,
  analyzer: Analyzer,
  farFor: (scope: string) => readonly string[] = () => [],
): Trial[] {
  const asked = (text: string) => ({ text, form: questionForm(text, analyzer) })
  const scopes = [...new Set(pack.corrections.map(({ scope }) => scope))]
  return scopes.flatMap((scope, number) => {
    const strangers = farFor(scope)
      .filter((text) => partOf(text, scopes.length) === number)
      .map((text) => ({ id: text, text, scope, answeredBy: new Set<string>(), near: undefined, isFar: true }))
    const questions = [...pack.questions.filter((question) => question.scope === scope), ...strangers].map(
      (question) => ({ isFar: false, ...question, ...asked(question.text) }),
    )
    const corrections = pack.corrections
      .filter((correction) => correction.scope === scope)
      .map((correction) => ({
        id: correction.id,
        phrasings: [
          ...correction.phrasings.map(asked),
          ...questions
            .filter(({ answeredBy }) => answeredBy.has(correction.id))
            .map(({ text, form }) => ({ text, form })),
        ],
      }))
    const byId = new Map(corrections.map((correction) => [correction.id, correction]))
    const index = createPhrasingIndex()
    const ids: string[] = []
    for (const { id, phrasings } of corrections) {
      for (const { form } of phrasings) {
        index.add(form)
        ids.push(id)
      }
    }
    return questions.map(({ text, form, answeredBy, near, isFar }): Trial => {
      const found = index.candidates(form, CANDIDATES).map((place) => ids[place] ?? '')
      const [ownId] = answeredBy
      const others = [...new Set([...(near === undefined ? [] : [near]), ...found])].filter((id) => !answeredBy.has(id))
      const anchor = ownId ?? others[0] ?? text
      return {
        text,
        form,
        part: partOf(anchor, PARTS),
        own: ownId === undefined ? undefined : byId.get(ownId),
        otherwise: near !== undefined ? 'near' : isFar ? 'far' : 'sibling',
        others: others.slice(0, OTHERS).flatMap((id) => byId.get(id) ?? []),
      }
    })
  })
}

/** The canonical question and so many others than the one that is asked, always the same ones for the same question. */
export function phrasingsFor(correction: TrialCorrection, text: string, count: number): QuestionForm[] {
  const [canonical, ...rest] = correction.phrasings.filter((phrasing) => phrasing.text !== text)
  if (canonical === undefined) return []
  const start = rest.length === 0 ? 0 : partOf(text, rest.length)
  return [canonical, ...rest.slice(start), ...rest.slice(0, start)].slice(0, count).map(({ form }) => form)
}
