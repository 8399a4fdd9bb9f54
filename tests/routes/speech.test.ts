import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AnswerDelta } from '../../server/protocol/server-message.ts'
import { decodeUnits } from '../../server/speech/encode-units.ts'
import { readWav } from '../../server/speech/wav.ts'
import { type ChatClient, connectChat, type SeenAnswer } from '../helpers/chat-client.ts'
import { type EspeakSpeechServer, startEspeakSpeechServer } from '../helpers/espeak-speech-server.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const KEY = 'sk-never-to-be-seen'
let endpoint: EspeakSpeechServer
let server: TestServer
let client: ChatClient
let token = ''
let answer: SeenAnswer

async function startWith(more: Record<string, string> = {}): Promise<TestServer> {
  return startTestServer({
    SPEECH_BASE_URL: endpoint.baseUrl,
    SPEECH_API_KEY: KEY,
    SPEECH_MODEL: 'cosyvoice',
    ALLOWED_ORIGINS: 'https://portal.example.cn',
    ...more,
  })
}

beforeAll(async () => {
  endpoint = await startEspeakSpeechServer()
  server = await startWith()
  client = await connectChat(server.address)
  const ready = await client.open('lin-yue')
  expect(ready.voice).toEqual({ input: false, output: true })
  token = ready.token
  answer = await client.ask('焊条为什么要先烘干？')
})
afterEach(() => endpoint.use({}))
afterAll(async () => {
  await client?.close()
  await server?.close()
  await endpoint?.close()
})

const deltas = () => answer.frames.filter((frame): frame is AnswerDelta => frame.type === 'answer-delta')

interface Wanted {
  readonly delta?: AnswerDelta
  readonly clause?: number | string
  readonly speed?: number | string
  readonly token?: string
  readonly origin?: string
  readonly signal?: AbortSignal
  readonly at?: TestServer
}

function hear(wanted: Wanted = {}): Promise<Response> {
  const delta = wanted.delta ?? deltas()[0]
  const query = wanted.speed === undefined ? '' : `?speed=${wanted.speed}`
  const path = `${delta?.answerId}/${delta?.epoch}/${delta?.seq}/${wanted.clause ?? 0}${query}`
  return fetch(`${(wanted.at ?? server).address}/v1/speech/${path}`, {
    headers: {
      authorization: `Bearer ${wanted.token ?? token}`,
      ...(wanted.origin === undefined ? {} : { origin: wanted.origin }),
    },
    ...(wanted.signal === undefined ? {} : { signal: wanted.signal }),
  })
}

function timesOf(response: Response): number[] {
  const bytes = Buffer.from(response.headers.get('speech-times') ?? '', 'base64')
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16LE(index * 2))
}

async function codeOf(response: Response): Promise<[number, string]> {
  const body = (await response.json()) as { error: { code: string } }
  return [response.status, body.error.code]
}

/** A speed that no other test has asked for: the cache does not know its sounds. */
let fresh = 1
const freshSpeed = () => {
  fresh = Math.round((fresh + 0.05) * 100) / 100
  return fresh
}

describe('speech beside the text', () => {
  it('travels with every sentence and covers it without a gap', () => {
    expect(deltas().length).toBeGreaterThan(0)
    for (const { text, speech } of deltas()) {
      expect(speech?.clauses.length).toBeGreaterThan(0)
      let at = 0
      for (const clause of speech?.clauses ?? []) {
        expect(clause.start).toBe(at)
        expect(clause.audio).toBe(true)
        const units = decodeUnits(clause.units)
        expect(units.at(-1)?.at).toBeLessThan(clause.length)
        expect(units.reduce((sum, { advance }) => sum + advance, 0)).toBeLessThanOrEqual(clause.end - clause.start)
        at = clause.end
      }
      expect(at).toBe(text.length)
    }
  })

  it('is the same when the stream is read again', async () => {
    const [first] = deltas()
    client.send({ type: 'answer-resume', answerId: first?.answerId, epoch: first?.epoch, seq: 0 })
    const replayed = await client.next('answer-delta')
    expect(replayed).toEqual(first)
  })

  it('is there without an endpoint too, without sound', async () => {
    const plain = await startTestServer()
    const visitor = await connectChat(plain.address)
    try {
      const ready = await visitor.open('lin-yue')
      expect(ready.voice?.output).toBeUndefined()
      const { frames } = await visitor.ask('焊条为什么要先烘干？')
      const said = frames.filter((frame): frame is AnswerDelta => frame.type === 'answer-delta')
      expect(said[0]?.speech?.clauses[0]?.audio).toBe(false)
      expect(said[0]?.speech?.clauses[0]?.units).toBe(deltas()[0]?.speech?.clauses[0]?.units)
      expect((await hear({ delta: said[0] as AnswerDelta, token: ready.token, at: plain })).status).toBe(204)
    } finally {
      await visitor.close()
      await plain.close()
    }
  })
})

