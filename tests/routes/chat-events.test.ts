import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AnswerDelta, ServerMessage } from '../../server/protocol/server-message.ts'
import { connectChat } from '../helpers/chat-client.ts'
import { type EventsClient, type EventsOptions, openEvents, postFrames, say } from '../helpers/events-client.ts'
import { trueSentences } from '../helpers/passages-of.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const LISTED = 'https://portal.example.cn'
const PERSONA = 'lin-yue'
let server: TestServer
let slow: TestServer
let model: ScriptedOpenAi
const readers: EventsClient[] = []

beforeAll(async () => {
  model = await startScriptedOpenAi((request) =>
    trueSentences(request, 5).flatMap((sentence) => [{ text: `${sentence}\n` }, { wait: 120 }]),
  )
  server = await startTestServer({ ALLOWED_ORIGINS: LISTED })
  slow = await startTestServer({ OPENAI_BASE_URL: model.baseUrl, CHAT_MODEL: 'scripted' })
})
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close()
})
afterAll(async () => {
  await server.close()
  await slow.close()
  await model.close()
})

async function listen(options: Partial<EventsOptions> = {}, of = server): Promise<EventsClient> {
  const reader = await openEvents(of.address, { personaId: PERSONA, ...options })
  readers.push(reader)
  return reader
}

function suggestion(at: number): string {
  return server.deps.personas.get(PERSONA)?.suggestions[at] ?? ''
}

function deltas(reader: EventsClient): AnswerDelta[] {
  return reader.heard.flatMap(({ message }) => (message.type === 'answer-delta' ? [message] : []))
}

