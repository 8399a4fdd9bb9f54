import { randomUUID } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AnswerDelta } from '../../server/protocol/server-message.ts'
import { readWav, writeWav } from '../../server/speech/wav.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { trueSentences } from '../helpers/passages-of.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const KEY = 'sk-never-to-be-seen'
const QUESTION = '焊条为什么要先烘干？'
const MEGABYTE = 1024 * 1024

type Manner = (response: ServerResponse) => void

/** Four seconds of a hum that rises and falls. */
const hum = writeWav({
  rate: 16_000,
  samples: Float32Array.from({ length: 64_000 }, (_, at) => Math.sin(at / 9) * Math.abs(Math.sin(at / 2_000)) * 0.5),
})
const good: Manner = (response) => response.writeHead(200, { 'content-type': 'audio/wav' }).end(hum)
const wav =
  (change: (bytes: Buffer) => Buffer): Manner =>
  (response) =>
    response.writeHead(200, { 'content-type': 'audio/wav' }).end(change(Buffer.from(hum)))
const status =
  (code: number, headers: Record<string, string> = {}): Manner =>
  (response) =>
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end('{"error":{"message":"no"}}')
const json =
  (text: string): Manner =>
  (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(text)

let manner: Manner = good
let calls = 0
let sent = 0
let left = 0
let strangers = 0
let http: Server
let stranger: Server
const portOf = (server: Server) => (server.address() as AddressInfo).port
const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

beforeAll(async () => {
  stranger = createServer((_request, response) => {
    strangers++
    response.end(hum)
  })
  http = createServer((request, response) => {
    calls++
    response.once('close', () => {
      if (!response.writableFinished) left++
    })
    request.resume().once('end', () => manner(response))
  })
  await Promise.all([listen(http), listen(stranger)])
})
afterEach(() => {
  manner = good
})
afterAll(() => {
  for (const server of [http, stranger]) {
    server?.closeAllConnections()
    server?.close()
  }
})

/** Sends bytes as long as anybody takes them. */
const endless =
  (type: string, head: Buffer): Manner =>
  (response) => {
    sent = 0
    response.writeHead(200, { 'content-type': type }).write(head)
    const piece = Buffer.alloc(256 * 1024, 0x20)
    const more = () => {
      while (!response.destroyed) {
        sent += piece.length
        if (!response.write(piece)) return void response.once('drain', more)
      }
    }
    more()
  }

interface House {
  readonly server: TestServer
  readonly visitor: ChatClient
  readonly token: string
  readonly sessionId: string
}

async function open(env: Record<string, string> = {}): Promise<House> {
  const server = await startTestServer({
    SPEECH_BASE_URL: `http://127.0.0.1:${portOf(http)}/v1`,
    SPEECH_API_KEY: KEY,
    ...env,
  })
  const visitor = await connectChat(server.address)
  const { token, sessionId } = await visitor.open('lin-yue')
  return { server, visitor, token, sessionId }
}

async function close({ server, visitor }: House): Promise<void> {
  await visitor.close()
  await server.close()
}

async function deltasOf({ visitor }: House, question = QUESTION): Promise<AnswerDelta[]> {
  const { frames } = await visitor.ask(question)
  return frames.filter((frame): frame is AnswerDelta => frame.type === 'answer-delta')
}

function hear(
  { server, token }: House,
  delta: Pick<AnswerDelta, 'answerId' | 'epoch' | 'seq'>,
  clause = 0,
  speed = 1,
): Promise<Response> {
  const place = `${delta.answerId}/${delta.epoch}/${delta.seq}/${clause}?speed=${speed.toFixed(2)}`
  return fetch(`${server.address}/v1/speech/${place}`, { headers: { authorization: `Bearer ${token}` } })
}

const cases: readonly (readonly [name: string, manner: Manner, reason: string])[] = [
  ['500', status(500), 'answered 500'],
  ['429', status(429, { 'retry-after': '30' }), 'answered 429'],
  ['404', status(404), 'answered 404'],
  [
    'a redirect',
    (response) => status(307, { location: `http://127.0.0.1:${portOf(stranger)}/` })(response),
    'redirects',
  ],
  ['MP3', wav(() => Buffer.from(`ID3${'x'.repeat(3_000)}`)), 'no WAV file'],
  ['a page of HTML', wav(() => Buffer.from('<!doctype html><p>welcome</p>'.repeat(20))), 'no WAV file'],
  ['silence', wav((bytes) => bytes.fill(0, 44)), 'silent'],
  ['nothing', wav(() => Buffer.alloc(0)), 'no WAV file'],
  ['a head without sound', wav((bytes) => bytes.subarray(0, 44)), 'cannot be used'],
  ['too little sound', wav((bytes) => bytes.subarray(0, 44 + 6_000)), 'too short'],
  [
    'minutes of sound',
    wav((bytes) => Buffer.concat([bytes.subarray(0, 40), Buffer.alloc(4), Buffer.alloc(4 * MEGABYTE, 7)])),
    'too long',
  ],
  [
    'no sample rate',
    wav((bytes) => {
      bytes.writeUInt32LE(0, 24)
      return bytes
    }),
    'format',
  ],
  [
    '99 channels',
    wav((bytes) => {
      bytes.writeUInt16LE(99, 22)
      return bytes
    }),
    'format',
  ],
  ['JSON without sound', json('{"audio":7}'), 'no audio'],
  ['JSON that is none', json('<oops>'), 'JSON cannot be read'],
  ['null', json('null'), 'JSON cannot be read'],
  ['a connection that ends', (response) => response.destroy(), 'cannot be reached'],
]

describe('a speech endpoint that gives', () => {
  let house: House
  let last: AnswerDelta
  let clause = 0
  let speed = 0.5

  beforeAll(async () => {
    house = await open()
    const deltas = await deltasOf(house)
    // Behind the last clause nothing is made ahead: one request is one call.
    last = deltas.at(-1) as AnswerDelta
    clause = (last.speech?.clauses.length ?? 1) - 1
  })
  afterAll(() => close(house))

  /** At a speed that the cache does not know. */
  const hearLast = () => {
    speed += 0.05
    return hear(house, last, clause, speed)
  }

  /** What was logged meanwhile; afterwards a good sound follows, else three failures would close the way. */
  async function logOf(run: () => Promise<void>): Promise<string> {
    const before = house.server.logged().length
    await run()
    manner = good
    expect((await hear(house, last, clause, speed)).status).toBe(200)
    const logged = house.server.logged().slice(before)
    for (const secret of [KEY, house.token, QUESTION, last.text.slice(0, 10)]) expect(logged).not.toContain(secret)
    return logged
  }

  async function expectNoSound(): Promise<void> {
    const answer = await hearLast()
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ error: { code: 'speech-unavailable' } })
  }

  it.each(cases)('%s is a clause without sound, with its reason in the log', async (_name, bad, reason) => {
    manner = bad
    expect(await logOf(expectNoSound)).toContain(reason)
    expect(strangers).toBe(0)
  })

  it.each([
    ['0', 0],
    ['4 GiB', 0xffffffff],
    ['what espeak writes', 0x7ffff000],
  ])('false sizes in the header (%s) is heard whole', async (_name, size) => {
    manner = wav((bytes) => {
      bytes.writeUInt32LE(size, 4)
      bytes.writeUInt32LE(size, 40)
      return bytes
    })
    const answer = await hearLast()
    expect(answer.status).toBe(200)
    const { samples, rate } = readWav(Buffer.from(await answer.arrayBuffer()))
    expect(samples.length / rate).toBeGreaterThan(3.5)
  })

  it.each([
    ['sound', 'audio/wav', hum.subarray(0, 44)],
    ['JSON', 'application/json', Buffer.from('{"audio":"')],
  ])('%s without end is cut off at 16 MiB', async (_name, type, head) => {
    manner = endless(type, head)
    const before = left
    expect(await logOf(expectNoSound)).toContain('too large')
    await expect.poll(() => left).toBe(before + 1)
    // What is on its way in the buffers of the connection comes on top.
    expect(sent).toBeLessThan(32 * MEGABYTE)
  })

  it.each([
    ['nothing at all', () => undefined],
    [
      'a head, and then nothing',
      (response: ServerResponse) => void response.writeHead(200).write(hum.subarray(0, 1_000)),
    ],
  ] as const)('%s is left after its time, and its connection is closed', async (_name, bad) => {
    // The clock of this one wait runs fifty times as fast: 15 s are 300 ms.
    const real = AbortSignal.timeout.bind(AbortSignal)
    const fast = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => real(ms === 15_000 ? 300 : ms))
    try {
      manner = bad
      const before = left
      const started = performance.now()
      expect(await logOf(expectNoSound)).toContain('did not answer in time')
      expect(performance.now() - started).toBeGreaterThan(280)
      await expect.poll(() => left).toBe(before + 1)
    } finally {
      fast.mockRestore()
    }
  })

  it('nothing, since it is down, is left alone after three clauses, while the text goes on', async () => {
    const down = await open({ SPEECH_BASE_URL: 'http://127.0.0.1:9/v1' })
    try {
      const [first] = await deltasOf(down)
      if (first === undefined) throw new Error('no sentence')
      for (let attempt = 0; attempt < 4; attempt++) expect((await hear(down, first)).status).toBe(503)
      expect(down.server.logged()).toContain('left alone')
      expect((await deltasOf(down, '你的师傅是谁？')).length).toBeGreaterThan(0)
    } finally {
      await close(down)
    }
  })
})

