import { compareForms, SIGNALS } from '../corrections/compare-forms.ts'
import { type CorrectionModel, type MixedModel, mixedLogit } from '../corrections/correction-model.ts'
import { CORRECTION_SIGNALS, correctionLogit, measureCorrection } from '../corrections/judge-correction.ts'
import type { QuestionForm } from '../corrections/question-form.ts'
import { PARTS, phrasingsFor, type Trial, type TrialCorrection } from './correction-trials.ts'
import { type Example, learnLogistic } from './learn-logistic.ts'
import { learnTrees } from './learn-trees.ts'

/** Trials to learn from, with how much each weighs. */
export interface WeighedTrials {
  /** Figures of sources with the same name are given together. */
  readonly name: string
  readonly weight: number
  /** Whether the offsets are taken from it: questions as people write them, with near-misses. */
  readonly calibrates: boolean
  readonly trials: readonly Trial[]
}

export interface CorrectionFit {
  readonly model: CorrectionModel
  /** Every question as it was judged by what was learned from the others. */
  readonly judged: readonly JudgedTrial[]
  /** On canonical questions that were held out: `hit`, `wrongHit`, `nearHit`, `siblingHit`, `farHit` and `falseHit` (these three mixed as in `LOG`) by source and number of phrasings. */
  readonly figures: Readonly<Record<string, number>>
}

/** One question judged in one setting. */
export interface JudgedTrial {
  readonly name: string
  readonly kind: 'answered' | Trial['otherwise']
  /** How many the corrections had. */
  readonly phrasings: number
  readonly logit: number
  readonly isRight: boolean
  readonly text: string
  readonly part: number
  /** The correction that is nearest. */
  readonly found: string
}

/** Numbers of phrasings that are tried. */
export const SETTINGS: readonly number[] = [1, 2, 3, 4]
/** What the questions of an operator's log are taken to be that no correction answers. */
export const LOG: Readonly<Record<Trial['otherwise'], number>> = { near: 0.1, sibling: 0.4, far: 0.5 }
/** The share of these that may hit. */
const FALSE_HITS = 0.01
const TREES_SHARE = 0.6
/** Stricter than the 0.5 that the figures are for: approved words under a wrong question are the worse mistake. */
const THRESHOLD = 0.58

type Learned = Pick<CorrectionModel, 'pair' | 'correction'>
/** How likely the phrasings' correction answers a question, as a logit. */
type LogitOf = (
  form: QuestionForm,
  phrasings: readonly QuestionForm[],
) => { readonly isSame: boolean; readonly logit: number }

const NOTHING = { logit: -20, found: '' }

interface Row extends Example {
  readonly part: number
}

/** Learns when a correction answers; canonical questions are held out in five parts, and the offsets are taken from these. */
export function fitCorrections(sources: readonly WeighedTrials[]): CorrectionFit {
  const pairs = sources.flatMap(pairRows)
  const parts = Array.from({ length: PARTS }, (_, part) => part)
  const heldPair = parts.map((part) => learn(pairs.filter((row) => row.part !== part)))
  const rows = sources.flatMap((source) => correctionRows(source, heldPair))
  const held = parts.map((part) => learn(rows.filter((row) => row.part !== part)))
  const judgedBy = (logitOf: (models: Learned) => LogitOf) =>
    sources.flatMap(({ name, trials }) =>
      trials.flatMap((trial) => {
        const [pair, correction] = [heldPair[trial.part], held[trial.part]]
        return pair && correction ? judge(name, trial, logitOf({ pair, correction })) : []
      }),
    )
  const plain = judgedBy(({ pair, correction }) => (form, phrasings) => {
    const { values, isSame } = measureCorrection(form, phrasings, pair)
    return { isSame, logit: mixedLogit(values, correction) }
  })
  const calibrating = new Set(sources.filter(({ calibrates }) => calibrates).map(({ name }) => name))
  const offsets = offsetsFor(plain.filter(({ name }) => calibrating.has(name)))
  const judged = judgedBy((models) => (form, phrasings) => correctionLogit(form, phrasings, { ...models, offsets }))
  return {
    judged,
    model: {
      signals: SIGNALS,
      correctionSignals: CORRECTION_SIGNALS,
      pair: learn(pairs),
      correction: learn(rows),
      offsets,
      threshold: THRESHOLD,
    },
    figures: figuresOf(judged),
  }
}

function pairRows({ trials, weight }: WeighedTrials): Row[] {
  return trials.flatMap(({ form, own, others, text, part }) => {
    const row = (correction: TrialCorrection, target: number, count: number): Row[] =>
      phrasingsFor(correction, text, count).map((phrasing, place) => ({
        values: compareForms(form, phrasing),
        target,
        weight: place === 0 ? weight : weight / 2,
        part,
      }))
    return [
      ...(own === undefined ? [] : row(own, 1, 3)),
      ...others.flatMap((other, place) => row(other, 0, place === 0 ? 3 : place < 3 ? 2 : 1)),
    ]
  })
}

