import type { Analyzer } from '../retrieval/analyzer.ts'
import { questionProfile } from '../retrieval/question-profile.ts'
import { QUESTION_KINDS } from '../retrieval/question-type.ts'
import { CUE_NAMES } from '../retrieval/sentence-cues.ts'
import { FEATURE_NAMES, sentenceFeatures } from '../retrieval/sentence-features.ts'
import type { SentenceWeights } from '../retrieval/sentence-weights.ts'
import type { AnsweredQuestion, AnswerPack } from './answer-pack.ts'
import { searchPack } from './search-pack.ts'

interface Candidate {
  readonly values: Float64Array
  readonly cues: readonly number[]
  readonly answers: boolean
}

interface CandidateList {
  readonly kind: number
  readonly candidates: readonly Candidate[]
}

const DEPTH = 4
const ROUNDS = 200
const RATE = 0.05
const DAMPING = 1e-4
const CUE_DAMPING = 1e-2

/**
 * Learns how sentences are ranked: for each question of the pack the sentences of the best passages compete, and those with an accepted answer should win
 * (log-linear model over the list, the answering sentences taken together; Adam; squared weights damped). `keep` says which questions are learned from.
 */
export function fitSentences(
  pack: AnswerPack,
  analyzer: Analyzer,
  keep: (question: AnsweredQuestion) => boolean = () => true,
): SentenceWeights {
  const search = searchPack(pack.passages, analyzer)
  const lists: CandidateList[] = []
  for (const question of pack.questions) {
    if (!keep(question)) continue
    const found = search.find(question.text, DEPTH)
    const profile = questionProfile(question.text, search.statistics, analyzer)
    const candidates = found.flatMap((ranked, place) =>
      sentenceFeatures(profile, ranked, place, found[0]?.score ?? 0, analyzer).map(({ values, cues, start, end }) => {
        const text = ranked.passage.text.slice(start, end)
        return { values, cues, answers: question.answers.some((answer) => text.includes(answer)) }
      }),
    )
    const right = candidates.filter(({ answers }) => answers).length
    if (right > 0 && right < candidates.length)
      lists.push({ kind: QUESTION_KINDS.indexOf(profile.type.kind), candidates })
  }
  return named(learn(lists))
}

const FEATURES = FEATURE_NAMES.length
const CUES = CUE_NAMES.length

function learn(lists: readonly CandidateList[]): Float64Array {
  const size = FEATURES + CUES + QUESTION_KINDS.length * CUES
  const weights = new Float64Array(size)
  const mean = new Float64Array(size)
  const spread = new Float64Array(size)
  const gradient = new Float64Array(size)
  for (let round = 1; round <= ROUNDS; round += 1) {
    gradient.fill(0)
    for (const list of lists) addGradient(weights, list, gradient)
    for (let index = 0; index < size; index += 1) {
      const damping = (index < FEATURES ? DAMPING : CUE_DAMPING) * at(weights, index)
      const slope = at(gradient, index) / Math.max(1, lists.length) + damping
      mean[index] = 0.9 * at(mean, index) + 0.1 * slope
      spread[index] = 0.999 * at(spread, index) + 0.001 * slope * slope
      const step = at(mean, index) / (1 - 0.9 ** round) / (Math.sqrt(at(spread, index) / (1 - 0.999 ** round)) + 1e-8)
      weights[index] = at(weights, index) - RATE * step
    }
  }
  return weights
}

function addGradient(weights: Float64Array, { kind, candidates }: CandidateList, gradient: Float64Array): void {
  const scores = candidates.map((candidate) => scoreOf(weights, kind, candidate))
  const best = Math.max(...scores)
  const shares = scores.map((score) => Math.exp(score - best))
  const all = shares.reduce((sum, share) => sum + share, 0)
  const right = shares.reduce((sum, share, index) => sum + (candidates[index]?.answers === true ? share : 0), 0)
  for (const [index, { values, cues, answers }] of candidates.entries()) {
    const share = shares[index] ?? 0
    const slope = share / all - (answers ? share / right : 0)
    if (Math.abs(slope) < 1e-6) continue
    for (let feature = 0; feature < FEATURES; feature += 1) {
      gradient[feature] = at(gradient, feature) + slope * at(values, feature)
    }
    for (const cue of cues) {
      const shared = FEATURES + cue
      const own = FEATURES + CUES + kind * CUES + cue
      gradient[shared] = at(gradient, shared) + slope
      gradient[own] = at(gradient, own) + slope
    }
  }
}

function scoreOf(weights: Float64Array, kind: number, { values, cues }: Candidate): number {
  let score = 0
  for (let feature = 0; feature < FEATURES; feature += 1) score += at(weights, feature) * at(values, feature)
  for (const cue of cues) score += at(weights, FEATURES + cue) + at(weights, FEATURES + CUES + kind * CUES + cue)
  return score
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0
}

function named(weights: Float64Array): SentenceWeights {
  const pick = (names: readonly string[], offset: number) =>
    Object.fromEntries(names.map((name, index) => [name, Math.round(at(weights, offset + index) * 1000) / 1000]))
  return {
    features: pick(FEATURE_NAMES, 0),
    cues: pick(CUE_NAMES, FEATURES),
    kinds: Object.fromEntries(
      QUESTION_KINDS.map((kind, index) => [kind, pick(CUE_NAMES, FEATURES + CUES + index * CUES)]),
    ),
  }
}