describe('the protocol over server-sent events and posts', () => {
  it('greets first, answers over the stream, and replies to posts directly', async () => {
    const reader = await listen()
    const ready = await reader.ready()
    expect(reader.heard[0]?.message.type).toBe('session-ready')
    expect(reader.headers.get('cache-control')).toBe('no-store')
    const turnId = randomUUID()
    const replies = await say(server.address, ready, { type: 'turn-ask', turnId, text: suggestion(0) })
    expect(replies).toHaveLength(1)
    expect(replies[0]).toMatchObject({ type: 'turn-accepted', turnId, duplicate: false })
    const end = await reader.next('answer-end')
    expect(end.outcome).toBe('grounded')
    const answer = reader.heard.filter(({ message }) => 'turnId' in message && message.turnId === turnId)
    for (const { id, message } of answer) {
      expect(id).toBe('seq' in message ? `${message.answerId}:${message.epoch}:${message.seq}` : undefined)
    }
    expect(
      deltas(reader)
        .map(({ text }) => text)
        .join(''),
    ).toHaveLength(end.length)
    expect((await server.deps.transcripts.findAnswer(end.answerId))?.channel).toBe('events')
  })

  it('hears in every open tab of the session what is asked in one', async () => {
    const one = await listen()
    const ready = await one.ready()
    const two = await listen({ sessionId: ready.sessionId, token: ready.token })
    expect((await two.ready()).sessionId).toBe(ready.sessionId)
    await say(server.address, ready, { type: 'turn-ask', turnId: randomUUID(), text: suggestion(1) })
    const [first, second] = await Promise.all([one.next('answer-end'), two.next('answer-end')])
    expect(second.sha256).toBe(first.sha256)
  })

  it('takes feedback, duplicate turns, stop and resume as posts', async () => {
    const reader = await listen()
    const ready = await reader.ready()
    const turnId = randomUUID()
    const ask = { type: 'turn-ask', turnId, text: suggestion(0) }
    await say(server.address, ready, ask)
    const end = await reader.next('answer-end')
    const replies = await say(
      server.address,
      ready,
      ask,
      { type: 'feedback-give', turnId, rating: 'down', reason: 'wrong-fact' },
      { type: 'turn-stop', turnId },
      { type: 'answer-resume', answerId: end.answerId, epoch: end.epoch, seq: 0 },
      { type: 'turn-ask', turnId, text: '另一个问题' },
      { type: 'turn-ask', turnId: randomUUID(), text: '' },
    )
    expect(replies.map((reply) => (reply.type === 'error' ? reply.code : reply.type))).toEqual([
      'turn-accepted',
      'answer-snapshot',
      'turn-conflict',
      'text-empty',
    ])
    expect(replies[0]).toMatchObject({ duplicate: true, answerId: end.answerId })
    expect(replies[1]).toMatchObject({ status: 'ended', sha256: end.sha256 })
    const record = await server.deps.transcripts.findAnswer(end.answerId)
    expect(record?.feedback).toMatchObject({ rating: 'down', reason: 'wrong-fact' })
    expect(record?.ending?.outcome).toBe('grounded')
  })

  it('resumes by Last-Event-ID with exactly the frames that are missing, from every position', async () => {
    const reader = await listen()
    const ready = await reader.ready()
    await say(server.address, ready, { type: 'turn-ask', turnId: randomUUID(), text: suggestion(0) })
    const end = await reader.next('answer-end')
    const whole = reader.heard.filter(({ id }) => id !== undefined)
    for (let at = 0; at < whole.length - 1; at++) {
      const lastEventId = whole[at]?.id ?? ''
      const back = await listen({ sessionId: ready.sessionId, token: ready.token, lastEventId })
      expect((await back.next('answer-end')).sha256).toBe(end.sha256)
      expect(back.heard.filter(({ id }) => id !== undefined)).toEqual(whole.slice(at + 1))
    }
  })

  it('gives one snapshot for a position that is no more', async () => {
    const reader = await listen()
    const ready = await reader.ready()
    await say(server.address, ready, { type: 'turn-ask', turnId: randomUUID(), text: suggestion(0) })
    const end = await reader.next('answer-end')
    const lastEventId = `${end.answerId}:another-epoch:1`
    const back = await listen({ sessionId: ready.sessionId, token: ready.token, lastEventId })
    const snapshot = await back.next('answer-snapshot')
    expect(snapshot).toMatchObject({ status: 'ended', sha256: end.sha256, epoch: end.epoch })
    await sleep(100)
    expect(back.heard).toHaveLength(2)
  })

  it('resumes a running answer in another reader without a lost or doubled character', async () => {
    const reader = await listen({}, slow)
    const ready = await reader.ready()
    await say(slow.address, ready, { type: 'turn-ask', turnId: randomUUID(), text: suggestion(0) })
    await reader.next('answer-delta')
    reader.close()
    const seen = reader.heard.filter(({ id }) => id !== undefined)
    const back = await listen(
      { sessionId: ready.sessionId, token: ready.token, lastEventId: seen.at(-1)?.id ?? '' },
      slow,
    )
    const end = await back.next('answer-end')
    const text = [...deltas(reader), ...deltas(back)].map((delta) => delta.text).join('')
    expect(text).toHaveLength(end.length)
    const record = await slow.deps.transcripts.findAnswer(end.answerId)
    expect(text).toBe(record?.ending?.text)
    expect(record?.sentences.length).toBeGreaterThan(1)
  })

  it('ignores a Last-Event-ID of another visitor', async () => {
    const one = await listen()
    const theirs = await one.ready()
    await say(server.address, theirs, { type: 'turn-ask', turnId: randomUUID(), text: suggestion(0) })
    const end = await one.next('answer-end')
    const other = await listen({ lastEventId: `${end.answerId}:${end.epoch}:0` })
    await other.ready()
    await sleep(100)
    expect(other.heard).toHaveLength(1)
  })

  it('tells an open stream that the conversation was deleted', async () => {
    const reader = await listen()
    const ready = await reader.ready()
    await say(server.address, ready, { type: 'session-forget' })
    expect(await reader.next('notice')).toMatchObject({ kind: 'session-forgotten' })
    const gone = await say(server.address, ready, { type: 'turn-ask', turnId: randomUUID(), text: '你好' }).catch(
      () => undefined,
    )
    expect(gone).toBeUndefined()
  })

  it('shares a session with the socket', async () => {
    const socket = await connectChat(server.address)
    const ready = await socket.open(PERSONA)
    const asked = await socket.ask(suggestion(0))
    const reader = await listen({ sessionId: ready.sessionId, token: ready.token })
    expect((await reader.ready()).transcript[0]).toMatchObject({ text: asked.text, outcome: 'grounded' })
    await socket.close()
  })
})