describe('the text', () => {
  it('comes as fast beside a voice that never answers as without one', async () => {
    manner = () => undefined
    const houses = { silent: await open({ SPEECH_BASE_URL: '' }), slow: await open() }
    const delays = { silent: [] as number[], slow: [] as number[] }
    try {
      await deltasOf(houses.silent)
      const [first] = await deltasOf(houses.slow)
      if (first === undefined) throw new Error('no sentence')
      // Three clauses hang while the next answers are given.
      const hanging = hear(houses.slow, first).catch(() => undefined)
      await expect.poll(() => calls).toBeGreaterThan(0)
      for (let round = 0; round < 8; round++) {
        for (const kind of ['silent', 'slow'] as const) {
          const { firstDeltaMs, text } = await houses[kind].visitor.ask('你的师傅是谁？')
          expect(text.length).toBeGreaterThan(0)
          delays[kind].push(firstDeltaMs)
        }
      }
      const [silent = 0, slow = 0] = [delays.silent, delays.slow].map(
        (all) => all.sort((a, b) => a - b)[all.length >> 1],
      )
      // 15 s hang meanwhile; a part of that would be seen here.
      expect(slow - silent).toBeLessThan(Math.max(50, silent))
      await close(houses.slow)
      await hanging
    } finally {
      await close(houses.silent)
    }
  })

  describe('of a lecturer who says unusual things', () => {
    const odd = [
      '焊到满意，师傅就竖起👍，再画一个😀。',
      'The welder dried every electrode for 2 hours at 350 degrees。',
      '程序里写着 if (current > 120) { stop() }，电流就不会过头。',
    ]
    let knowledge: KnowledgeFolder
    let model: ScriptedOpenAi
    let house: House

    beforeAll(async () => {
      knowledge = await copyTalkativeKnowledge('lin-yue')
      const head = '---\ntitle: 龙门吊上的暗号\nkind: story\npersona: lin-yue\nsource: 测试\nlicence: CC-BY-4.0\n---\n'
      await knowledge.write('stories/lin-yue/signals.md', `${head}龙门吊上有暗号。${odd.join('')}\n`)
      model = await startScriptedOpenAi((request) => {
        const sentences = trueSentences(request, 200)
        return odd.map((text) => sentences.find((known) => known.includes(text.slice(0, 8))) ?? '').join('\n')
      })
      house = await open({ KNOWLEDGE_DIR: knowledge.dir, OPENAI_BASE_URL: model.baseUrl, CHAT_MODEL: 'scripted' })
    })
    afterAll(async () => {
      if (house) await close(house)
      await Promise.all([model?.close(), knowledge?.close()])
    })

    it('is spoken as far as it can be, and heard', async () => {
      const deltas = await deltasOf(house, '龙门吊上的暗号是怎么回事，满意的时候师傅做什么？')
      const text = deltas.map((delta) => delta.text).join('')
      for (const words of ['👍', 'electrode', 'if (current']) expect(text).toContain(words)
      for (const delta of deltas) {
        expect(delta.speech?.clauses.at(-1)?.end).toBe(delta.text.length)
        for (const [index] of (delta.speech?.clauses ?? []).entries()) {
          const { status: code } = await hear(house, delta, index)
          expect(code, delta.text).toBe(200)
        }
      }
    })

    it.each([
      ['Mandarin', '劳模工匠，', true],
      ['English', 'Dry the rods first, ', true],
      ['code', 'if (a < b) { return 1 }\n', true],
      ['digits', '1', true],
      ['emoji', '👍', false],
      ['commas', '，', false],
    ])('in 2,000 characters of %s', async (_name, unit, spoken) => {
      const text = unit.repeat(Math.ceil(2_000 / unit.length)).slice(0, 2_000)
      const [answerId, epoch] = [randomUUID(), randomUUID()]
      const { transcripts, speaker } = house.server.deps
      await transcripts.acceptTurn({
        answerId,
        sessionId: house.sessionId,
        turnId: randomUUID(),
        personaId: 'lin-yue',
        channel: 'websocket',
        site: null,
        question: QUESTION,
        askedAt: Date.now(),
        epoch,
        producer: 'test',
        leaseUntil: Date.now() + 60_000,
      })
      const sentence = { seq: 1, offset: 0, text, citations: [], sources: [], support: null }
      const ending = {
        outcome: 'grounded',
        text,
        sha256: '',
        citations: [],
        suggestions: [],
        endedAt: Date.now(),
      } as const
      await transcripts.endTurn(answerId, epoch, [sentence], ending, null)
      const clauses = speaker.clausesOf({ text, startsAnswer: true })
      expect(clauses.length > 0).toBe(spoken)
      for (const clause of new Set([0, clauses.length - 1])) {
        if (clause < 0) continue
        const answer = await hear(house, { answerId, epoch, seq: 1 }, clause)
        expect(answer.status).toBe(spoken ? 200 : 404)
        const times = Buffer.from(answer.headers.get('speech-times') ?? '', 'base64')
        expect(times.length / 2).toBe(clauses[clause]?.track.units.length ?? 0)
      }
    })
  })
})
