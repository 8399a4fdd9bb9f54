import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { AnswerEvent, AnswerStreams } from '../../server/answers/answer-streams.ts'
import { createMemoryAnswerStreams } from '../../server/answers/memory-answer-streams.ts'
import { createRedisAnswerStreams } from '../../server/answers/redis-answer-streams.ts'
import type { AnswerFrame } from '../../server/protocol/server-message.ts'
import { connectRedis } from '../../server/redis/redis-connections.ts'
import { startRedis } from '../helpers/redis-server.ts'
import { createKeptLog } from '../redis/kept-log.ts'
import { wholeAnswer } from './answer-frames.ts'

const LIMITS = { keepAfterEndMs: 60_000, keepRunningMs: 60_000 }
const MOST_FRAMES = 40
const redis = await startRedis()
afterAll(() => redis?.stop())

type Step =
  | { readonly kind: 'append'; readonly count: number }
  | { readonly kind: 'epoch' | 'pause' }
  | {
      readonly kind: 'join'
      readonly from: 'start' | 'current' | 'earlier' | 'past' | 'unknown'
      readonly pick: number
    }
  | { readonly kind: 'leave'; readonly pick: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('epoch' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('pause' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('join' as const),
      from: fc.constantFrom('start' as const, 'current', 'earlier', 'past', 'unknown'),
      pick: fc.nat(1000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), pick: fc.nat(1000) }) },
)

/** Every epoch tells another text, so that a frame of the wrong one shows. */
function framesOf(answerId: string, epoch: string): readonly AnswerFrame[] {
  const pieces = Array.from({ length: MOST_FRAMES }, (_, index) => `${epoch}:${index}${'字'.repeat(index % 3)};`)
  return wholeAnswer(answerId, epoch, pieces)
}

/** What a client shows; it takes nothing that is not exactly the next frame. */
class Screen {
  epoch: string
  next: number
  text: string
  ended = false
  constructor(epoch: string, seq: number, text: string) {
    this.epoch = epoch
    this.next = seq + 1
    this.text = text
  }

  apply(event: AnswerEvent | undefined): void {
    if (!event) throw new Error('gone')
    expect(this.ended).toBe(false)
    if (event.type === 'replaced') {
      this.epoch = event.epoch
      this.next = 1
      this.text = ''
      for (const frame of event.deltas) this.apply(frame)
      if (event.end) this.apply(event.end)
      return
    }
    if (this.epoch === '') this.epoch = event.epoch
    expect([event.epoch, event.seq]).toEqual([this.epoch, this.next])
    this.next += 1
    if (event.type === 'answer-end') {
      this.ended = true
      return
    }
    expect(event.offset).toBe(this.text.length)
    this.text += event.text
  }
}

async function run(nodes: readonly [AnswerStreams, AnswerStreams], steps: readonly Step[]): Promise<void> {
  const answerId = randomUUID()
  const epochs = ['e1']
  let epoch = 'e1'
  let produced = 0
  const readers: { screen: Screen; leave: AbortController; done: Promise<void> }[] = []
  const textOf = (name: string, seq: number) =>
    framesOf(answerId, name)
      .slice(0, seq)
      .map((frame) => (frame.type === 'answer-delta' ? frame.text : ''))
      .join('')

  function join(node: AnswerStreams, from: string, pick: number): void {
    const name = from === 'unknown' ? 'x' : from === 'earlier' ? (epochs[pick % epochs.length] ?? epoch) : epoch
    const most = from === 'past' ? produced + 5 : name === epoch ? produced : MOST_FRAMES
    const seq = from === 'past' ? produced + 1 + (pick % 4) : pick % (most + 1)
    const screen = from === 'start' ? new Screen('', 0, '') : new Screen(name, seq, textOf(name, seq))
    const leave = new AbortController()
    const follower = node.follow(answerId, from === 'start' ? null : { answerId, epoch: name, seq }, leave.signal)
    const done = (async () => {
      for await (const event of follower) {
        screen.apply(event)
        expect(textOf(screen.epoch, MOST_FRAMES).startsWith(screen.text)).toBe(true)
      }
    })()
    done.catch(() => {})
    readers.push({ screen, leave, done })
  }

  await nodes[0].open(answerId, epoch)
  for (const [index, now] of steps.entries()) {
    const node = nodes[index % 2 ? 1 : 0]
    if (now.kind === 'pause') await new Promise((resolve) => setImmediate(resolve))
    if (now.kind === 'leave' && readers.length > 0) readers[now.pick % readers.length]?.leave.abort()
    if (now.kind === 'join') join(node, now.from, now.pick)
    if (now.kind === 'epoch') {
      epoch = `e${epochs.push(`e${epochs.length + 1}`)}`
      produced = 0
      await node.open(answerId, epoch)
    }
    if (now.kind === 'append') {
      const frames = framesOf(answerId, epoch).slice(produced, Math.min(produced + now.count, MOST_FRAMES))
      await node.append(answerId, epoch, frames)
      produced += frames.length
    }
  }
  await nodes[0].append(answerId, epoch, framesOf(answerId, epoch).slice(produced))
  for (const { screen, leave, done } of readers) {
    await done
    if (leave.signal.aborted) continue
    expect(screen).toMatchObject({ epoch, ended: true, text: textOf(epoch, MOST_FRAMES) })
  }
}

const property = (nodes: readonly [AnswerStreams, AnswerStreams]) =>
  fc.asyncProperty(fc.array(step, { maxLength: 30 }), (steps) => run(nodes, steps))

describe('readers of an answer that is appended to, taken over, joined and left in any order', () => {
  it('show the truth, no frame lost, doubled or out of order: in memory', async () => {
    const streams = createMemoryAnswerStreams(LIMITS)
    await fc.assert(property([streams, streams]), { numRuns: 400 })
    await streams.close()
  })

  it.skipIf(redis === null)('show the truth, no frame lost, doubled or out of order: two nodes on Redis', async () => {
    const connections = await Promise.all([1, 2].map(() => connectRedis(redis?.url ?? '', createKeptLog())))
    const [one, two] = connections.map((connection) => createRedisAnswerStreams(connection, LIMITS))
    if (!one || !two) throw new Error('nodes')
    await fc.assert(property([one, two]), { numRuns: 50, interruptAfterTimeLimit: 15_000 })
    await Promise.all([one, two].map((streams) => streams.close()))
    await Promise.all(connections.map((connection) => connection.close()))
  })
})