describe('what the event routes refuse', () => {
  it.each(['https://evil.example', 'null', `${LISTED}.evil.example`])(
    'the origin %s, on both routes',
    async (origin) => {
      const reader = await listen({ headers: { origin } })
      expect(reader.status).toBe(403)
      expect(reader.headers.get('access-control-allow-origin')).toBeNull()
      const posted = await postFrames(server.address, { frames: [{ type: 'pong' }] }, { origin })
      expect(posted.status).toBe(403)
      expect(await posted.json()).toMatchObject({ error: { code: 'origin-not-allowed' } })
    },
  )

  it('lets a listed origin in, with the headers that its page needs', async () => {
    const reader = await listen({ headers: { origin: LISTED } })
    expect(reader.headers.get('access-control-allow-origin')).toBe(LISTED)
    const ready = await reader.ready()
    const preflight = await fetch(`${server.address}/v1/chat/frames`, {
      method: 'OPTIONS',
      headers: {
        origin: LISTED,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBe(LISTED)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')
    const posted = await postFrames(
      server.address,
      { sessionId: ready.sessionId, frames: [{ type: 'pong' }] },
      { origin: LISTED, authorization: `Bearer ${ready.token}` },
    )
    expect(await posted.json()).toEqual({ frames: [] })
  })

  it.each([
    ['no JSON', '{'],
    ['no frames', { sessionId: 'a' }],
    ['an empty list', { frames: [] }],
    ['17 frames', { frames: Array.from({ length: 17 }, () => ({ type: 'pong' })) }],
    ['a frame that is a string', { frames: ['pong'] }],
    ['an unknown type', { frames: [{ type: 'session-close' }] }],
    ['a prototype key as type', { frames: [{ type: '__proto__' }] }],
    ['a turnId that is no UUID', { frames: [{ type: 'turn-ask', turnId: '1', text: 'a' }] }],
    ['a text that is no string', { frames: [{ type: 'turn-ask', turnId: randomUUID(), text: 7 }] }],
  ])('%s, with status 400 and a sentence', async (_name, body) => {
    const response = await postFrames(server.address, body)
    expect(response.status).toBe(400)
    const { error } = (await response.json()) as { error: { message: string; retryable: boolean } }
    expect(error.message).toMatch(/[\u4e00-\u9fff]/)
    expect(error.retryable).toBe(false)
  })

  it('a session with a wrong token, on both routes', async () => {
    const reader = await listen()
    const { sessionId } = await reader.ready()
    const token = 'x'.repeat(43)
    const stranger = await listen({ sessionId, token })
    expect(await stranger.next('error')).toMatchObject({ code: 'session-invalid', retryable: false })
    await stranger.over
    const posted = await postFrames(
      server.address,
      { sessionId, frames: [{ type: 'session-forget' }] },
      { authorization: `Bearer ${token}` },
    )
    expect(posted.status).toBe(401)
    expect(await posted.json()).toMatchObject({ error: { code: 'session-invalid' } })
  })

  it('a frame before any session', async () => {
    const response = await postFrames(server.address, {
      frames: [{ type: 'turn-ask', turnId: randomUUID(), text: '你好' }],
    })
    const { frames } = (await response.json()) as { frames: ServerMessage[] }
    expect(frames[0]).toMatchObject({ type: 'error', code: 'session-required' })
  })

  it('an unknown persona', async () => {
    const reader = await listen({ personaId: 'nobody' })
    expect(await reader.next('error')).toMatchObject({ code: 'persona-unknown', retryable: false })
    await reader.over
  })
})
