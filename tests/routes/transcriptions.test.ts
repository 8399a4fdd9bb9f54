import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RECORDINGS_PER_SESSION } from '../../server/routes/transcriptions.ts'
import { type ScriptedTranscription, startScriptedTranscription } from '../helpers/scripted-transcription.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'
import { toneWav } from '../helpers/tone.ts'

const KEY = 'sk-never-to-be-seen'
const WORDS = '你的師傅是誰？'
let endpoint: ScriptedTranscription
let server: TestServer

beforeAll(async () => {
  endpoint = await startScriptedTranscription(WORDS)
  server = await startTestServer({
    TRANSCRIPTION_BASE_URL: endpoint.baseUrl,
    TRANSCRIPTION_API_KEY: KEY,
    TRANSCRIPTION_MODEL: 'whisper-1',
    ALLOWED_ORIGINS: 'https://portal.example.cn',
    LOG_LEVEL: 'debug',
  })
})
beforeEach(() => endpoint.use(WORDS))
afterAll(async () => {
  await server?.close()
  await endpoint?.close()
})

interface Ready {
  readonly sessionId: string
  readonly token: string
  readonly voice?: { readonly input: boolean }
}

/** Opens a session the way a client without a socket does. */
async function openSession(at = server): Promise<Ready> {
  const response = await fetch(`${at.address}/v1/chat/frames`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ frames: [{ type: 'session-open', personaId: 'lin-yue' }] }),
  })
  const { frames } = (await response.json()) as { frames: Ready[] }
  return frames[0] ?? { sessionId: '', token: '' }
}

interface Sent {
  readonly bytes?: Uint8Array<ArrayBuffer> | Buffer<ArrayBuffer>
  readonly field?: string
  readonly name?: string
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
  readonly at?: TestServer
}

