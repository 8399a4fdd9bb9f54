import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AnswerStreamLimits, AnswerStreams } from '../../server/answers/answer-streams.ts'
import { createMemoryAnswerStreams } from '../../server/answers/memory-answer-streams.ts'
import { createRedisAnswerStreams } from '../../server/answers/redis-answer-streams.ts'
import { connectRedis } from '../../server/redis/redis-connections.ts'
import { startRedis } from '../helpers/redis-server.ts'
import { createKeptLog } from '../redis/kept-log.ts'
import { collect, deltas, end, shown, wholeAnswer } from './answer-frames.ts'

const LIMITS: AnswerStreamLimits = { keepAfterEndMs: 60_000, keepRunningMs: 60_000 }
const redis = await startRedis()
afterAll(() => redis?.stop())

/** What a producer's node and a reader's node see; in memory they are one. */
interface Nodes {
  producer: AnswerStreams
  reader: AnswerStreams
  close(): Promise<void>
}

async function memoryNodes(limits: AnswerStreamLimits): Promise<Nodes> {
  const streams = createMemoryAnswerStreams(limits)
  return { producer: streams, reader: streams, close: () => streams.close() }
}

async function redisNodes(limits: AnswerStreamLimits): Promise<Nodes> {
  const url = redis?.url ?? ''
  const connections = [await connectRedis(url, createKeptLog()), await connectRedis(url, createKeptLog())] as const
  const producer = createRedisAnswerStreams(connections[0], limits)
  const reader = createRedisAnswerStreams(connections[1], limits)
  return {
    producer,
    reader,
    async close() {
      await Promise.all([producer.close(), reader.close()])
      await Promise.all(connections.map((connection) => connection.close()))
    },
  }
}

