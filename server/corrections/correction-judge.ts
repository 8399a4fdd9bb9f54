import { JudgeFailure } from '../grounding/judge.ts'
import type { Log } from '../log.ts'

/** A live correction that may answer, as the judge reads it. */
export interface StoredQuestion {
  /** Ways to ask it, the canonical one first. */
  readonly phrasings: readonly string[]
  /** Questions that look alike and are not answered by it. */
  readonly notThese: readonly string[]
}

/** Reads what questions mean where words are too few to tell. */
export interface CorrectionJudge {
  readonly name: string
  readonly promptId: string
  readonly promptHash: string
  /**
   * The place in `stored` of the question that asks exactly the same as the visitor's; undefined where none does.
   * @throws {@link JudgeFailure} where there is no answer; the reason of `signal` when it aborts.
   */
  choose(question: string, stored: readonly StoredQuestion[], signal: AbortSignal): Promise<number | undefined>
}

/** `same`: it chose a stored question. `none`: it found none that asks the same. `fallback`: it did not answer. */
export type ChoiceResult = 'same' | 'none' | 'fallback'

export interface Choice {
  readonly result: ChoiceResult
  /** The place of the stored question, where there is one. */
  readonly chosen?: number
}

export interface ChoiceOptions {
  readonly judge: CorrectionJudge
  /** Milliseconds after which the ordinary answer goes on. */
  readonly timeLimitMs: number
  readonly log: Log
}

/**
 * Asks a judge which stored question asks the same, and waits no longer than the limit. Never rejects, but with the
 * reason of `signal` when it aborts; what goes wrong is logged without words of the visitor.
 */
export async function chooseInTime(
  { judge, timeLimitMs, log }: ChoiceOptions,
  question: string,
  stored: readonly StoredQuestion[],
  signal: AbortSignal,
): Promise<Choice> {
  try {
    const chosen = await inTime((limited) => judge.choose(question, stored, limited), timeLimitMs, signal)
    return chosen === undefined || stored[chosen] === undefined ? { result: 'none' } : { result: 'same', chosen }
  } catch (error) {
    signal.throwIfAborted()
    const reason = error instanceof JudgeFailure ? error.reason : 'failed'
    const say = reason === 'circuit-open' ? log.debug : log.warn
    say.call(log, { judge: judge.name, reason }, 'the judge of corrections chose nothing; the ordinary answer goes on')
    return { result: 'fallback' }
  }
}

/** Runs work that gets `timeLimitMs`; rejects at the limit with JudgeFailure, even where the work does not listen. */
export async function inTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  timeLimitMs: number,
  signal: AbortSignal,
): Promise<T> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new JudgeFailure('timeout')), timeLimitMs)
  const either = AbortSignal.any([signal, late.signal])
  const ended = new Promise<never>((_resolve, reject) => {
    either.addEventListener('abort', () => reject(either.reason), { once: true })
  })
  // A visitor may leave long after the work is done; nobody waits for this one then.
  ended.catch(() => undefined)
  try {
    signal.throwIfAborted()
    return await Promise.race([work(either), ended])
  } finally {
    clearTimeout(timer)
  }
}