function send({ sessionId, token }: Ready, options: Sent = {}): Promise<Response> {
  const { bytes = toneWav(1) as Buffer<ArrayBuffer>, field = 'file', name = 'x.bin', at = server } = options
  const form = new FormData()
  form.append(field, new Blob([bytes], { type: 'application/octet-stream' }), name)
  return fetch(`${at.address}/v1/audio/transcriptions?sessionId=${sessionId}`, {
    method: 'POST',
    body: form,
    headers: { authorization: `Bearer ${token}`, ...options.headers },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
}

async function codeOf(response: Response): Promise<[number, string]> {
  const body = (await response.json()) as { error: { code: string } }
  return [response.status, body.error.code]
}

describe('POST /v1/audio/transcriptions', () => {
  it('gives the words in Simplified Chinese, and passes the recording on as it came', async () => {
    const session = await openSession()
    expect(session.voice).toEqual({ input: true })
    const bytes = toneWav(2)
    const response = await send(session, { bytes: bytes as Buffer<ArrayBuffer>, name: '../../etc/passwd.exe' })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ text: '你的师傅是谁？' })
    expect(response.headers.get('cache-control')).toBe('no-store')
    const call = endpoint.calls.at(-1)
    expect(call?.headers.authorization).toBe(`Bearer ${KEY}`)
    expect(call?.fields).toMatchObject({ model: 'whisper-1', language: 'zh', response_format: 'json' })
    expect(call?.file).toMatchObject({ name: 'speech.wav', type: 'audio/wav' })
    expect(call?.file.bytes.equals(bytes)).toBe(true)
  })

  it('wants the token of the session', async () => {
    const session = await openSession()
    const other = await openSession()
    const before = endpoint.calls.length
    expect(await codeOf(await send({ ...session, token: 'wrong' }))).toEqual([401, 'session-invalid'])
    expect(await codeOf(await send({ ...session, token: other.token }))).toEqual([401, 'session-invalid'])
    expect(await codeOf(await send({ ...session, sessionId: 'none' }))).toEqual([401, 'session-invalid'])
    expect(await codeOf(await send(session, { headers: { authorization: '' } }))).toEqual([401, 'session-invalid'])
    expect(endpoint.calls.length).toBe(before)
  })

  it('answers the origins of the chat and no other, preflights included', async () => {
    const session = await openSession()
    const allowed = await send(session, { headers: { origin: 'https://portal.example.cn' } })
    expect(allowed.status).toBe(200)
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://portal.example.cn')
    const foreign = await send(session, { headers: { origin: 'https://evil.example' } })
    expect(await codeOf(foreign)).toEqual([403, 'origin-not-allowed'])
    const preflight = await fetch(`${server.address}/v1/audio/transcriptions`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://portal.example.cn',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    })
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')
  })

  it('judges by the first bytes, not by name or declared type', async () => {
    const session = await openSession()
    const before = endpoint.calls.length
    for (const bytes of [Buffer.from('<html>'), Buffer.alloc(0), Buffer.from('%PDF-1.7 '), Buffer.from('\x1a\x45')]) {
      const response = await send(session, { bytes: bytes as Buffer<ArrayBuffer>, name: 'speech.webm' })
      expect(await codeOf(response)).toEqual([422, 'audio-unreadable'])
    }
    expect(endpoint.calls.length).toBe(before)
  })

  it('refuses what is too long or too large, and goes on working', async () => {
    const session = await openSession()
    const before = endpoint.calls.length
    const long = toneWav(63) as Buffer<ArrayBuffer>
    expect(await codeOf(await send(session, { bytes: long }))).toEqual([413, 'audio-too-large'])
    expect((await send(session, { bytes: toneWav(60) as Buffer<ArrayBuffer> })).status).toBe(200)
    const large = Buffer.concat([toneWav(1), Buffer.alloc(10 * 1024 * 1024)]) as Buffer<ArrayBuffer>
    expect(await codeOf(await send(session, { bytes: large }))).toEqual([413, 'audio-too-large'])
    expect(endpoint.calls.length).toBe(before + 1)
  })

  it('refuses other forms', async () => {
    const session = await openSession()
    expect(await codeOf(await send(session, { field: 'audio' }))).toEqual([400, 'bad-request'])
    const json = await fetch(`${server.address}/v1/audio/transcriptions?sessionId=${session.sessionId}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${session.token}`, 'content-type': 'application/json' },
      body: '{}',
    })
    expect(await codeOf(json)).toEqual([400, 'bad-request'])
  })

  it('says whether trying again helps where the endpoint fails', async () => {
    const session = await openSession()
    endpoint.use({ status: 400, json: { error: { message: `cannot decode, key ${KEY}` } } })
    expect(await codeOf(await send(session))).toEqual([422, 'audio-unreadable'])
    for (const status of [401, 429, 500, 503]) {
      endpoint.use({ status, json: { error: { message: `no, ${KEY}` } } })
      const response = await send(session)
      expect(await codeOf(response)).toEqual([502, 'transcription-failed'])
    }
    endpoint.use({ status: 200, json: { nothing: true } })
    expect(await codeOf(await send(session))).toEqual([502, 'transcription-failed'])
    expect(server.logged()).toContain('speech could not be turned into text')
  })

  it('leaves the endpoint when the client leaves', async () => {
    const session = await openSession()
    endpoint.use('silent!')
    const before = endpoint.calls.length
    const leave = new AbortController()
    const sent = send(session, { signal: leave.signal }).catch(() => 'left')
    await expect.poll(() => endpoint.calls.length).toBe(before + 1)
    leave.abort()
    expect(await sent).toBe('left')
    const call = endpoint.calls[before]
    await call?.over
    expect(call?.aborted).toBe(true)
  })

  it('slows a session down that sends too many', async () => {
    const session = await openSession()
    const answers = await Promise.all(
      Array.from({ length: RECORDINGS_PER_SESSION.capacity + 1 }, () => send(session, { bytes: Buffer.from('x') })),
    )
    const limited = answers.filter(({ status }) => status === 429)
    expect(limited.length).toBe(1)
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await send(await openSession())).status).toBe(200)
  })

  it('logs neither words nor keys nor tokens', async () => {
    const session = await openSession()
    await send(session)
    const logged = server.logged()
    for (const secret of [KEY, session.token, session.sessionId, '师傅是谁', '師傅是誰']) {
      expect(logged).not.toContain(secret)
    }
  })

  it('does not exist where no endpoint is set, and says so', async () => {
    const plain = await startTestServer()
    try {
      const session = await openSession(plain)
      expect(session.voice).toEqual({ input: false })
      const response = await send(session, { at: plain })
      expect(response.status).toBe(503)
      expect(await response.json()).toMatchObject({
        error: { code: 'transcription-unavailable', retryable: false, message: expect.stringContaining('打字') },
      })
    } finally {
      await plain.close()
    }
  })
})
