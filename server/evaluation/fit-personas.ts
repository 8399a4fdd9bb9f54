import type { Persona } from '../personas/persona.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { judgeAnswerability } from '../retrieval/answerability.ts'
import { type PersonaAnswerabilityModel, personaLogit } from '../retrieval/persona-answerability.ts'
import { type PersonaSignals, personaSignals } from '../retrieval/persona-signals.ts'
import type { Retriever } from '../retrieval/retriever.ts'
import type { ScoredSentence } from '../retrieval/scored-sentence.ts'
import { chinaDay } from '../turn/china-day.ts'
import { findAnswer } from '../turn/find-answer.ts'
import { understand } from '../turn/understand.ts'
import { auroc } from './auroc.ts'
import { learnLogistic } from './learn-logistic.ts'
import type { TurnQuestion } from './run-turns.ts'

export interface PersonasFit {
  readonly model: PersonaAnswerabilityModel
  /** Each persona judged by a model that was learned from the others. */
  readonly figures: Readonly<Record<string, number>>
}

export interface PersonasFitOptions {
  readonly retriever: Retriever
  readonly analyzer: Analyzer
  readonly personas: readonly Persona[]
  readonly questions: readonly TurnQuestion[]
}

interface Judged {
  readonly question: TurnQuestion
  readonly signals: PersonaSignals
  readonly answerable: boolean
}

const SIGNALS: readonly (keyof PersonaSignals)[] = ['general', 'kindMissing', 'lacking', 'tokensMissing']
/** The share of answerable questions that may be declined. */
const LOST_SHARE = 0.05
const PASSAGES = 8
/** An answer may begin a little before the best sentence, or end after it. */
const NEAR = 60

/** Learns when a persona should answer, from questions with and without an answer in its sources. Follow-ups are left out: they need a conversation. */
export async function fitPersonas({
  retriever,
  analyzer,
  personas,
  questions,
}: PersonasFitOptions): Promise<PersonasFit> {
  const judged: Judged[] = []
  for (const question of questions) {
    const persona = personas.find(({ id }) => id === question.personaId)
    if (!persona || question.kind === 'follow-up') continue
    const asked = understand(question.text, [], [persona.name, ...(persona.aliases ?? [])])
    const found = await findAnswer(retriever, analyzer, asked, {
      collections: persona.collections,
      limit: PASSAGES,
      day: chinaDay(Date.now()),
      signal: new AbortController().signal,
    })
    const { passages, sentences, statistics } = found
    const [best] = sentences
    if (best === undefined) continue
    // A question whose answer was not found teaches nothing about answers that were.
    if (question.answers !== undefined && !holdsAnswer(best, question.answers)) continue
    const { probability } = judgeAnswerability(found.question, passages, sentences, statistics, analyzer)
    const signals = personaSignals(found.question, passages, best, statistics, analyzer, probability)
    judged.push({ question, signals, answerable: question.answers !== undefined })
  }
  const shown = personas.flatMap(({ id }) => {
    const model = learn(judged.filter(({ question }) => question.personaId !== id))
    const own = judged.filter(({ question }) => question.personaId === id)
    return own.map((item) => ({ ...item, probability: probabilityOf(item, model) }))
  })
  const answerable = shown.filter((item) => item.answerable).map(({ probability }) => probability)
  const figures: Record<string, number> = { questions: judged.length }
  for (const kind of ['near-miss', 'off-topic'] as const) {
    const own = shown.filter(({ question }) => question.kind === kind).map(({ probability }) => probability)
    figures[`auroc.${kind}`] = auroc(answerable, own)
  }
  return { model: learn(judged), figures }
}

function holdsAnswer({ passage, start }: ScoredSentence, answers: readonly string[]): boolean {
  const near = passage.text.slice(Math.max(0, start - passage.start - NEAR), start - passage.start + 2 * NEAR)
  return answers.some((answer) => near.includes(answer))
}

function learn(judged: readonly Judged[]): PersonaAnswerabilityModel {
  const positives = judged.filter(({ answerable }) => answerable).length
  const examples = judged.map(({ signals, answerable }) => ({
    values: Float64Array.from(SIGNALS, (name) => signals[name]),
    target: answerable ? 1 : 0,
    // As many with an answer as without, so that the probability does not depend on how the set was made.
    weight: answerable ? 1 / positives : 1 / (judged.length - positives),
  }))
  const { bias, means, scales, weights } = learnLogistic(examples, { damping: 0.001, rounds: 2_000 })
  const raw = SIGNALS.map((_, at) => (weights[at] ?? 0) / (scales[at] ?? 1))
  const shift = raw.reduce((sum, weight, at) => sum + weight * (means[at] ?? 0), 0)
  const model = {
    bias: bias - shift,
    weights: Object.fromEntries(SIGNALS.map((name, at) => [name, raw[at] ?? 0])) as Record<
      keyof PersonaSignals,
      number
    >,
    threshold: 0,
  }
  const kept = judged.filter(({ question }) => question.kind === 'answerable').map((item) => probabilityOf(item, model))
  kept.sort((one, other) => one - other)
  return { ...model, threshold: kept[Math.floor(kept.length * LOST_SHARE)] ?? 0.5 }
}

function probabilityOf({ signals }: Judged, model: PersonaAnswerabilityModel): number {
  return 1 / (1 + Math.exp(-personaLogit(signals, model)))
}
