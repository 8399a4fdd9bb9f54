import { createClient } from 'redis'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryNotices } from '../../server/notices/memory-notices.ts'
import type { Notices, SiteNotice } from '../../server/notices/notices.ts'
import { createRedisNotices } from '../../server/notices/redis-notices.ts'
import { connectRedis } from '../../server/redis/redis-connections.ts'
import { startOwnRedis } from '../helpers/redis-server.ts'
import { createKeptLog } from '../redis/kept-log.ts'

const server = await startOwnRedis()
afterAll(() => server?.stop())
const log = createKeptLog()
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  log.lines.length = 0
})

async function memoryNodes(): Promise<[Notices, Notices]> {
  const notices = createMemoryNotices(log)
  closing.push(() => notices.close())
  return [notices, notices]
}

async function redisNode(): Promise<Notices> {
  const redis = await connectRedis(server?.url ?? '', log)
  closing.push(() => redis.close())
  const notices = await createRedisNotices(redis)
  closing.push(() => notices.close())
  return notices
}

const redisNodes = async (): Promise<[Notices, Notices]> => [await redisNode(), await redisNode()]

function heardBy(notices: Notices): SiteNotice[] {
  const heard: SiteNotice[] = []
  notices.subscribe((notice) => heard.push(notice))
  return heard
}

const ALL_KINDS: SiteNotice[] = [
  { kind: 'persona-withdrawn', personaId: '王师傅' },
  { kind: 'knowledge-changed', hash: 'abc' },
  { kind: 'turn-stop', answerId: 'a1' },
  { kind: 'session-forgotten', sessionId: 's1', answerIds: ['a1', 'a2'] },
]

describe.each([
  { name: 'memory', start: memoryNodes, skip: false },
  { name: 'Redis, two nodes', start: redisNodes, skip: server === null },
])('notices in $name', ({ start, skip }) => {
  let one: Notices
  let two: Notices
  beforeEach(async ({ skip: skipNow }) => {
    skipNow(skip, 'no redis-server here')
    ;[one, two] = await start()
  })

  it('reach every listener of every node exactly once and in order', async () => {
    const heard = [heardBy(one), heardBy(one), heardBy(two)]
    for (const notice of ALL_KINDS) await one.publish(notice)
    await expect.poll(() => heard.map(({ length }) => length)).toEqual([4, 4, 4])
    await new Promise((resolve) => setTimeout(resolve, 30))
    for (const notices of heard) expect(notices).toEqual(ALL_KINDS)
  })

  it('reach the own node before publishing is done', async () => {
    const heard = heardBy(one)
    const published = one.publish({ kind: 'turn-stop', answerId: 'a1' })
    expect(heard).toHaveLength(1)
    await published
  })

  it('do not reach who has left', async () => {
    const heard: SiteNotice[] = []
    const leave = two.subscribe((notice) => heard.push(notice))
    const other = heardBy(two)
    leave()
    leave()
    await one.publish({ kind: 'turn-stop', answerId: 'a1' })
    await expect.poll(() => other.length).toBe(1)
    expect(heard).toEqual([])
  })

  it('reach the others where a listener throws, and the log says so', async () => {
    two.subscribe(() => {
      throw new Error('broken listener')
    })
    const heard = heardBy(two)
    await one.publish({ kind: 'turn-stop', answerId: 'a1' })
    await one.publish({ kind: 'turn-stop', answerId: 'a2' })
    await expect.poll(() => heard.length).toBe(2)
    expect(log.lines.filter((line) => line.startsWith('error'))).toHaveLength(2)
  })
})

describe.skipIf(server === null)('notices on Redis', () => {
  it('ignore what is not a notice', async () => {
    const notices = await redisNode()
    const heard = heardBy(notices)
    const client = createClient({ url: server?.url ?? '' })
    await client.connect()
    const bad = [
      '{',
      'null',
      '[]',
      '{"kind":"turn-stop","answerId":"a"}',
      '{"from":"x","notice":{"kind":"unheard-of"}}',
      '{"from":"x","notice":{"kind":"turn-stop","answerId":7}}',
      '{"from":"x","notice":{"kind":"session-forgotten","sessionId":"s","answerIds":"a"}}',
      '{"from":"x","notice":{"kind":"turn-stop","answerId":"good"}}',
    ]
    for (const text of bad) expect(await client.publish('lecturer-chat:0:notices', text)).toBe(1)
    client.destroy()
    await expect.poll(() => heard).toEqual([{ kind: 'turn-stop', answerId: 'good' }])
  })

  it('tell their listeners to read again after an outage, and work again', async () => {
    const [one, two] = await redisNodes()
    const heard = [heardBy(one), heardBy(two)]
    await server?.kill()
    const stop: SiteNotice = { kind: 'turn-stop', answerId: 'missed' }
    await expect(one.publish(stop)).rejects.toMatchObject({ name: 'RedisUnavailable' })
    expect(heard).toEqual([[stop], []])
    await server?.start()
    const resynchronise = { kind: 'resynchronise' }
    await expect.poll(() => heard, { timeout: 8000 }).toEqual([[stop, resynchronise], [resynchronise]])
    await expect.poll(() => one.publish(stop).then(() => heard[1]?.at(-1)), { timeout: 8000 }).toEqual(stop)
  })

  it('lose none that is published once a listener was told to read again', async () => {
    const [one, two] = await redisNodes()
    const heard = heardBy(two)
    const client = createClient({ url: server?.url ?? '' })
    await client.connect()
    await client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub'])
    client.destroy()
    await expect.poll(() => heard.length, { timeout: 8000, interval: 1 }).toBe(1)
    await one.publish({ kind: 'turn-stop', answerId: 'a1' })
    await expect.poll(() => heard.map(({ kind }) => kind)).toEqual(['resynchronise', 'turn-stop'])
  })
})
