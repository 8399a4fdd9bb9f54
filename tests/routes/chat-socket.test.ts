import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { AnswerDelta, AnswerEnd } from '../../server/protocol/server-message.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

let server: TestServer
const clients: ChatClient[] = []

beforeAll(async () => {
  server = await startTestServer({ ALLOWED_ORIGINS: 'https://portal.example.cn' })
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()))
  await server.close()
})

async function connect(options?: Parameters<typeof connectChat>[1]): Promise<ChatClient> {
  const client = await connectChat(server.address, options)
  clients.push(client)
  return client
}

function personas() {
  return server.deps.personas.list()
}

function aLecturer() {
  const persona = personas().find(({ speaker }) => speaker === 'fictional')
  if (!persona) throw new Error('no fictional lecturer in the demonstration')
  return persona
}

describe('a conversation over WebSocket', () => {
  it('greets with the card, the label and the suggestions', async () => {
    const client = await connect()
    const persona = aLecturer()
    const ready = await client.open(persona.id)
    expect(ready.persona).toMatchObject({ id: persona.id, name: persona.name })
    expect(ready.label.text).toMatch(/AI.*生成|生成.*AI/)
    expect(ready.suggestions).toEqual(persona.suggestions)
    expect(ready.transcript).toEqual([])
  })

  it('answers every suggestion of every persona from its own sources', async () => {
    for (const persona of personas()) {
      const client = await connect()
      await client.open(persona.id)
      for (const suggestion of persona.suggestions) {
        const { end, text } = await client.ask(suggestion)
        expect({ suggestion, outcome: end.outcome }).toEqual({ suggestion, outcome: 'grounded' })
        expect(end.citations.length, suggestion).toBeGreaterThan(0)
        expect(text.length, suggestion).toBeGreaterThan(5)
      }
    }
  })

  it('numbers frames from 1 without a gap, and the end proves the text', async () => {
    const client = await connect()
    await client.open(aLecturer().id)
    const { frames, text, end } = await client.ask(aLecturer().suggestions[0] ?? '')
    const accepted = frames[0]
    expect(accepted?.type).toBe('turn-accepted')
    const answer = frames.slice(1) as (AnswerDelta | AnswerEnd)[]
    let offset = 0
    for (const [at, frame] of answer.entries()) {
      expect(frame.seq).toBe(at + 1)
      if (frame.type !== 'answer-delta') continue
      expect(frame.offset).toBe(offset)
      offset += frame.text.length
    }
    expect(end.length).toBe(text.length)
    expect(end.sha256).toBe(createHash('sha256').update(text).digest('hex'))
  })

  it('cites the exact stored words', async () => {
    const client = await connect()
    await client.open(aLecturer().id)
    const { end } = await client.ask(aLecturer().suggestions[1] ?? '')
    for (const [index, citation] of end.citations.entries()) {
      expect(citation.index).toBe(index)
      const response = await fetch(`${server.address}/v1/documents/${citation.documentId}`)
      const { text } = (await response.json()) as { text: string }
      expect(text.slice(citation.start, citation.end)).toBe(citation.quote)
      expect(createHash('sha256').update(citation.quote).digest('hex')).toBe(citation.quoteSha256)
    }
  })

  it('declines what no source holds, and offers questions that it can answer', async () => {
    const client = await connect()
    const persona = aLecturer()
    await client.open(persona.id)
    const { end, text } = await client.ask('比特币明天会涨到多少美元？')
    expect(end.outcome).toBe('declined')
    expect(end.citations).toEqual([])
    expect(text).toContain('没有')
    expect(end.suggestions.length).toBeGreaterThan(0)
    for (const suggestion of end.suggestions) expect(persona.suggestions).toContain(suggestion)
  })

  it('gives the same answer to the same turnId, and refuses it for another text', async () => {
    const client = await connect()
    await client.open(aLecturer().id)
    const turnId = randomUUID()
    const text = aLecturer().suggestions[0] ?? ''
    const first = await client.ask(text, turnId)
    const again = await client.ask(text, turnId)
    expect(again.frames[0]).toMatchObject({ type: 'turn-accepted', duplicate: true, answerId: first.end.answerId })
    expect(again.text).toBe(first.text)
    client.send({ type: 'turn-ask', turnId, text: '别的问题？' })
    expect(await client.next('error')).toMatchObject({ code: 'turn-conflict', turnId, retryable: false })
  })

  it('continues a session with its token, and tells the transcript', async () => {
    const client = await connect()
    const { sessionId, token } = await client.open(aLecturer().id)
    const text = aLecturer().suggestions[0] ?? ''
    const asked = await client.ask(text)
    await client.close()
    const back = await connect()
    const ready = await back.open(aLecturer().id, { sessionId, token })
    expect(ready.sessionId).toBe(sessionId)
    expect(ready.transcript).toHaveLength(1)
    expect(ready.transcript[0]).toMatchObject({
      question: text,
      text: asked.text,
      status: 'ended',
      outcome: 'grounded',
    })
    expect(ready.transcript[0]?.sentences.map((sentence) => sentence.text).join('')).toBe(asked.text)
  })

  it('resumes an answer from any position, all or nothing', async () => {
    const client = await connect()
    await client.open(aLecturer().id)
    const { end, text, frames } = await client.ask(aLecturer().suggestions[0] ?? '')
    const { answerId, epoch } = end
    for (let seq = 0; seq < end.seq; seq++) {
      const from = client.heard.length
      client.send({ type: 'answer-resume', answerId, epoch, seq })
      const last = await client.next('answer-end')
      expect(last.sha256).toBe(end.sha256)
      const deltas = client.heard.slice(from).filter((frame): frame is AnswerDelta => frame.type === 'answer-delta')
      expect(deltas.map((delta) => delta.seq)).toEqual(
        frames.flatMap((frame) => (frame.type === 'answer-delta' && frame.seq > seq ? [frame.seq] : [])),
      )
    }
    client.send({ type: 'answer-resume', answerId, epoch: 'another-epoch', seq: 1 })
    const snapshot = await client.next('answer-snapshot')
    expect(snapshot).toMatchObject({ text, status: 'ended', epoch, sha256: end.sha256, outcome: 'grounded' })
  })

  it("keeps another visitor's answers unknown", async () => {
    const one = await connect()
    await one.open(aLecturer().id)
    const { end } = await one.ask(aLecturer().suggestions[0] ?? '')
    const other = await connect()
    await other.open(aLecturer().id)
    other.send({ type: 'answer-resume', answerId: end.answerId, epoch: end.epoch, seq: 0 })
    expect(await other.next('error')).toMatchObject({ code: 'answer-unknown' })
    other.send({ type: 'feedback-give', turnId: end.turnId, rating: 'up' })
    expect(await other.next('error')).toMatchObject({ code: 'turn-unknown' })
  })

  it('stores feedback, replaces it, and shows it when the visitor is back', async () => {
    const client = await connect()
    const { sessionId, token } = await client.open(aLecturer().id)
    const { end } = await client.ask(aLecturer().suggestions[0] ?? '')
    client.send({ type: 'feedback-give', turnId: end.turnId, rating: 'up' })
    client.send({
      type: 'feedback-give',
      turnId: end.turnId,
      rating: 'down',
      reason: 'wrong-fact',
      comment: '年份不对',
    })
    await client.ask('你好')
    const back = await connect()
    const ready = await back.open(aLecturer().id, { sessionId, token })
    expect(ready.transcript[0]?.feedback).toBe('down')
  })

  it('forgets a conversation on request, at once', async () => {
    const client = await connect()
    const { sessionId, token } = await client.open(aLecturer().id)
    const { end } = await client.ask(aLecturer().suggestions[0] ?? '')
    client.send({ type: 'session-forget' })
    expect((await client.next('notice')).kind).toBe('session-forgotten')
    const record = await server.deps.transcripts.findAnswer(end.answerId)
    expect(JSON.stringify(record)).not.toContain(aLecturer().suggestions[0])
    expect(record?.ending?.outcome).toBe('grounded')
    const back = await connect()
    back.send({ type: 'session-open', personaId: aLecturer().id, sessionId, token })
    expect((await back.closed()).code).toBe(4401)
  })

  it('understands a follow-up by the turn before it', async () => {
    const client = await connect()
    const persona = aLecturer()
    await client.open(persona.id)
    const first = await client.ask(persona.suggestions[0] ?? '')
    const next = await client.ask('那后来呢？')
    expect(next.end.outcome).toBe('grounded')
    expect(next.text).not.toBe(first.text)
    expect(next.end.citations[0]?.documentId).toBe(first.end.citations[0]?.documentId)
  })
})

