import type { Analyzer } from '../retrieval/analyzer.ts'
import { type EvidenceForm, evidenceForm } from './compare-evidence.ts'
import { compareForms } from './compare-forms.ts'
import type { CorrectionMatch, CorrectionMatcher, MatchableCorrection, QuestionEvidence } from './correction-match.ts'
import { type CorrectionModel, mixedLogit, offsetOf, SHIPPED_MODEL } from './correction-model.ts'
import { heardAlike } from './heard-alike.ts'
import { measureCorrection } from './judge-correction.ts'
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
  nearest(question: string, evidence?: QuestionEvidence): CorrectionMatch | undefined
}

/** One phrasing; places in the index point here. */
interface Entry {
  readonly correctionId: string
  readonly phrasing: string
  readonly form: QuestionForm
  readonly evidence: EvidenceForm | undefined
}

const CANDIDATES = 24
/** So many corrections, those with the nearest phrasings, are judged with all that is known of them. */
const JUDGED = 5
/** After so many replaced phrasings the index is made anew. */
const STALE_SHARE = 0.5
/** The first sentences that a question finds lead to corrections whose questions find the same one first. */
const LEADING_SENTENCES = 2
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
  let byBestSentence = new Map<string, number[]>()
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
    for (const [number, phrasing] of correction.phrasings.entries()) {
      const form = formOf(phrasing)
      if (form.plain === '' || correction.phrasings.indexOf(phrasing) < number) continue
      const evidence = evidenceForm(correction.evidence?.[number])
      const sentence = evidence?.evidence.sentences[0]?.id
      if (sentence !== undefined)
        byBestSentence.set(sentence, [...(byBestSentence.get(sentence) ?? []), entries.length])
      places.push(entries.length)
      entries.push({ correctionId: correction.id, phrasing, form, evidence })
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
    byBestSentence = new Map()
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
  const likely = (form: QuestionForm, evidence: EvidenceForm | undefined): string[] => {
    const nearness = new Map<string, number>()
    const found = (evidence?.evidence.sentences ?? [])
      .slice(0, LEADING_SENTENCES)
      .flatMap(({ id }) => byBestSentence.get(id)?.slice(0, CANDIDATES) ?? [])
    for (const place of new Set([...index.candidates(form, CANDIDATES), ...found])) {
      const entry = entries[place]
      if (entry === undefined) continue
      const logit = pairLogit(form, entry.form)
      if (logit > (nearness.get(entry.correctionId) ?? -Infinity)) nearness.set(entry.correctionId, logit)
    }
    const inOrder = [...nearness].sort(([, left], [, right]) => right - left)
    return inOrder.slice(0, JUDGED).map(([id]) => id)
  }

  const nearest = (question: string, asked?: QuestionEvidence): CorrectionMatch | undefined => {
    const form = questionForm(question, analyzer)
    if (form.plain === '') return undefined
    const evidence = evidenceForm(asked)
    let best: CorrectionMatch | undefined
    for (const id of likely(form, evidence)) {
      const correction = live.get(id)
      const own = (placesOf.get(id) ?? []).flatMap((place) => entries[place] ?? [])
      if (correction === undefined || own.length === 0) continue
      const measured = measureCorrection({ form, evidence }, own, correction.answer, model.pair)
      const nearness = measured.isSame ? Infinity : measured.logit
      // A negative example wins a draw: the lecturer said so.
      if (correction.notThese.some((example) => pairLogit(form, formOf(example)) >= nearness)) continue
      const heard = measured.isSame ? undefined : own.find((entry) => heardAlike(form, entry.form))
      const judged = probabilityOf(
        mixedLogit(measured.values, model.correction) -
          offsetOf(model, measured.hasEvidence, own.length) -
          longQuestion(form),
      )
      const probability = measured.isSame ? 1 : heard === undefined ? judged : Math.max(judged, HEARD_PROBABILITY)
      const phrasing = measured.isSame
        ? own.find((entry) => entry.form.plain === form.plain)
        : (heard ?? own[measured.nearest])
      if (probability > (best?.probability ?? -1))
        best = { correctionId: id, phrasing: phrasing?.phrasing ?? '', probability }
    }
    return best
  }

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
    match(question, evidence) {
      const found = nearest(question, evidence)
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
    one.notThese.join('\n') === other.notThese.join('\n') &&
    one.answer === other.answer &&
    evidenceKey(one) === evidenceKey(other)
  )
}

function evidenceKey({ evidence }: MatchableCorrection): string {
  return (evidence ?? [])
    .map((own) =>
      own === undefined ? '' : `${own.probability} ${own.sentences.map(({ id, score }) => `${id} ${score}`)}`,
    )
    .join('\n')
}
