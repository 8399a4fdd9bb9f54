import type { Analyzer } from '../retrieval/analyzer.ts'
import { compareForms } from './compare-forms.ts'
import type { CorrectionMatch, CorrectionMatcher, MatchableCorrection } from './correction-match.ts'
import { type CorrectionModel, mixedLogit, SHIPPED_MODEL } from './correction-model.ts'
import { heardAlike } from './heard-alike.ts'
import { correctionLogit } from './judge-correction.ts'
import { createPhrasingIndex, type PhrasingIndex } from './phrasing-index.ts'
import { type QuestionForm, questionForm } from './question-form.ts'

export interface CorrectionMatcherOptions {
  readonly analyzer: Analyzer
  /** Other weights than the shipped ones. */
  readonly model?: CorrectionModel
  /** The probability from which a correction answers, from 0 to 1; the model's own by default. */
  readonly threshold?: number
}

/** A matcher that can also tell how near the nearest phrasing was; for calibration and previews. */
export interface JudgingMatcher extends CorrectionMatcher {
  /** The likeliest correction whatever its probability; undefined where none shares anything, or a negative example is nearer. */
  nearest(question: string): CorrectionMatch | undefined
  /**
   * The corrections that may answer, the likeliest first, sure enough or not, at most `limit`: for a judge who reads
   * meanings. None that has a negative example which is nearer than its phrasings.
   */
  candidates(question: string, limit: number): CorrectionMatch[]
}

/** One phrasing; places in the index point here. */
interface Entry {
  readonly correctionId: string
  readonly phrasing: string
  readonly form: QuestionForm
}

const CANDIDATES = 24
/** So many corrections, those with the nearest phrasings, are judged with all that is known of them. */
const JUDGED = 5
/** A judge gets more to choose from: so many phrasings are looked at for it. */
const WIDE_CANDIDATES = 80
/** What is longer (in characters) is compared with a few only: it costs much and asks more than any phrasing. */
const LONGEST = 300
const CANDIDATES_OF_LONG = 6
/** After so many replaced phrasings the index is made anew. */
const STALE_SHARE = 0.5
/** Two questions that differ in what is written for a sound only: nearer than any two that differ in words. */
const HEARD_LOGIT = 30
const HEARD_PROBABILITY = 0.95
/**
 * The longer a question, the more it says that may make it another one: from `SHORT` to `LONG` characters, what the
 * logit must exceed grows from nothing to `LONG_LOGIT`.
 */
const SHORT = 12
const LONG = 20
const LONG_LOGIT = 1.5

