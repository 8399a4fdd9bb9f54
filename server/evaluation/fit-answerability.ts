import type { Analyzer } from '../retrieval/analyzer.ts'
import { type AnswerabilityModel, mixedLogit } from '../retrieval/answerability-model.ts'
import { sentenceScorer } from '../retrieval/sentence-weights.ts'
import { type AnsweredQuestion, type AnswerPack, partOf } from './answer-pack.ts'
import { type AnswerabilityExample, answerabilityExamples, type ExampleLabel } from './answerability-examples.ts'
import { auroc } from './auroc.ts'
import { fitSentences } from './fit-sentences.ts'
import { type Example, learnLogistic } from './learn-logistic.ts'
import { learnTrees } from './learn-trees.ts'

export interface AnswerabilityFit {
  readonly model: AnswerabilityModel
  /** On the halves that were not learned from, at the model's threshold. */
  readonly figures: Readonly<Record<string, number>>
}

type UncalibratedModel = Omit<AnswerabilityModel, 'calibration' | 'threshold'>

const WEIGHTS: Readonly<Record<ExampleLabel, number>> = { answerable: 1, nearmiss: 0.7, removed: 0.7 }
const TREES_SHARE = 2 / 3
/** Questions that name what they are about lose fewer than the average of those learned from: of these, 95 of 100 and more are kept. */
const LOST_SHARE = 0.055
/** A signal that stands in fewer examples than this is left out … */
const LEAST_SEEN = 100
/** … and so are those that tell how the examples were made: cutting a sentence out shortens the passage. */
const MADE = new Set(['place', 'last'])

/**
 * Learns when the passages found answer a question, from a pack whose questions all have answers (see {@link answerabilityExamples}). Sentence ranking,
 * calibration and threshold are learned across two halves of the documents, the final model on all. `keep` says which questions are learned from.
 */
export function fitAnswerability(
  pack: AnswerPack,
  analyzer: Analyzer,
  keep: (question: AnsweredQuestion) => boolean = () => true,
): AnswerabilityFit {
  const half = (question: AnsweredQuestion) => partOf(`${[...question.relevant.keys()][0]}*`, 2)
  const scorers = [0, 1].map((own) =>
    sentenceScorer(fitSentences(pack, analyzer, (question) => keep(question) && half(question) !== own)),
  )
  const examples = answerabilityExamples(
    { ...pack, questions: pack.questions.filter(keep) },
    analyzer,
    (question) => scorers[half(question)],
  )
  const signals = signalNames(examples)
  const tested = [0, 1].flatMap((own) => {
    const model = learn(
      examples.filter(({ question }) => half(question) !== own),
      signals,
    )
    return examples
      .filter(({ question }) => half(question) === own)
      .map((example) => ({ example, logit: mixedLogit(example.signals, model) }))
  })
  const calibration = calibrate(tested)
  const uncalibrated = learn(examples, signals)
  const kept = tested
    .filter(({ example }) => example.label === 'answerable')
    .map(({ logit }) => probabilityOf(logit, calibration))
    .sort((left, right) => left - right)
  const threshold = Number((kept[Math.floor(kept.length * LOST_SHARE)] ?? 0.5).toPrecision(3))
  return {
    model: { ...uncalibrated, calibration, threshold },
    figures: figuresOf(
      tested.map(({ example, logit }) => ({ label: example.label, probability: probabilityOf(logit, calibration) })),
      threshold,
    ),
  }
}

/** AUROC of each unanswerable label, and the shares that would be answered at a threshold. */
export function figuresOf(
  judged: readonly { readonly label: string; readonly probability: number }[],
  threshold: number,
): Record<string, number> {
  const of = (label: string) => judged.filter((item) => item.label === label).map(({ probability }) => probability)
  const answered = (label: string) => {
    const own = of(label)
    return own.filter((probability) => probability >= threshold).length / Math.max(1, own.length)
  }
  const figures: Record<string, number> = { questions: judged.length, threshold, answered: answered('answerable') }
  for (const label of new Set(judged.map((item) => item.label))) {
    if (label === 'answerable') continue
    figures[`auroc.${label}`] = auroc(of('answerable'), of(label))
    figures[`wronglyAnswered.${label}`] = answered(label)
  }
  return figures
}

function signalNames(examples: readonly AnswerabilityExample[]): string[] {
  const seen = new Map<string, number>()
  for (const { signals } of examples) for (const name of Object.keys(signals)) seen.set(name, (seen.get(name) ?? 0) + 1)
  return [...seen].filter(([name, count]) => count >= LEAST_SEEN && !MADE.has(name)).map(([name]) => name)
}

function learn(examples: readonly AnswerabilityExample[], signals: readonly string[]): UncalibratedModel {
  const rows: Example[] = examples.map((example) => ({
    values: Float64Array.from(signals, (name) => example.signals[name] ?? 0),
    target: example.label === 'answerable' ? 1 : 0,
    weight: WEIGHTS[example.label],
  }))
  const { bias, means, scales, weights } = learnLogistic(rows)
  const { bias: treesBias, trees } = learnTrees(rows)
  const round = (values: Float64Array) => Array.from(values, (value) => Number(value.toPrecision(4)))
  return {
    signals,
    logistic: {
      bias: Number(bias.toPrecision(4)),
      means: round(means),
      scales: round(scales),
      weights: round(weights),
    },
    trees: { bias: Number(treesBias.toPrecision(4)), trees },
    treesShare: TREES_SHARE,
  }
}

/** Platt scaling: as many answerable as unanswerable questions by weight. */
function calibrate(tested: readonly { readonly example: AnswerabilityExample; readonly logit: number }[]) {
  const answerable = tested.filter(({ example }) => example.label === 'answerable').length
  const rows = tested.map(({ example, logit }) => ({
    values: Float64Array.of(logit),
    target: example.label === 'answerable' ? 1 : 0,
    weight: example.label === 'answerable' ? 1 / answerable : 1 / (tested.length - answerable),
  }))
  const { bias, means, scales, weights } = learnLogistic(rows, { damping: 0, rounds: 400 })
  const scale = (weights[0] ?? 1) / (scales[0] ?? 1)
  return { scale: Number(scale.toPrecision(4)), shift: Number((bias - scale * (means[0] ?? 0)).toPrecision(4)) }
}

function probabilityOf(logit: number, { scale, shift }: AnswerabilityModel['calibration']): number {
  return 1 / (1 + Math.exp(-(scale * logit + shift)))
}
