import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createClient } from 'redis'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { connectRedis, type RedisConnections, redisScript } from '../../server/redis/redis-connections.ts'
import { startOwnRedis } from '../helpers/redis-server.ts'
import { createKeptLog } from './kept-log.ts'

const ECHO = redisScript('return ARGV[1]')

const server = await startOwnRedis()
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(() => server?.stop())

async function connected(url = server?.url ?? '', times = { stallMs: 10_000, pingMs: 3000 }) {
  const log = createKeptLog()
  const redis = await connectRedis(url, log, times)
  closing.push(() => redis.close())
  return { redis, log }
}

const healthy = (redis: RedisConnections) =>
  expect.poll(() => redis.healthy(), { timeout: 8000, interval: 20 }).toBe(true)

describe('a REDIS_URL that is wrong', () => {
  it.each([
    ['nonsense-with-secret', /^REDIS_URL is not a URL/],
    ['https://user:secret@example.org', /^REDIS_URL must begin with redis/],
    ['redis://user:secret@127.0.0.1:1/2', /^REDIS_URL \(redis:\/\/user:\*\*\*@127\.0\.0\.1:1\/2\).*ECONNREFUSED/],
  ])('%s stops the start, names itself and keeps its password', async (url, message) => {
    const log = createKeptLog()
    const error = await connectRedis(url, log).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect((error as Error).message).toMatch(message)
    expect([(error as Error).message, ...log.lines].join()).not.toContain('secret')
  })

  it.skipIf(server === null)('a wrong password stops the start', async () => {
    const url = (server?.url ?? '').replace('//', '//nobody:secret@')
    const error = await connectRedis(url, createKeptLog()).catch((reason: unknown) => reason)
    expect((error as Error).message).toMatch(/^REDIS_URL \(.*\*\*\*.*WRONGPASS/)
    expect((error as Error).message).not.toContain('secret')
  })
})

describe.skipIf(server === null)('two connections to Redis', () => {
  it('runs a script also after Redis forgot it', async () => {
    const { redis } = await connected()
    expect(await redis.evaluate(ECHO, [], ['一'])).toBe('一')
    const client = createClient({ url: server?.url ?? '' })
    await client.connect()
    await client.sendCommand(['SCRIPT', 'FLUSH'])
    client.destroy()
    expect(await redis.evaluate(ECHO, [], ['二'])).toBe('二')
  })

  it('says why a command fails', async () => {
    const { redis } = await connected()
    const wrong = redisScript("return redis.call('NO-SUCH-COMMAND')")
    await expect(redis.evaluate(wrong, [], [])).rejects.toMatchObject({
      name: 'RedisUnavailable',
      cause: expect.any(Error),
    })
  })

  it('keeps databases apart, for channels too', async () => {
    const first = await connected()
    const second = await connected(`${server?.url}/2`)
    expect(first.redis.prefix).not.toBe(second.redis.prefix)
  })

  it('survives an outage, logs it once and the return once, and listens again', async () => {
    const { redis, log } = await connected()
    const heard: string[] = []
    let reconnects = 0
    redis.onReconnect(() => {
      reconnects += 1
    })
    await redis.subscribe('news', (message) => heard.push(message))
    await server?.kill()
    await expect(redis.evaluate(ECHO, [], ['x'])).rejects.toThrow('Redis')
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(redis.healthy()).toBe(false)
    expect(log.lines.filter((line) => line.includes('gone'))).toHaveLength(2)
    await server?.start()
    await healthy(redis)
    expect(log.lines.filter((line) => line.includes('back'))).toHaveLength(2)
    expect(reconnects).toBe(1)
    await redis.publish('news', 'again')
    await expect.poll(() => heard).toEqual(['again'])
  })

  it('rejects at once while Redis is away', async () => {
    const { redis } = await connected()
    await server?.kill()
    await expect.poll(() => redis.healthy()).toBe(false)
    const began = performance.now()
    await expect(redis.evaluate(ECHO, [], ['x'])).rejects.toThrow('Redis')
    expect(performance.now() - began).toBeLessThan(100)
    await server?.start()
  })

  it('makes connections anew where the peer went away without a word', async () => {
    const wire = await cutableWire(Number(new URL(server?.url ?? '').port))
    closing.push(() => wire.close())
    const { redis } = await connected(wire.url, { stallMs: 400, pingMs: 100 })
    const heard: string[] = []
    await redis.subscribe('news', (message) => heard.push(message))
    wire.swallow()
    const end = performance.now() + 8000
    let replied = false
    while (!replied && performance.now() < end) {
      replied = await redis.evaluate(ECHO, [], ['x'], 100).then(
        () => true,
        () => false,
      )
      if (!replied) await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(replied).toBe(true)
    await expect.poll(() => redis.publish('news', 'again').then(() => heard[0]), { timeout: 8000 }).toBe('again')
    expect(redis.healthy()).toBe(true)
  })

  it('rejects what is asked after closing', async () => {
    const { redis } = await connected()
    await redis.close()
    await redis.close()
    expect(redis.healthy()).toBe(false)
    await expect(redis.evaluate(ECHO, [], ['x'])).rejects.toThrow('Redis')
  })
})

/** A proxy whose present connections can go silent while they stay open; later ones work. */
async function cutableWire(port: number): Promise<{ url: string; swallow(): void; close(): Promise<void> }> {
  const pairs = new Set<[Socket, Socket]>()
  const wire: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) socket.on('error', () => {})
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    pairs.add([near, far])
  }).listen(0, '127.0.0.1')
  await once(wire, 'listening')
  const address = wire.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `redis://127.0.0.1:${address.port}`,
    swallow() {
      for (const [near, far] of pairs) {
        near.unpipe().resume()
        far.unpipe().resume()
      }
    },
    async close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      wire.close()
    },
  }
}
