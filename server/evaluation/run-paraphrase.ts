import { JUDGED_CANDIDATES, LEAST_ALIKE } from '../corrections/ask-judge.ts'
import { type ChoiceResult, type CorrectionJudge, chooseInTime } from '../corrections/correction-judge.ts'
import { createCorrectionMatcher, type JudgingMatcher } from '../corrections/correction-matcher.ts'
import type { CorrectionModel } from '../corrections/correction-model.ts'
import type { Log } from '../log.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { type PackCorrection, type PackParaphrase, type ParaphrasePack, readParaphrasePack } from './paraphrase-pack.ts'

export interface ParaphraseFigures {
  readonly corrections: number
  /** Questions that a correction answers, and others. */
  readonly paraphrases: number
  readonly others: number
  /** The share of the first that hit the right correction, and that hit another. */
  readonly hit: number
  readonly wrongHit: number
  /** The share of the others that hit any. */
  readonly falseHit: number
  /** The share of the first whose correction matched, or is among those that a judge would choose from. */
  readonly recall8: number
  /** The share of all questions that a judge is asked about. */
  readonly asked: number
  /** Milliseconds for one question, by words. */
  readonly matchMeanMs: number
  readonly matchP95Ms: number
}

/** What a judge adds: the same figures with it, and the share of what it was asked that it did not answer. */
export interface JudgedFigures {
  readonly 'hit.judge': number
  readonly 'wrongHit.judge': number
  readonly 'falseHit.judge': number
  readonly 'judge.failed': number
}

export interface ParaphraseEvaluation {
  readonly packDir: string
  readonly analyzer: Analyzer
  readonly model?: CorrectionModel
  /** So many of the questions that a correction answers are given to it as further phrasings, never the one that is asked; none by default. */
  readonly morePhrasings?: number
  /** Hears how far it is, from 0 to 1. */
  readonly onProgress?: (share: number) => void
}

/** A question with what its words lead to. */
interface Tried {
  readonly question: PackParaphrase
  /** The correction that matched. */
  readonly found: string | undefined
  /** Where none did: those that a judge would choose from, the likeliest first. */
  readonly candidates: readonly PackCorrection[]
}

/**
 * Measures the matcher of corrections, at its shipped threshold, on a pack of `readParaphrasePack`.
 * @throws where the pack cannot be read.
 */
export function evaluateParaphrases(evaluation: ParaphraseEvaluation): ParaphraseFigures {
  return matchParaphrases(readParaphrasePack(evaluation.packDir), evaluation)
}

/** The same for a pack that was read or made already. */
export function matchParaphrases(
  pack: ParaphrasePack,
  evaluation: Omit<ParaphraseEvaluation, 'packDir'>,
): ParaphraseFigures {
  return figuresOf(pack, tryParaphrases(pack, evaluation))
}

/** The same with and without a judge, which is asked what a turn would ask it, one question after the other. */
export async function judgeParaphrases(
  evaluation: ParaphraseEvaluation & {
    readonly judge: CorrectionJudge
    readonly timeLimitMs: number
    readonly log: Log
  },
): Promise<ParaphraseFigures & JudgedFigures> {
  const { judge, timeLimitMs, log, onProgress } = evaluation
  const { signal } = new AbortController()
  const pack = readParaphrasePack(evaluation.packDir)
  const { tried, times } = tryParaphrases(pack, evaluation)
  const results: ChoiceResult[] = []
  const judged: Tried[] = []
  for (const [place, item] of tried.entries()) {
    if (item.candidates.length === 0) judged.push(item)
    else {
      const { question, candidates } = item
      const { result, chosen } = await chooseInTime({ judge, timeLimitMs, log }, question.text, candidates, signal)
      results.push(result)
      judged.push({ ...item, found: chosen === undefined ? undefined : candidates[chosen]?.id })
    }
    onProgress?.(place / tried.length)
  }
  const { hit, wrongHit, falseHit } = figuresOf(pack, { tried: judged, times })
  return {
    ...figuresOf(pack, { tried, times }),
    'hit.judge': hit,
    'wrongHit.judge': wrongHit,
    'falseHit.judge': falseHit,
    'judge.failed': results.filter((result) => result === 'fallback').length / Math.max(1, results.length),
  }
}

