import fc from 'fast-check'
import { createClient } from 'redis'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createMemoryRateLimits, MAX_BUCKETS } from '../../server/limits/memory-rate-limits.ts'
import type { RateLimits } from '../../server/limits/rate-limits.ts'
import { createRedisRateLimits } from '../../server/limits/redis-rate-limits.ts'
import { connectRedis } from '../../server/redis/redis-connections.ts'
import { startOwnRedis } from '../helpers/redis-server.ts'
import { createKeptLog } from '../redis/kept-log.ts'

const server = await startOwnRedis()
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(() => server?.stop())

const memoryLimits = async (): Promise<RateLimits> => createMemoryRateLimits()

async function redisLimits(log = createKeptLog()): Promise<RateLimits> {
  const redis = await connectRedis(server?.url ?? '', createKeptLog())
  closing.push(() => redis.close())
  return createRedisRateLimits(redis, log)
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
let keys = 0
const newKey = () => `key-${keys++}`

describe.each([
  { name: 'memory', start: memoryLimits, skip: false },
  { name: 'Redis', start: redisLimits, skip: server === null },
])('rate limits in $name', ({ start, skip }) => {
  const test = it.skipIf(skip)

  test('allows what the bucket holds, then says when to come again, and keeps its word', async () => {
    const limits = await start()
    const limit = { capacity: 3, refillPerSecond: 2 }
    const key = newKey()
    const decisions = []
    for (let count = 0; count < 4; count += 1) decisions.push(await limits.take(key, limit))
    expect(decisions.map(({ allowed }) => allowed)).toEqual([true, true, true, false])
    const last = decisions[3]
    if (!last || last.allowed) throw new Error('allowed')
    expect(last.retryAfterMs).toBeGreaterThan(100)
    expect(last.retryAfterMs).toBeLessThanOrEqual(500)
    await wait(last.retryAfterMs + 2)
    expect((await limits.take(key, limit)).allowed).toBe(true)
    expect((await limits.take(key, limit)).allowed).toBe(false)
  })

  test('counts each key by itself', async () => {
    const limits = await start()
    const limit = { capacity: 1, refillPerSecond: 0.01 }
    const key = newKey()
    expect((await limits.take(key, limit)).allowed).toBe(true)
    expect((await limits.take(key, limit)).allowed).toBe(false)
    expect((await limits.take(newKey(), limit)).allowed).toBe(true)
  })

  test('never lets more out at once than the bucket holds', async () => {
    const limits = await start()
    const key = newKey()
    const limit = { capacity: 5, refillPerSecond: 0.01 }
    const decisions = await Promise.all(Array.from({ length: 40 }, () => limits.take(key, limit)))
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(5)
  })

  test('refuses a limit that makes no sense', async () => {
    const limits = await start()
    await expect(limits.take(newKey(), { capacity: 0, refillPerSecond: 1 })).rejects.toThrow(RangeError)
    await expect(limits.take(newKey(), { capacity: 1, refillPerSecond: 0 })).rejects.toThrow(RangeError)
    await expect(limits.take(newKey(), { capacity: 1, refillPerSecond: Number.NaN })).rejects.toThrow(RangeError)
  })
})

describe('rate limits in memory', () => {
  it('let out at most capacity + rate x time in any span, and a token at the time that was promised', () => {
    const limit = { capacity: 4, refillPerSecond: 2 }
    return fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 1, maxLength: 60 }), async (gaps) => {
        let time = 0
        const limits = createMemoryRateLimits(() => time)
        const taken: number[] = []
        for (const gap of gaps) {
          time += gap
          const decision = await limits.take('key', limit)
          if (decision.allowed) taken.push(time)
          else {
            time += decision.retryAfterMs
            expect((await limits.take('key', limit)).allowed).toBe(true)
            taken.push(time)
          }
        }
        for (const [from, start] of taken.entries()) {
          for (const [further, end] of taken.slice(from).entries()) {
            const most = limit.capacity + ((end - start) / 1000) * limit.refillPerSecond
            expect(further + 1).toBeLessThanOrEqual(most + 1e-6)
          }
        }
      }),
    )
  })

  it('keep to bounded memory under a flood of keys, and one visitor stays limited through it', async () => {
    let time = 0
    const limits = createMemoryRateLimits(() => time)
    const slow = { capacity: 1, refillPerSecond: 0.001 }
    await limits.take('visitor', slow)
    const before = process.memoryUsage().heapUsed
    for (let count = 0; count < MAX_BUCKETS * 3; count += 1) {
      time += 1
      await limits.take(`flood-${count}`, { capacity: 1, refillPerSecond: 1 })
    }
    expect((await limits.take('visitor', slow)).allowed).toBe(false)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(60 * 1024 * 1024)
  })
})

describe.skipIf(server === null)('rate limits on Redis', () => {
  it('are shared by two nodes and follow the clock of Redis', async () => {
    const [one, two] = [await redisLimits(), await redisLimits()]
    const key = newKey()
    const limit = { capacity: 4, refillPerSecond: 0.01 }
    const decisions = await Promise.all([one, two, one, two, one, two].map((limits) => limits.take(key, limit)))
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(4)
  })

  it('leave no key longer than the bucket needs to fill', async () => {
    await server?.flushAll()
    const limits = await redisLimits()
    await limits.take('a', { capacity: 2, refillPerSecond: 4 })
    const client = createClient({ url: server?.url ?? '' })
    await client.connect()
    const keys = await client.keys('*')
    expect(keys).toHaveLength(1)
    const left = await client.pTTL(keys[0] ?? '')
    client.destroy()
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(251)
  })

  it('allow within 250 ms while Redis is frozen or down, and say so once an outage', async () => {
    const log = createKeptLog()
    const limits = await redisLimits(log)
    const limit = { capacity: 1, refillPerSecond: 0.001 }
    const key = newKey()
    await limits.take(key, limit)
    const timed = async () => {
      const began = performance.now()
      expect((await limits.take(key, limit)).allowed).toBe(true)
      expect(performance.now() - began).toBeLessThan(250)
    }
    server?.pause()
    await timed()
    await timed()
    server?.resume()
    await expect.poll(async () => (await limits.take(key, limit)).allowed, { timeout: 5000 }).toBe(false)
    await server?.kill()
    await timed()
    await timed()
    await server?.start()
    expect(log.lines.map((line) => line.split(' ')[0])).toEqual(['warn', 'info', 'warn'])
  })
})