describe('bad input over WebSocket', () => {
  const bad: [string, string | Buffer, number][] = [
    ['no JSON', 'hello', 4400],
    ['a JSON array', '[]', 4400],
    ['a number', '42', 4400],
    ['null', 'null', 4400],
    ['no type', '{}', 4400],
    ['an unknown type', '{"type":"session-close"}', 4400],
    ['a type of another kind', '{"type":{"toString":1}}', 4400],
    ['a prototype key as type', '{"type":"__proto__"}', 4400],
    ['a missing field', '{"type":"session-open"}', 4400],
    ['a wrong type of field', '{"type":"session-open","personaId":7}', 4400],
    ['a turnId that is no UUID', '{"type":"turn-ask","turnId":"1","text":"a"}', 4400],
    ['a question before the session', `{"type":"turn-ask","turnId":"${randomUUID()}","text":"a"}`, 4400],
    ['a binary frame', Buffer.from([1, 2, 3]), 4400],
    ['a frame of 17 KiB', JSON.stringify({ type: 'pong', pad: 'x'.repeat(17 * 1024) }), 1009],
    ['an unknown persona', '{"type":"session-open","personaId":"nobody"}', 4404],
    ['a prototype key as persona', '{"type":"session-open","personaId":"__proto__"}', 4404],
    ['an unknown session', '{"type":"session-open","personaId":"PERSONA","sessionId":"nope","token":"nope"}', 4401],
  ]
  it.each(bad)('closes on %s, and leaves the other sockets alone', async (_name, frame, code) => {
    const other = await connect()
    await other.open(aLecturer().id)
    const client = await connect()
    client.sendRaw(typeof frame === 'string' ? frame.replace('PERSONA', aLecturer().id) : frame)
    const closed = await client.closed()
    expect(closed.code).toBe(code)
    if (code !== 1009)
      expect((await client.next('error').catch(() => undefined)) ?? client.heard.at(-1)).toMatchObject({
        type: 'error',
        retryable: false,
      })
    expect((await other.ask('你好')).end.outcome).toBe('grounded')
  })

  it.each([
    ['empty', '', 'text-empty'],
    ['blank', ' \n\t　', 'text-empty'],
    ['of 2,001 characters', '问'.repeat(2001), 'text-too-long'],
  ])('answers a question that is %s with an error, and goes on', async (_name, text, code) => {
    const client = await connect()
    await client.open(aLecturer().id)
    const turnId = randomUUID()
    client.send({ type: 'turn-ask', turnId, text })
    const error = await client.next('error')
    expect(error).toMatchObject({ code, turnId, retryable: false })
    expect(error.message).toMatch(/[\u4e00-\u9fff]/)
    expect((await client.ask('你好')).end.outcome).toBe('grounded')
  })

  it.each([
    ['of 2,000 characters', '焊'.repeat(2000)],
    ['of emoji', '👩‍🏭🔥😀😀'],
    ['in Traditional characters', '您是哪一年進廠的？'],
    ['in English', 'Who was your first mentor?'],
    ['of pasted HTML', '<script>alert(1)</script><img src=x onerror=alert(1)> 你是哪年进厂的？'],
    ['of a prototype key', '__proto__ constructor.prototype'],
    ['of a lone surrogate', 'a\ud83d b'],
    ['with a NUL', 'a\u0000b'],
  ])('ends a question %s properly', async (_name, text) => {
    const client = await connect()
    await client.open(aLecturer().id)
    const { end } = await client.ask(text)
    expect(['grounded', 'declined']).toContain(end.outcome)
  })

  it('refuses a second question while one runs, or has answered the first already', async () => {
    const client = await connect()
    await client.open(aLecturer().id)
    const [one, two] = [randomUUID(), randomUUID()]
    client.send({ type: 'turn-ask', turnId: one, text: aLecturer().suggestions[0] ?? '' })
    client.send({ type: 'turn-ask', turnId: two, text: aLecturer().suggestions[1] ?? '' })
    await client.next('answer-end')
    const second = client.heard.find((message) => 'turnId' in message && message.turnId === two)
    if (second?.type === 'error') expect(second).toMatchObject({ code: 'turn-in-progress', retryable: true })
  })

  it('closes a socket that opens no session in 5 s', async () => {
    const client = await connect()
    expect((await client.closed(7_000)).code).toBe(4408)
  })

  it('closes a socket that floods', async () => {
    const client = await connect()
    await client.open(aLecturer().id)
    for (let sent = 0; sent < 1_000; sent++) client.send({ type: 'pong' })
    expect((await client.closed()).code).toBe(4429)
  })
})

