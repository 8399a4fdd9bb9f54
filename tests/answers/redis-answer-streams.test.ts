import { randomUUID } from 'node:crypto'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnswerStreams } from '../../server/answers/answer-streams.ts'
import { createRedisAnswerStreams } from '../../server/answers/redis-answer-streams.ts'
import { connectRedis, type RedisConnections, RedisUnavailable } from '../../server/redis/redis-connections.ts'
import { startOwnRedis } from '../helpers/redis-server.ts'
import { createKeptLog } from '../redis/kept-log.ts'
import { collect, deltas, end, shown, wholeAnswer } from './answer-frames.ts'

const server = await startOwnRedis()
afterAll(() => server?.stop())

describe.skipIf(server === null)('answer streams on a Redis that misbehaves', () => {
  let redis: RedisConnections
  let streams: AnswerStreams
  let answerId: string
  let leave: AbortController
  beforeEach(async () => {
    redis = await connectRedis(server?.url ?? '', createKeptLog())
    streams = createRedisAnswerStreams(redis, { keepAfterEndMs: 5000, keepRunningMs: 60_000 })
    answerId = randomUUID()
    leave = new AbortController()
  })
  afterEach(async () => {
    leave.abort()
    await streams.close()
    await redis.close()
  })

  const follow = (seq = 0) => streams.follow(answerId, { answerId, epoch: 'e1', seq }, leave.signal)

  async function command(...args: string[]): Promise<unknown> {
    const client = createClient({ url: server?.url ?? '' })
    await client.connect()
    const reply = await client.sendCommand(args)
    client.destroy()
    return reply
  }

  async function backAgain(): Promise<void> {
    await expect.poll(() => redis.healthy(), { timeout: 8000, interval: 20 }).toBe(true)
  }

  it('tells the reader that the answer is gone, and the producer too, after FLUSHALL', async () => {
    await streams.open(answerId, 'e1')
    await streams.append(answerId, 'e1', deltas(answerId, 'e1', ['一']))
    const reader = collect(follow())
    await new Promise((resolve) => setTimeout(resolve, 50))
    await server?.flushAll()
    const more = deltas(answerId, 'e1', ['一', '二']).slice(1)
    await expect(streams.append(answerId, 'e1', more)).rejects.toMatchObject({ reason: 'not-held' })
    expect((await reader).map(shown)).toEqual(['e1.1 一', 'gone'])
  })

  it('replaces the text where the producer began a new epoch after FLUSHALL', async () => {
    await streams.open(answerId, 'e1')
    await streams.append(answerId, 'e1', deltas(answerId, 'e1', ['一']))
    await server?.flushAll()
    await streams.open(answerId, 'e2')
    await streams.append(answerId, 'e2', wholeAnswer(answerId, 'e2', ['一', '二']))
    expect((await collect(follow(1))).map(shown)).toEqual(['replaced e2: 一|二 (end)'])
  })

  it('never gives a part where Redis lost the frames and not the rest', async () => {
    await streams.open(answerId, 'e1')
    await streams.append(answerId, 'e1', deltas(answerId, 'e1', ['一', '二']))
    await command('XTRIM', `${redis.prefix}answer:${answerId}:e1`, 'MAXLEN', '1')
    expect(await collect(follow(1))).toEqual([undefined])
    const more = deltas(answerId, 'e1', ['一', '二', '三']).slice(2)
    await expect(streams.append(answerId, 'e1', more)).rejects.toMatchObject({ reason: 'not-held' })
  })

  it('leaves no key without an expiry, of the length that the state calls for', async () => {
    await server?.flushAll()
    for (const id of ['opened', 'running', 'ended', 'replaced', 'forgotten']) await streams.open(id, 'e1')
    for (const id of ['running', 'replaced', 'forgotten']) await streams.append(id, 'e1', deltas(id, 'e1', ['一']))
    await streams.append('ended', 'e1', wholeAnswer('ended', 'e1', ['一']))
    await streams.open('replaced', 'e2')
    await streams.forget('forgotten')
    const keys = ((await command('KEYS', '*')) as string[]).sort()
    const names = ['ended', 'ended:e1', 'forgotten', 'opened', 'replaced', 'running', 'running:e1']
    expect(keys).toEqual(names.map((name) => `${redis.prefix}answer:${name}`))
    for (const key of keys) {
      const left = Number(await command('PTTL', key))
      const whole = key.includes('ended') ? 5000 : 60_000
      expect([key, left > whole - 2000 && left <= whole]).toEqual([key, true])
    }
  })

  it('delivers without a single wake-up', async () => {
    await streams.open(answerId, 'e1')
    await redis.unsubscribe(`${redis.prefix}answer-wake`)
    const reader = collect(follow())
    await new Promise((resolve) => setTimeout(resolve, 50))
    await streams.append(answerId, 'e1', wholeAnswer(answerId, 'e1', ['一']))
    expect((await reader).map(shown)).toEqual(['e1.1 一', 'e1.2 end'])
  })

  it('goes on after its listening connection was cut', async () => {
    await streams.open(answerId, 'e1')
    const reader = collect(follow())
    await streams.append(answerId, 'e1', deltas(answerId, 'e1', ['一']))
    await command('CLIENT', 'KILL', 'TYPE', 'pubsub')
    await streams.append(answerId, 'e1', deltas(answerId, 'e1', ['一', '二']).slice(1))
    await backAgain()
    await streams.append(answerId, 'e1', [end(answerId, 'e1', 3)])
    expect((await reader).map(shown)).toEqual(['e1.1 一', 'e1.2 二', 'e1.3 end'])
  })

  it('needs no connection of its own for a reader', async () => {
    await streams.open(answerId, 'e1')
    const count = async () => String(await command('CLIENT', 'LIST')).split('\n').length
    const before = await count()
    const readers = Array.from({ length: 50 }, () =>
      collect(streams.follow(answerId, null, new AbortController().signal)),
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await count()).toBe(before)
    await streams.append(answerId, 'e1', [end(answerId, 'e1', 1)])
    expect((await Promise.all(readers)).map((events) => events.length)).toEqual(Array(50).fill(1))
  })

  it('rejects with the cause while Redis is away, and works again after its restart', async () => {
    await streams.open(answerId, 'e1')
    await streams.append(answerId, 'e1', deltas(answerId, 'e1', ['一']))
    const reader = collect(follow())
    reader.catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 50))
    await server?.kill()
    const append = streams.append(answerId, 'e1', deltas(answerId, 'e1', ['一', '二']).slice(1))
    const refused = await append.catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(RedisUnavailable)
    expect(refused).toMatchObject({ cause: expect.any(Error) })
    await expect(reader).rejects.toBeInstanceOf(RedisUnavailable)
    await expect(streams.open(answerId, 'e2')).rejects.toBeInstanceOf(RedisUnavailable)
    expect(redis.healthy()).toBe(false)

    await server?.start()
    await backAgain()
    expect(await collect(follow(1))).toEqual([undefined])
    await streams.open(answerId, 'e3')
    const next = collect(follow(1))
    await streams.append(answerId, 'e3', wholeAnswer(answerId, 'e3', ['新']))
    expect((await next).map(shown).at(-1)).toMatch(/end\)?$/)
  })

  it('does not wait for a frozen Redis, and reads on when it moves again', async () => {
    await streams.open(answerId, 'e1')
    server?.pause()
    const began = performance.now()
    await expect(collect(follow())).rejects.toThrow(/did not answer .* within 2000 ms/)
    expect(performance.now() - began).toBeLessThan(3000)
    expect(redis.healthy()).toBe(false)
    server?.resume()
    await streams.append(answerId, 'e1', wholeAnswer(answerId, 'e1', ['一']))
    expect((await collect(follow())).map(shown)).toEqual(['e1.1 一', 'e1.2 end'])
    expect(redis.healthy()).toBe(true)
  })
})