function correctionRows({ trials, weight }: WeighedTrials, pairModels: readonly MixedModel[]): Row[] {
  return trials.flatMap((trial) => {
    const { text, own, others, part } = trial
    const model = pairModels[part]
    if (model === undefined) return []
    const some = [...(own === undefined ? [] : [own]), ...others.slice(0, 3)]
    return SETTINGS.flatMap((phrasings) =>
      some.flatMap((correction) => {
        const measured = measure(trial, correction, phrasings, model)
        if (measured === undefined || measured.isSame) return []
        return [{ values: measured.values, target: correction === own ? 1 : 0, weight: weight / 3, part, text }]
      }),
    )
  })
}

function measure(trial: Trial, correction: TrialCorrection, phrasings: number, model: MixedModel) {
  const own = phrasingsFor(correction, trial.text, phrasings)
  return own.length === 0 ? undefined : measureCorrection(trial.form, own, model)
}

/** What a question finds with its own correction there, or for a near-miss with all; and without its own. */
export function judge(name: string, trial: Trial, logitOf: LogitOf): JudgedTrial[] {
  return SETTINGS.flatMap((phrasings) => {
    const judged = (correction: TrialCorrection) => {
      const own = phrasingsFor(correction, trial.text, phrasings)
      if (own.length === 0) return { ...NOTHING, found: correction.id }
      const { isSame, logit } = logitOf(trial.form, own)
      return { logit: isSame ? 20 : logit, found: correction.id }
    }
    const best = trial.others.map(judged).reduce((most, each) => (each.logit > most.logit ? each : most), NOTHING)
    const common = { name, phrasings, text: trial.text, part: trial.part }
    const other: JudgedTrial = { ...common, ...best, isRight: false, kind: trial.otherwise }
    if (trial.own === undefined) return [other]
    const own = judged(trial.own)
    const isRight = own.logit >= best.logit
    return [{ ...common, ...(isRight ? own : best), isRight, kind: 'answered' as const }, other]
  })
}

/** For each setting the logit from which no more of a log's other questions hit than may; each source counts the same. */
function offsetsFor(judged: readonly JudgedTrial[]): number[] {
  return SETTINGS.map((phrasings) => {
    const own = judged.filter((item) => item.kind !== 'answered' && item.phrasings === phrasings)
    return Number(offsetFor(own).toPrecision(4))
  })
}

export function offsetFor(others: readonly JudgedTrial[], falseHits = FALSE_HITS): number {
  const keyOf = ({ name, kind }: JudgedTrial) => `${name} ${kind}`
  const counts = new Map<string, number>()
  for (const item of others) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  const sourcesOf = (kind: string) => Math.max(1, [...counts.keys()].filter((key) => key.endsWith(kind)).length)
  let spent = 0
  for (const item of [...others].sort((left, right) => right.logit - left.logit)) {
    if (item.kind === 'answered') continue
    spent += LOG[item.kind] / sourcesOf(item.kind) / (counts.get(keyOf(item)) ?? 1)
    if (spent > falseHits) return item.logit + 0.001
  }
  return 0
}

export function figuresOf(judged: readonly JudgedTrial[]): Record<string, number> {
  const figures: Record<string, number> = {}
  const share = (items: readonly JudgedTrial[], of: readonly JudgedTrial[]) => items.length / Math.max(1, of.length)
  for (const name of new Set(judged.map((item) => item.name))) {
    for (const phrasings of SETTINGS) {
      const own = judged.filter((item) => item.name === name && item.phrasings === phrasings)
      const isHit = ({ logit }: JudgedTrial) => logit >= 0
      const of = (kind: JudgedTrial['kind']) => own.filter((item) => item.kind === kind)
      const suffix = `${name}.${phrasings}`
      const hits = of('answered').filter(isHit)
      figures[`hit.${suffix}`] = share(
        hits.filter(({ isRight }) => isRight),
        of('answered'),
      )
      figures[`wrongHit.${suffix}`] = share(
        hits.filter(({ isRight }) => !isRight),
        of('answered'),
      )
      const others = (['near', 'sibling', 'far'] as const).map((kind) => {
        const hit = share(of(kind).filter(isHit), of(kind))
        figures[`${kind}Hit.${suffix}`] = hit
        return LOG[kind] * hit
      })
      figures[`falseHit.${suffix}`] = others.reduce((sum, each) => sum + each, 0)
    }
  }
  return figures
}

export function learn(rows: readonly Example[]): MixedModel {
  const { bias, means, scales, weights } = learnLogistic(rows, { damping: 0.0005, rounds: 200 })
  const trees = learnTrees(rows, { count: 150, depth: 4, rate: 0.1 })
  const round = (values: Float64Array) => Array.from(values, (value) => Number(value.toPrecision(4)))
  return {
    logistic: {
      bias: Number(bias.toPrecision(4)),
      means: round(means),
      scales: round(scales),
      weights: round(weights),
    },
    trees: { bias: Number(trees.bias.toPrecision(4)), trees: trees.trees },
    treesShare: TREES_SHARE,
  }
}
