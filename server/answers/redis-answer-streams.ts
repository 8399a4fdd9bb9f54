import type { AnswerFrame } from '../protocol/server-message.ts'
import type { RedisConnections } from '../redis/redis-connections.ts'
import { AnswerStreamRefused, isRefusalReason } from './answer-stream-refused.ts'
import type { AnswerStreamLimits, AnswerStreams } from './answer-streams.ts'
import { checkFrames } from './check-frames.ts'
import { followAnswer, type ReadAnswer } from './follow-answer.ts'
import { APPEND, FORGET, OPEN, READ } from './redis-answer-scripts.ts'
import { createWakeUps } from './wake-ups.ts'

/**
 * Answer streams that all nodes on one Redis share. Every call is one script, one round trip; pub/sub only wakes
 * readers, who then read from where they are. Calls reject with `RedisUnavailable` while Redis is away; where an
 * `append` times out it is not known whether it was written, so that its producer opens a new epoch.
 */
export function createRedisAnswerStreams(redis: RedisConnections, limits: AnswerStreamLimits): AnswerStreams {
  const wakeUps = createWakeUps()
  let closed = false
  const wakeChannel = `${redis.prefix}answer-wake`
  const keyOf = (answerId: string) => `${redis.prefix}answer:${answerId}`
  const keepAfterEnd = String(limits.keepAfterEndMs)
  const keepRunning = String(limits.keepRunningMs)
  const noLongerReconnect = redis.onReconnect(() => wakeUps.wakeAll())
  redis
    .subscribe(wakeChannel, (answerId) => wakeUps.wake(answerId))
    .catch((error: unknown) => {
      redis.log.warn({ err: error }, 'No wake-ups for answer streams until Redis is back; readers poll')
    })

  const read: ReadAnswer = async (answerId, at) => {
    const reply = await redis.evaluate(READ, [keyOf(answerId)], [at?.epoch ?? '', String(at?.seq ?? 0)])
    if (reply === null) return undefined
    const [epoch, continues, ended, frames] = reply as [string, number, number, string[]]
    return {
      epoch,
      continues: continues === 1,
      ended: ended === 1,
      frames: frames.map((frame) => JSON.parse(frame) as AnswerFrame),
    }
  }

  function refuse(reply: unknown, answerId: string, epoch: string): void {
    if (isRefusalReason(reply)) throw new AnswerStreamRefused(reply, answerId, epoch)
  }

  function requireOpen(): void {
    if (closed) throw new Error('The answer streams are closed')
  }

  return {
    async open(answerId, epoch) {
      requireOpen()
      const values = [epoch, keepRunning, wakeChannel, answerId]
      refuse(await redis.evaluate(OPEN, [keyOf(answerId)], values), answerId, epoch)
    },

    async append(answerId, epoch, frames) {
      requireOpen()
      const checked = checkFrames(answerId, epoch, frames)
      if (!checked) return
      const { firstSeq, ends } = checked
      const head = [epoch, String(firstSeq), ends ? '1' : '0', ends ? keepAfterEnd : keepRunning, wakeChannel, answerId]
      const values = [...head, ...frames.map((frame) => JSON.stringify(frame))]
      refuse(await redis.evaluate(APPEND, [keyOf(answerId)], values), answerId, epoch)
    },

    follow(answerId, cursor, signal) {
      return followAnswer(read, wakeUps, answerId, cursor, signal, () => closed)
    },

    async forget(answerId) {
      requireOpen()
      await redis.evaluate(FORGET, [keyOf(answerId)], [keepRunning, wakeChannel, answerId])
    },

    async close() {
      closed = true
      wakeUps.wakeAll()
      noLongerReconnect()
      await redis.unsubscribe(wakeChannel)
    },
  }
}