describe.each([
  { name: 'memory', nodes: memoryNodes, skip: false },
  { name: 'Redis, two nodes', nodes: redisNodes, skip: redis === null },
])('answer streams in $name', ({ nodes: start, skip }) => {
  let nodes: Nodes
  let answerId: string
  let leave: AbortController
  beforeEach(async ({ skip: skipNow }) => {
    skipNow(skip, 'no redis-server here')
    nodes = await start(LIMITS)
    answerId = randomUUID()
    leave = new AbortController()
  })
  afterEach(async () => {
    leave?.abort()
    await nodes?.close()
  })

  const follow = (epoch?: string, seq = 0) =>
    nodes.reader.follow(answerId, epoch === undefined ? null : { answerId, epoch, seq }, leave.signal)

  it('gives a reader what is there and then what comes, to the end', async () => {
    const [first, second, third] = deltas(answerId, 'e1', ['一', '二', '三'])
    if (!first || !second || !third) throw new Error('frames')
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.append(answerId, 'e1', [first])
    const reader = collect(follow('e1'))
    const lateReader = collect(follow('e1', 1))
    await nodes.producer.append(answerId, 'e1', [second])
    await new Promise((resolve) => setTimeout(resolve, 20))
    await nodes.producer.append(answerId, 'e1', [third, end(answerId, 'e1', 4)])
    expect((await reader).map(shown)).toEqual(['e1.1 一', 'e1.2 二', 'e1.3 三', 'e1.4 end'])
    expect((await lateReader).map(shown)).toEqual(['e1.2 二', 'e1.3 三', 'e1.4 end'])
  })

  it('gives frames back as they were', async () => {
    const frames = wholeAnswer(answerId, 'e1', ['“引号”\n换行 😀 \u0000', '<b>&amp;</b>'])
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.append(answerId, 'e1', frames)
    expect(await collect(follow('e1'))).toEqual(frames)
  })

  it('reads an ended answer from any position without replacing', async () => {
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.append(answerId, 'e1', wholeAnswer(answerId, 'e1', ['一', '二']))
    expect((await collect(follow())).map(shown)).toEqual(['e1.1 一', 'e1.2 二', 'e1.3 end'])
    expect((await collect(follow('e1', 2))).map(shown)).toEqual(['e1.3 end'])
    expect(await collect(follow('e1', 3))).toEqual([])
  })

  it('replaces the whole text for a cursor of another epoch or past the end', async () => {
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.append(answerId, 'e1', wholeAnswer(answerId, 'e1', ['一', '二']))
    expect((await collect(follow('other', 1))).map(shown)).toEqual(['replaced e1: 一|二 (end)'])
    for (const seq of [4, 9, 2 ** 40]) {
      expect((await collect(follow('e1', seq))).map(shown)).toEqual(['replaced e1: 一|二 (end)'])
    }
  })

  it('replaces an empty text where nothing was produced yet, then goes on', async () => {
    await nodes.producer.open(answerId, 'e2')
    const reader = collect(follow('e1', 3))
    await new Promise((resolve) => setTimeout(resolve, 30))
    await nodes.producer.append(answerId, 'e2', wholeAnswer(answerId, 'e2', ['一']))
    expect((await reader).map(shown)).toEqual(['replaced e2: ', 'e2.1 一', 'e2.2 end'])
  })

  it('replaces again when a new epoch is opened while someone reads', async () => {
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.append(answerId, 'e1', deltas(answerId, 'e1', ['旧', '的']))
    const reader = follow('e1')[Symbol.asyncIterator]()
    const read = async () => shown((await reader.next()).value)
    expect([await read(), await read()]).toEqual(['e1.1 旧', 'e1.2 的'])
    await nodes.reader.open(answerId, 'e2')
    expect(await read()).toBe('replaced e2: ')
    await nodes.reader.append(answerId, 'e2', wholeAnswer(answerId, 'e2', ['新']))
    expect([await read(), await read()]).toEqual(['e2.1 新', 'e2.2 end'])
    expect((await reader.next()).done).toBe(true)
  })

  it('refuses a producer whose epoch is not current any more, also when it opens again', async () => {
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.append(answerId, 'e1', deltas(answerId, 'e1', ['甲']))
    await nodes.reader.open(answerId, 'e2')
    const late = deltas(answerId, 'e1', ['甲', '乙']).slice(1)
    await expect(nodes.producer.append(answerId, 'e1', late)).rejects.toMatchObject({ reason: 'stale-epoch' })
    await expect(nodes.producer.open(answerId, 'e1')).rejects.toMatchObject({ reason: 'stale-epoch' })
    await nodes.reader.append(answerId, 'e2', wholeAnswer(answerId, 'e2', ['丙']))
    expect((await collect(follow('e2'))).map(shown)).toEqual(['e2.1 丙', 'e2.2 end'])
  })

  it('lets one of two producers of the same epoch write each seq', async () => {
    await nodes.producer.open(answerId, 'e1')
    const frames = wholeAnswer(answerId, 'e1', ['一', '二'])
    const results = await Promise.allSettled([
      nodes.producer.append(answerId, 'e1', frames),
      nodes.reader.append(answerId, 'e1', frames),
    ])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await collect(follow('e1'))).toEqual(frames)
  })

  it.each([
    ['a repeated seq', [1], [1]],
    ['a gap', [1], [3]],
    ['a first seq that is not 1', [], [2]],
    ['a gap within one call', [], [1, 3]],
    ['a fall within one call', [], [1, 2, 1]],
  ])('refuses %s and writes nothing of that call', async (_, before, wrong) => {
    const frames = deltas(answerId, 'e1', ['一', '二', '三'])
    const pick = (seqs: number[]) => frames.flatMap((frame) => seqs.filter((seq) => seq === frame.seq).map(() => frame))
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.append(answerId, 'e1', pick(before))
    const bad = wrong.flatMap((seq) => pick([seq]))
    await expect(nodes.producer.append(answerId, 'e1', bad)).rejects.toMatchObject({ reason: 'out-of-order' })
    await nodes.producer.append(answerId, 'e1', [...frames.slice(before.length), end(answerId, 'e1', 4)])
    expect((await collect(follow('e1'))).map(shown)).toEqual(['e1.1 一', 'e1.2 二', 'e1.3 三', 'e1.4 end'])
  })

  it('refuses frames of another answer or epoch, and anything after the end', async () => {
    await nodes.producer.open(answerId, 'e1')
    const append = (frames: ReturnType<typeof wholeAnswer>) => nodes.producer.append(answerId, 'e1', frames)
    await expect(append(deltas('other', 'e1', ['一']))).rejects.toMatchObject({ reason: 'out-of-order' })
    await expect(append(deltas(answerId, 'e2', ['一']))).rejects.toMatchObject({ reason: 'out-of-order' })
    const endThenMore = [end(answerId, 'e1', 1), ...deltas(answerId, 'e1', ['一', '二']).slice(1)]
    await expect(append(endThenMore)).rejects.toMatchObject({ reason: 'out-of-order' })
    await append(wholeAnswer(answerId, 'e1', ['一']))
    await expect(append([end(answerId, 'e1', 3)])).rejects.toMatchObject({ reason: 'ended' })
  })

  it('says that it does not hold an unknown answer', async () => {
    expect(await collect(follow())).toEqual([undefined])
    expect(await collect(follow('e1', 2))).toEqual([undefined])
    const frames = deltas(answerId, 'e1', ['一'])
    await expect(nodes.producer.append(answerId, 'e1', frames)).rejects.toMatchObject({ reason: 'not-held' })
  })

  it('keeps what the current epoch holds when it is opened once more', async () => {
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.append(answerId, 'e1', deltas(answerId, 'e1', ['一']))
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.append(answerId, 'e1', [end(answerId, 'e1', 2)])
    expect((await collect(follow('e1'))).map(shown)).toEqual(['e1.1 一', 'e1.2 end'])
  })

  it('forgets at once: readers end and nothing can be written any more', async () => {
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.append(answerId, 'e1', deltas(answerId, 'e1', ['一']))
    const reader = collect(follow('e1'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    await nodes.reader.forget(answerId)
    expect((await reader).map(shown)).toEqual(['e1.1 一', 'gone'])
    expect(await collect(follow('e1'))).toEqual([undefined])
    const more = deltas(answerId, 'e1', ['一', '二']).slice(1)
    await expect(nodes.producer.append(answerId, 'e1', more)).rejects.toMatchObject({ reason: 'forgotten' })
    await expect(nodes.producer.open(answerId, 'e2')).rejects.toMatchObject({ reason: 'forgotten' })
  })

  it('ends silently when the reader leaves, before and while it waits', async () => {
    await nodes.producer.open(answerId, 'e1')
    const reader = collect(follow('e1'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    leave.abort()
    expect(await reader).toEqual([])
    expect(await collect(follow('e1'))).toEqual([])
  })

  it('ends its readers when it is closed', async () => {
    await nodes.producer.open(answerId, 'e1')
    const reader = collect(follow('e1'))
    await new Promise((resolve) => setTimeout(resolve, 20))
    await nodes.close()
    expect(await reader).toEqual([])
    await expect(nodes.producer.open(answerId, 'e2')).rejects.toThrow('closed')
  })

  it('serves two hundred readers of one answer alike', async () => {
    await nodes.producer.open(answerId, 'e1')
    const readers = Array.from({ length: 200 }, () =>
      collect(nodes.reader.follow(answerId, null, new AbortController().signal)),
    )
    const frames = wholeAnswer(answerId, 'e1', ['一', '二', '三'])
    for (const frame of frames) await nodes.producer.append(answerId, 'e1', [frame])
    for (const events of await Promise.all(readers)) expect(events).toEqual(frames)
  })

  it('drops what ran without an append for too long, and what ended long enough ago', async () => {
    await nodes.close()
    nodes = await start({ keepAfterEndMs: 200, keepRunningMs: 800 })
    const other = randomUUID()
    await nodes.producer.open(answerId, 'e1')
    await nodes.producer.open(other, 'e1')
    await nodes.producer.append(other, 'e1', wholeAnswer(other, 'e1', ['一']))
    const reader = collect(follow('e1'))
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await collect(nodes.reader.follow(other, null, leave.signal))).toEqual([undefined])
    await nodes.producer.append(answerId, 'e1', deltas(answerId, 'e1', ['一']))
    await new Promise((resolve) => setTimeout(resolve, 500))
    await nodes.producer.append(answerId, 'e1', deltas(answerId, 'e1', ['一', '二']).slice(1))
    expect((await reader).map(shown)).toEqual(['e1.1 一', 'e1.2 二', 'gone'])
  })
})
