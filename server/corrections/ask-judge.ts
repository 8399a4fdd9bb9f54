import type { Log } from '../log.ts'
import type { CorrectionMatchRecord } from '../transcripts/transcripts.ts'
import type { ApprovedAnswer } from './approved-answer.ts'
import type { CorrectionHit } from './correction-book.ts'
import { type CorrectionJudge, chooseInTime, inTime } from './correction-judge.ts'
import { type LiveCorrection, phrasingsOf } from './live-correction.ts'
import type { PhrasingVectors } from './phrasing-vectors.ts'
import { withoutWords } from './without-words.ts'

/** The approved words for a question, and how they were found. */
export interface MatchedAnswer {
  readonly approved: ApprovedAnswer
  readonly match: CorrectionMatchRecord
}

/** What a judge made of a question; `approved` where one of the persona's corrections answers it. */
export interface JudgedAnswer {
  readonly approved?: ApprovedAnswer
  /** Undefined where nothing was near enough to ask about. */
  readonly match?: CorrectionMatchRecord
}

/**
 * Asks which of a persona's corrections asks the same as a question that none matched by its words. Never throws and
 * never rejects, but with the reason of `signal` when it aborts; resolves within the time limit. Undefined at once
 * where no correction is near enough to ask about.
 */
export type AskJudge = (personaId: string, question: string, signal: AbortSignal) => Promise<JudgedAnswer> | undefined

export interface AskJudgeParts {
  readonly judge: CorrectionJudge
  readonly timeLimitMs: number
  readonly candidates: (personaId: string, question: string, limit: number) => CorrectionHit[]
  /** Candidates by meaning, where there are vectors. */
  readonly nearest?: PhrasingVectors['nearest']
  readonly find: (id: string) => LiveCorrection | undefined
  /** The words of a correction as they may be said now. */
  readonly approve: (correction: LiveCorrection) => ApprovedAnswer | undefined
  readonly log: Log
}

/** How many corrections a judge chooses from. */
export const JUDGED_CANDIDATES = 8
/**
 * What is less alike by its words is not asked about. At this floor 99.7 % of free paraphrases keep their correction
 * among the candidates, and about a quarter of the questions about something else are asked about (docs/evaluation.md).
 */
export const LEAST_ALIKE = 0.002
/** So many of the candidates may be there by their meaning alone. */
const BY_MEANING = 3

export function createAskJudge(parts: AskJudgeParts): AskJudge {
  const { judge, timeLimitMs, nearest, find, approve, log } = parts

  const byWords = (personaId: string, question: string): CorrectionHit[] => {
    try {
      return parts
        .candidates(personaId, question, JUDGED_CANDIDATES)
        .filter(({ probability, correction }) => probability >= LEAST_ALIKE && approve(correction) !== undefined)
    } catch (error) {
      log.error({ personaId, failure: withoutWords(error) }, 'corrections could not be compared; none is asked about')
      return []
    }
  }

  async function ask(personaId: string, question: string, words: CorrectionHit[], signal: AbortSignal) {
    const began = performance.now()
    const meant = nearest === undefined ? [] : await byMeaning(nearest, personaId, question, signal)
    const known = new Map(words.map(({ correction }) => [correction.id, correction]))
    const fresh = meant.flatMap((id) => (known.has(id) ? [] : (find(id) ?? [])))
    const added = fresh.filter((correction) => approve(correction) !== undefined).slice(0, BY_MEANING)
    const candidates = [...[...known.values()].slice(0, JUDGED_CANDIDATES - added.length), ...added]
    if (candidates.length === 0) return {}
    const stored = candidates.map(({ content }) => ({ phrasings: phrasingsOf(content), notThese: content.notThese }))
    const left = Math.max(0, timeLimitMs - (performance.now() - began))
    const { result, chosen } = await chooseInTime({ judge, timeLimitMs: left, log }, question, stored, signal)
    const correction = chosen === undefined ? undefined : candidates[chosen]
    // Withdrawn or paused while the judge read, it says nothing.
    const approved = correction && approve(correction)
    const likeliest = correction === undefined ? words[0] : words.find((hit) => hit.correction.id === correction.id)
    const { name: model, promptId, promptHash } = judge
    return {
      ...(approved && { approved }),
      match: {
        probability: rounded(likeliest?.probability ?? 0),
        judge: { model, promptId, promptHash, candidates: candidates.length, result },
      },
    }
  }

  async function byMeaning(
    nearestOf: PhrasingVectors['nearest'],
    personaId: string,
    question: string,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    try {
      // The judge needs some of the time, too.
      return await inTime((limited) => nearestOf(personaId, question, BY_MEANING, limited), timeLimitMs / 3, signal)
    } catch {
      signal.throwIfAborted()
      log.warn(
        { personaId },
        'phrasings could not be compared by meaning; the judge chooses among those alike in words',
      )
      return []
    }
  }

  return (personaId, question, signal) => {
    const words = byWords(personaId, question)
    if (words.length === 0 && nearest === undefined) return undefined
    const asked = ask(personaId, question, words, signal)
    // The caller may leave without waiting for it.
    asked.catch(() => undefined)
    return asked
  }
}

/** A probability as the record keeps it. */
export function rounded(probability: number): number {
  return Math.round(probability * 1000) / 1000
}