/** Makes a matcher without corrections. The first question loads a dictionary (about 0.2 s). */
export function createCorrectionMatcher(options: CorrectionMatcherOptions): JudgingMatcher {
  const { analyzer, model = SHIPPED_MODEL } = options
  const threshold = options.threshold ?? model.threshold
  let forms = new Map<string, QuestionForm>()
  let live = new Map<string, MatchableCorrection>()
  let entries: (Entry | undefined)[] = []
  let placesOf = new Map<string, number[]>()
  let index: PhrasingIndex = createPhrasingIndex()
  let stale = 0

  const formOf = (phrasing: string): QuestionForm => {
    const known = forms.get(phrasing)
    if (known !== undefined) return known
    const form = questionForm(phrasing, analyzer)
    forms.set(phrasing, form)
    return form
  }
  const add = (correction: MatchableCorrection) => {
    const places: number[] = []
    for (const phrasing of new Set(correction.phrasings)) {
      const form = formOf(phrasing)
      if (form.plain === '') continue
      places.push(entries.length)
      entries.push({ correctionId: correction.id, phrasing, form })
      index.add(form)
    }
    for (const example of correction.notThese) formOf(example)
    live.set(correction.id, correction)
    placesOf.set(correction.id, places)
  }
  const remove = (id: string) => {
    for (const place of placesOf.get(id) ?? []) {
      entries[place] = undefined
      stale += 1
    }
    live.delete(id)
    placesOf.delete(id)
  }
  const rebuild = (corrections: readonly MatchableCorrection[]) => {
    const known = forms
    forms = new Map()
    for (const { phrasings, notThese } of corrections) {
      for (const text of [...phrasings, ...notThese]) {
        const form = known.get(text)
        if (form !== undefined) forms.set(text, form)
      }
    }
    live = new Map()
    entries = []
    placesOf = new Map()
    index = createPhrasingIndex()
    stale = 0
    for (const correction of corrections) add(correction)
  }

  const pairLogit = (question: QuestionForm, phrasing: QuestionForm): number =>
    question.plain === phrasing.plain
      ? Infinity
      : heardAlike(question, phrasing)
        ? HEARD_LOGIT
        : mixedLogit(compareForms(question, phrasing), model.pair)

  /** The corrections with the nearest phrasings. */
  const likely = (form: QuestionForm, phrasings: number, most: number): string[] => {
    const nearness = new Map<string, number>()
    for (const place of index.candidates(form, phrasings)) {
      const entry = entries[place]
      if (entry === undefined) continue
      const logit = pairLogit(form, entry.form)
      if (logit > (nearness.get(entry.correctionId) ?? -Infinity)) nearness.set(entry.correctionId, logit)
    }
    const inOrder = [...nearness].sort(([, left], [, right]) => right - left)
    return inOrder.slice(0, most).map(([id]) => id)
  }

  /** How sure each likely correction is, the surest first. */
  const judge = (question: string, phrasings: number, most: number): CorrectionMatch[] => {
    const form = questionForm(question, analyzer)
    if (form.plain === '') return []
    const found = likely(form, form.plain.length > LONGEST ? CANDIDATES_OF_LONG : phrasings, most).flatMap(
      (id): CorrectionMatch[] => {
        const correction = live.get(id)
        const own = (placesOf.get(id) ?? []).flatMap((place) => entries[place] ?? [])
        if (correction === undefined || own.length === 0) return []
        const measured = correctionLogit(
          form,
          own.map((entry) => entry.form),
          model,
        )
        const nearness = measured.isSame ? Infinity : measured.pairLogit
        // A negative example wins a draw: the lecturer said so.
        if (correction.notThese.some((example) => pairLogit(form, formOf(example)) >= nearness)) return []
        const heard = measured.isSame ? undefined : own.find((entry) => heardAlike(form, entry.form))
        const judged = probabilityOf(measured.logit - longQuestion(form))
        const probability = measured.isSame ? 1 : heard === undefined ? judged : Math.max(judged, HEARD_PROBABILITY)
        const phrasing = measured.isSame
          ? own.find((entry) => entry.form.plain === form.plain)
          : (heard ?? own[measured.nearest])
        return [{ correctionId: id, phrasing: phrasing?.phrasing ?? '', probability }]
      },
    )
    return found.sort((left, right) => right.probability - left.probability)
  }

  const nearest = (question: string): CorrectionMatch | undefined => judge(question, CANDIDATES, JUDGED)[0]

  return {
    update(corrections) {
      const next = new Map(corrections.map((correction) => [correction.id, correction]))
      const gone = [...live].filter(([id, correction]) => !isSame(correction, next.get(id))).map(([id]) => id)
      for (const id of gone) remove(id)
      if (stale > STALE_SHARE * entries.length) {
        rebuild([...next.values()])
        return
      }
      for (const [id, correction] of next) if (!live.has(id)) add(correction)
    },
    nearest,
    candidates: (question, limit) => judge(question, WIDE_CANDIDATES, limit),
    match(question) {
      const found = nearest(question)
      return found !== undefined && found.probability >= threshold ? found : undefined
    },
  }
}

function longQuestion({ plain }: QuestionForm): number {
  return LONG_LOGIT * Math.min(1, Math.max(0, (plain.length - SHORT) / (LONG - SHORT)))
}

function probabilityOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

function isSame(one: MatchableCorrection, other: MatchableCorrection | undefined): boolean {
  return (
    other !== undefined &&
    one.phrasings.join('\n') === other.phrasings.join('\n') &&
    one.notThese.join('\n') === other.notThese.join('\n')
  )
}
