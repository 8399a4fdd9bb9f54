import { randomUUID } from 'node:crypto'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import type { RedisConnections } from '../redis/redis-connections.ts'
import { createListeners } from './listeners.ts'
import { type Notices, SiteNotice } from './notices.ts'

const Message = Type.Object({ from: Type.String(), notice: SiteNotice })

/**
 * Notices between all nodes on one Redis; resolves when this node hears the others. This node's listeners are called
 * directly, so that they hear also while Redis is away. After a reconnect they are told `resynchronise`.
 */
export async function createRedisNotices(redis: RedisConnections): Promise<Notices> {
  const { log } = redis
  const listeners = createListeners(log)
  const channel = `${redis.prefix}notices`
  const from = randomUUID()

  function hear(text: string): void {
    const message = parse(text)
    if (!Value.Check(Message, message)) {
      log.warn({ length: text.length }, 'A site notice that is not one was ignored')
      return
    }
    if (message.from !== from) listeners.tell(message.notice)
  }

  await redis.subscribe(channel, hear)
  const noLongerReconnect = redis.onReconnect(() => listeners.tell({ kind: 'resynchronise' }))

  return {
    async publish(notice) {
      listeners.tell(notice)
      await redis.publish(channel, JSON.stringify({ from, notice }))
    },
    subscribe: (listener) => listeners.add(listener),
    async close() {
      listeners.clear()
      noLongerReconnect()
      await redis.unsubscribe(channel)
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