describe('origins', () => {
  it.each(['https://portal.example.cn'])('lets a listed origin in: %s', async (origin) => {
    const client = await connect({ origin })
    await client.open(aLecturer().id)
  })

  it('lets the own origin in', async () => {
    const client = await connect({ origin: server.address })
    await client.open(aLecturer().id)
  })

  it.each([
    'https://evil.example',
    'http://portal.example.cn',
    'https://portal.example.cn:8443',
    'https://portal.example.cn.evil.example',
    'https://sub.portal.example.cn',
    'https://PORTAL.example.cn',
    'https://portal.example.cn/',
    'https://portal.example.cn@evil.example',
    'null',
    'file://',
  ])('refuses %s with a reason that a person understands', async (origin) => {
    const client = await connect({ origin })
    const closed = await client.closed()
    expect(closed.code).toBe(4403)
    expect(closed.reason).toContain('ALLOWED_ORIGINS')
    expect(client.heard[0]).toMatchObject({ type: 'error', code: 'origin-not-allowed', retryable: false })
  })
})

describe('limits of the socket', () => {
  it('offers no compression and asks for the subprotocol', async () => {
    const client = await connect()
    expect(client.socket.extensions).toBe('')
    expect(client.socket.protocol).toBe('lecturer-chat.v1')
  })

  it('ends a message of too many fragments', async () => {
    const socket = new WebSocket(`${server.address.replace('http', 'ws')}/v1/chat`, 'lecturer-chat.v1')
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    for (let sent = 0; sent < 200; sent++) socket.send('x', { fin: false })
    expect(await closed).toBe(1008)
  })
})