describe('GET /v1/speech', () => {
  it('gives the sound of a clause with a time for every movement, marked as made by AI', async () => {
    const response = await hear({ origin: 'https://portal.example.cn' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('audio/wav')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBe('https://portal.example.cn')
    expect(response.headers.get('access-control-expose-headers')).toContain('speech-times')
    const bytes = Buffer.from(await response.arrayBuffer())
    const { rate, samples } = readWav(bytes)
    const times = timesOf(response)
    const units = decodeUnits(deltas()[0]?.speech?.clauses[0]?.units ?? '')
    expect(times.length).toBe(units.length)
    expect(times).toEqual([...times].sort((left, right) => left - right))
    expect(times[0]).toBeLessThan(60)
    expect(times.at(-1)).toBeLessThan((samples.length / rate) * 1000)
    expect(bytes.toString('utf8')).toContain('"Label":"1"')
    expect(bytes.toString('utf8')).toContain('人工智能生成')
    const call = endpoint.calls.find(({ body }) => deltas()[0]?.text.startsWith(body.input.slice(0, 4)))
    expect(call?.body).toMatchObject({ model: 'cosyvoice', voice: 'zh-female-warm', response_format: 'wav', speed: 1 })
    expect(call?.headers.authorization).toBe(`Bearer ${KEY}`)
  })

  it('asks the endpoint once for the same clause, and ahead for the next two', async () => {
    const speed = freshSpeed()
    const before = endpoint.calls.length
    const [one, two] = await Promise.all([hear({ speed }), hear({ speed })])
    expect(Buffer.from(await one.arrayBuffer()).equals(Buffer.from(await two.arrayBuffer()))).toBe(true)
    const count = deltas().reduce((sum, { speech }) => sum + (speech?.clauses.length ?? 0), 0)
    await expect.poll(() => endpoint.calls.length - before).toBe(Math.min(3, count))
    expect((await hear({ speed })).status).toBe(200)
    expect(endpoint.calls.length - before).toBe(Math.min(3, count))
    expect(endpoint.calls[before]?.body.speed).toBe(speed)
  })

  it('knows only answers of the own session', async () => {
    const other = await connectChat(server.address)
    const stranger = await other.open('lin-yue')
    await other.close()
    const [first] = deltas()
    expect(await codeOf(await hear({ token: stranger.token }))).toEqual([404, 'answer-unknown'])
    expect(await codeOf(await hear({ token: '' }))).toEqual([404, 'answer-unknown'])
    const unknown = { ...(first as AnswerDelta), answerId: 'none' }
    expect(await codeOf(await hear({ delta: unknown }))).toEqual([404, 'answer-unknown'])
    expect(await codeOf(await hear({ delta: { ...unknown, answerId: first?.answerId ?? '', epoch: 'x' } }))).toEqual([
      404,
      'not-found',
    ])
    expect(await codeOf(await hear({ clause: 99 }))).toEqual([404, 'not-found'])
    expect(await codeOf(await hear({ origin: 'https://evil.example' }))).toEqual([403, 'origin-not-allowed'])
    for (const clause of ['-1', 'x', '../0']) expect((await hear({ clause })).status).toBeGreaterThanOrEqual(400)
    for (const speed of ['0', '9', 'x', '0.4']) expect((await hear({ speed })).status).toBe(400)
  })

  it('takes false sizes in the header as what they are', async () => {
    endpoint.use({ fault: 'false-sizes' })
    const response = await hear({ speed: freshSpeed() })
    expect(response.status).toBe(200)
    expect(readWav(Buffer.from(await response.arrayBuffer())).samples.length).toBeGreaterThan(10_000)
  })

  it('lets the default voice speak where the endpoint does not have the own one', async () => {
    const spoken = await startWith({ SPEECH_VOICE: 'other' })
    const visitor = await connectChat(spoken.address)
    try {
      const ready = await visitor.open('lin-yue')
      const { frames } = await visitor.ask('焊条为什么要先烘干？')
      const said = frames.find((frame): frame is AnswerDelta => frame.type === 'answer-delta')
      endpoint.use({ voices: ['other'] })
      const response = await hear({ delta: said as AnswerDelta, token: ready.token, at: spoken })
      expect(response.status).toBe(200)
      expect(endpoint.calls.at(-1)?.body.voice).toBe('other')
    } finally {
      await visitor.close()
      await spoken.close()
    }
  })

  it('closes the endpoint’s connections within 200 ms when the listener leaves', async () => {
    endpoint.use({ dripMs: 100 })
    const waits: number[] = []
    // The best of three: whoever else works on the machine is not what is measured.
    while (waits.length < 3 && Math.min(...waits) > 200) {
      const before = endpoint.calls.length
      const leave = new AbortController()
      const heard = hear({ speed: freshSpeed(), signal: leave.signal }).catch(() => 'left')
      await expect.poll(() => endpoint.calls.length).toBeGreaterThan(before)
      await new Promise((resolve) => setTimeout(resolve, 150))
      const left = performance.now()
      leave.abort()
      expect(await heard).toBe('left')
      const begun = endpoint.calls.slice(before)
      await Promise.all(begun.map(({ over }) => over))
      waits.push(Math.max(...begun.map(({ abortedAt }) => (abortedAt ?? Number.POSITIVE_INFINITY) - left)))
    }
    expect(Math.min(...waits)).toBeLessThan(200)
  })

  it('never holds the text up', async () => {
    endpoint.use({ delayMs: 3_000 })
    const slow = hear({ speed: freshSpeed(), signal: AbortSignal.timeout(1_500) }).catch(() => undefined)
    const next = await client.ask('你的师傅是谁？')
    expect(next.firstDeltaMs).toBeLessThan(1_000)
    await slow
  })

  it.each([
    ['an error', { status: 500 }],
    ['a sound that is cut off', { fault: 'truncated' }],
    ['a sound that breaks off early', { fault: 'half' }],
    ['silence', { fault: 'silence' }],
    ['another format', { fault: 'mp3' }],
    ['nothing', { fault: 'empty' }],
    ['a connection that ends', { fault: 'hang-up' }],
  ] as const)('says that there is no sound where the endpoint gives %s, and goes on', async (_name, manner) => {
    // One server a fault: three failures in a row would close the way.
    const spoken = await startWith()
    const visitor = await connectChat(spoken.address)
    try {
      const ready = await visitor.open('lin-yue')
      const { frames } = await visitor.ask('焊条为什么要先烘干？')
      const said = frames.find((frame): frame is AnswerDelta => frame.type === 'answer-delta') as AnswerDelta
      endpoint.use(manner)
      const response = await hear({ delta: said, token: ready.token, at: spoken })
      expect(await codeOf(response)).toEqual([503, 'speech-unavailable'])
      expect(spoken.logged()).toContain('a clause has no sound')
      for (const secret of [KEY, ready.token, said.text.slice(0, 12)]) expect(spoken.logged()).not.toContain(secret)
      expect((await visitor.ask('你的师傅是谁？')).text.length).toBeGreaterThan(0)
    } finally {
      await visitor.close()
      await spoken.close()
    }
  })

  it('leaves an endpoint alone that is down', async () => {
    const spoken = await startWith({ SPEECH_BASE_URL: 'http://127.0.0.1:9/v1' })
    const visitor = await connectChat(spoken.address)
    try {
      const ready = await visitor.open('lin-yue')
      const { frames } = await visitor.ask('焊条为什么要先烘干？')
      const said = frames.find((frame): frame is AnswerDelta => frame.type === 'answer-delta') as AnswerDelta
      for (let attempt = 0; attempt < 3; attempt++)
        expect((await hear({ delta: said, token: ready.token, at: spoken })).status).toBe(503)
      expect(spoken.logged()).toContain('left alone')
    } finally {
      await visitor.close()
      await spoken.close()
    }
  })

  it('uses the times that the endpoint gives', async () => {
    const spoken = await startWith({ SPEECH_TIMESTAMPS: '1' })
    const visitor = await connectChat(spoken.address)
    try {
      const ready = await visitor.open('lin-yue')
      const { frames } = await visitor.ask('你的师傅是谁？')
      const said = frames.find((frame): frame is AnswerDelta => frame.type === 'answer-delta') as AnswerDelta
      endpoint.use({ timestamps: true })
      const response = await hear({ delta: said, token: ready.token, at: spoken })
      expect(response.status).toBe(200)
      expect(endpoint.calls.at(-1)?.body.timestamps).toBe(true)
      expect(timesOf(response).length).toBe(decodeUnits(said.speech?.clauses[0]?.units ?? '').length)
    } finally {
      await visitor.close()
      await spoken.close()
    }
  })
})