function tryParaphrases(
  pack: ParaphrasePack,
  { analyzer, model, morePhrasings = 0, onProgress }: Omit<ParaphraseEvaluation, 'packDir'>,
): { tried: Tried[]; times: number[] } {
  const asked = groupedBy(pack.questions, ({ answeredBy }) => [...answeredBy][0])
  const filled = (correction: PackCorrection, without?: string): PackCorrection => {
    const more = (asked.get(correction.id) ?? []).map(({ text }) => text).filter((text) => text !== without)
    return { ...correction, phrasings: [...new Set([...correction.phrasings, ...more.slice(0, morePhrasings)])] }
  }
  const plain = new Map(pack.corrections.map((correction) => [correction.id, correction]))
  const scopes = groupedBy(
    pack.corrections.map((correction) => filled(correction)),
    ({ scope }) => scope,
  )
  const matchers = matchersOf(pack, scopes, analyzer, model)
  const times: number[] = []
  const tried = pack.questions.map((question, place): Tried => {
    const { text, scope, answeredBy } = question
    const matcher = matchers.get(scope)
    const all = scopes.get(scope) ?? []
    // A question that is one of the further phrasings is asked of its correction without it.
    const telling = all.filter(({ id, phrasings }) => answeredBy.has(id) && phrasings.includes(text))
    const own =
      morePhrasings === 0 || telling.length === 0
        ? all
        : all.map((known) => (telling.includes(known) ? filled(plain.get(known.id) ?? known, text) : known))
    if (own !== all) matcher?.update(own)
    const began = performance.now()
    const found = matcher?.match(text)?.correctionId
    times.push(performance.now() - began)
    const near = found === undefined ? (matcher?.candidates(text, JUDGED_CANDIDATES) ?? []) : []
    const candidates = near.flatMap(({ correctionId, probability }) =>
      probability < LEAST_ALIKE ? [] : own.filter(({ id }) => id === correctionId),
    )
    if (own !== all) matcher?.update(all)
    if (place % 50 === 0) onProgress?.(place / pack.questions.length)
    return { question, found, candidates }
  })
  return { tried, times }
}

function figuresOf(
  pack: ParaphrasePack,
  { tried, times }: { readonly tried: readonly Tried[]; readonly times: readonly number[] },
): ParaphraseFigures {
  const answered = tried.filter(({ question }) => question.answeredBy.size > 0)
  const others = tried.filter(({ question }) => question.answeredBy.size === 0)
  const share = (items: readonly Tried[], of: (item: Tried) => boolean) =>
    items.filter(of).length / Math.max(1, items.length)
  const isRight = ({ question, found }: Tried) => found !== undefined && question.answeredBy.has(found)
  const isOffered = ({ question, candidates }: Tried) => candidates.some(({ id }) => question.answeredBy.has(id))
  return {
    corrections: pack.corrections.length,
    paraphrases: answered.length,
    others: others.length,
    hit: share(answered, isRight),
    wrongHit: share(answered, (item) => item.found !== undefined && !isRight(item)),
    falseHit: share(others, ({ found }) => found !== undefined),
    recall8: share(answered, (item) => isRight(item) || isOffered(item)),
    asked: share(tried, ({ candidates }) => candidates.length > 0),
    matchMeanMs: times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length),
    matchP95Ms: [...times].sort((left, right) => left - right)[Math.floor(times.length * 0.95)] ?? 0,
  }
}

/** A matcher for each scope of a pack, warmed up. */
function matchersOf(
  pack: ParaphrasePack,
  scopes: ReadonlyMap<string, readonly PackCorrection[]>,
  analyzer: Analyzer,
  model?: CorrectionModel,
): Map<string, JudgingMatcher> {
  const matchers = new Map<string, JudgingMatcher>()
  for (const [scope, corrections] of scopes) {
    const matcher = createCorrectionMatcher({ analyzer, ...(model === undefined ? {} : { model }) })
    matcher.update(corrections)
    matchers.set(scope, matcher)
  }
  const [first] = pack.questions
  if (first !== undefined) matchers.get(first.scope)?.match(first.text)
  return matchers
}

function groupedBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const own = groups.get(keyOf(item))
    if (own === undefined) groups.set(keyOf(item), [item])
    else own.push(item)
  }
  return groups
}
