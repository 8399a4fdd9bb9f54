import type { AnswerFrame } from '../protocol/server-message.ts'
import { AnswerStreamRefused } from './answer-stream-refused.ts'
import type { AnswerStreamLimits, AnswerStreams } from './answer-streams.ts'
import { checkFrames } from './check-frames.ts'
import { followAnswer, type ReadAnswer } from './follow-answer.ts'
import { createWakeUps } from './wake-ups.ts'

interface HeldAnswer {
  /** Undefined where the answer was forgotten: what is left is a mark that refuses further writing. */
  epoch: string | undefined
  readonly earlierEpochs: Set<string>
  frames: AnswerFrame[]
  ended: boolean
  expiresAt: number
}

/**
 * Answer streams of one process. `now` (epoch milliseconds) is for tests. What has expired is gone for every call at
 * once and is freed by a sweep, which also wakes its readers.
 */
export function createMemoryAnswerStreams(
  limits: AnswerStreamLimits,
  now: () => number = () => Date.now(),
): AnswerStreams {
  const answers = new Map<string, HeldAnswer>()
  const wakeUps = createWakeUps()
  let closed = false
  const sweepMs = Math.min(5000, Math.max(20, Math.min(limits.keepAfterEndMs, limits.keepRunningMs) / 4))
  const sweeper = setInterval(sweep, sweepMs).unref()

  function sweep(): void {
    for (const answerId of answers.keys()) held(answerId)
  }

  function held(answerId: string): HeldAnswer | undefined {
    const answer = answers.get(answerId)
    if (!answer || answer.expiresAt > now()) return answer
    answers.delete(answerId)
    wakeUps.wake(answerId)
    return undefined
  }

  function requireOpen(): void {
    if (closed) throw new Error('The answer streams are closed')
  }

  const read: ReadAnswer = (answerId, at) => {
    const answer = held(answerId)
    if (answer?.epoch === undefined) return undefined
    const { epoch, frames, ended } = answer
    const continues = at === null || (at.epoch === epoch && at.seq <= frames.length)
    return { epoch, continues, ended, frames: frames.slice(continues ? (at?.seq ?? 0) : 0) }
  }

  return {
    async open(answerId, epoch) {
      requireOpen()
      const before = held(answerId)
      if (before && before.epoch === undefined) throw new AnswerStreamRefused('forgotten', answerId, epoch)
      if (before?.earlierEpochs.has(epoch)) throw new AnswerStreamRefused('stale-epoch', answerId, epoch)
      if (before?.epoch === epoch) return
      const earlierEpochs = before?.earlierEpochs ?? new Set()
      if (before?.epoch !== undefined) earlierEpochs.add(before.epoch)
      answers.set(answerId, { epoch, earlierEpochs, frames: [], ended: false, expiresAt: now() + limits.keepRunningMs })
      wakeUps.wake(answerId)
    },

    async append(answerId, epoch, frames) {
      requireOpen()
      const checked = checkFrames(answerId, epoch, frames)
      if (!checked) return
      const answer = held(answerId)
      if (!answer) throw new AnswerStreamRefused('not-held', answerId, epoch)
      if (answer.epoch === undefined) throw new AnswerStreamRefused('forgotten', answerId, epoch)
      if (answer.epoch !== epoch) throw new AnswerStreamRefused('stale-epoch', answerId, epoch)
      if (answer.ended) throw new AnswerStreamRefused('ended', answerId, epoch)
      if (checked.firstSeq !== answer.frames.length + 1) {
        throw new AnswerStreamRefused('out-of-order', answerId, epoch)
      }
      answer.frames.push(...frames)
      answer.ended = checked.ends
      answer.expiresAt = now() + (checked.ends ? limits.keepAfterEndMs : limits.keepRunningMs)
      wakeUps.wake(answerId)
    },

    follow(answerId, cursor, signal) {
      return followAnswer(read, wakeUps, answerId, cursor, signal, () => closed)
    },

    async forget(answerId) {
      const mark = { epoch: undefined, earlierEpochs: new Set<string>(), frames: [], ended: false }
      answers.set(answerId, { ...mark, expiresAt: now() + limits.keepRunningMs })
      wakeUps.wake(answerId)
    },

    async close() {
      clearInterval(sweeper)
      closed = true
      answers.clear()
      wakeUps.wakeAll()
    },
  }
}
