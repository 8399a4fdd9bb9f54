import { createCorrectionMatcher, type JudgingMatcher } from '../corrections/correction-matcher.ts'
import type { CorrectionModel } from '../corrections/correction-model.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import type { EvidenceOf } from './correction-trials.ts'
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
  /** Milliseconds for one question. */
  readonly matchMeanMs: number
  readonly matchP95Ms: number
}

export interface ParaphraseEvaluation {
  readonly packDir: string
  readonly analyzer: Analyzer
  readonly model?: CorrectionModel
  /** So many of the questions that a correction answers are given to it as further phrasings, never the one that is asked; none by default. */
  readonly morePhrasings?: number
  /** What the knowledge offers for each question; without it the matcher has the words alone. */
  readonly evidenceOf?: EvidenceOf
  /** Hears how far it is, from 0 to 1. */
  readonly onProgress?: (share: number) => void
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
  { analyzer, model, morePhrasings = 0, evidenceOf, onProgress }: Omit<ParaphraseEvaluation, 'packDir'>,
): ParaphraseFigures {
  const asked = groupedBy(pack.questions, ({ answeredBy }) => [...answeredBy][0])
  const filled = (correction: PackCorrection, without?: string): PackCorrection => {
    const more = (asked.get(correction.id) ?? []).map(({ text }) => text).filter((text) => text !== without)
    const phrasings = [...new Set([...correction.phrasings, ...more.slice(0, morePhrasings)])]
    if (evidenceOf === undefined) return { ...correction, phrasings }
    return { ...correction, phrasings, evidence: phrasings.map((text) => evidenceOf(correction.scope, text)) }
  }
  const plain = new Map(pack.corrections.map((correction) => [correction.id, correction]))
  const plainOf = (correction: PackCorrection) => plain.get(correction.id) ?? correction
  const scopes = groupedBy(
    pack.corrections.map((correction) => filled(correction)),
    ({ scope }) => scope,
  )
  const matchers = matchersOf(pack, scopes, analyzer, model)
  const times: number[] = []
  let hit = 0
  let wrongHit = 0
  let falseHit = 0
  for (const [place, { text, scope, answeredBy }] of pack.questions.entries()) {
    const matcher = matchers.get(scope)
    const own = scopes.get(scope) ?? []
    const telling = own.filter(({ id, phrasings }) => answeredBy.has(id) && phrasings.includes(text))
    const isTold = morePhrasings > 0 && telling.length > 0
    if (isTold) matcher?.update(own.map((known) => (telling.includes(known) ? filled(plainOf(known), text) : known)))
    const evidence = evidenceOf?.(scope, text)
    const began = performance.now()
    const found = matcher?.match(text, evidence)?.correctionId
    times.push(performance.now() - began)
    if (isTold) matcher?.update(own)
    if (place % 50 === 0) onProgress?.(place / pack.questions.length)
    if (found === undefined) continue
    if (answeredBy.has(found)) hit += 1
    else if (answeredBy.size > 0) wrongHit += 1
    else falseHit += 1
  }
  const paraphrases = pack.questions.filter(isAnswered).length
  const others = pack.questions.length - paraphrases
  return {
    corrections: pack.corrections.length,
    paraphrases,
    others,
    hit: hit / Math.max(1, paraphrases),
    wrongHit: wrongHit / Math.max(1, paraphrases),
    falseHit: falseHit / Math.max(1, others),
    matchMeanMs: times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length),
    matchP95Ms: times.sort((left, right) => left - right)[Math.floor(times.length * 0.95)] ?? 0,
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

function isAnswered({ answeredBy }: PackParaphrase): boolean {
  return answeredBy.size > 0
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
