import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPinyinOf } from '../../server/speech/pinyin-of.ts'
import { espeakPinyin } from './espeak-pinyin.ts'
import { projectDir } from './test-server.ts'

/** One call of the endpoint. */
export interface SpeechCall {
  readonly headers: IncomingHttpHeaders
  readonly body: {
    readonly model: string
    readonly voice: string
    readonly input: string
    readonly speed: number
    readonly response_format: string
    readonly timestamps?: boolean
  }
  readonly at: number
  /** When the caller left before the end (ms of `performance.now()`). */
  abortedAt: number | undefined
  /** Resolves when the exchange is over. */
  readonly over: Promise<void>
}

/** What is wrong with the endpoint. */
export interface SpeechManner {
  /** Milliseconds before the first byte. */
  readonly delayMs?: number
  /** Milliseconds between pieces of 4 KiB. */
  readonly dripMs?: number
  /** Answers with this status and no sound. */
  readonly status?: number
  readonly fault?: 'truncated' | 'half' | 'false-sizes' | 'silence' | 'mp3' | 'empty' | 'hang-up'
  /** Voices that it has; all, where it is left out. */
  readonly voices?: readonly string[]
  /** Whether it gives times of words where they are asked for. */
  readonly timestamps?: boolean
}

export interface EspeakSpeechServer {
  /** Ends with `/v1`. */
  readonly baseUrl: string
  readonly calls: readonly SpeechCall[]
  use(manner: SpeechManner): void
  close(): Promise<void>
}

/**
 * An OpenAI-compatible `/v1/audio/speech` on 127.0.0.1 with a real voice: espeak-ng reads pinyin (its own reading of
 * hanzi is broken in 1.51). A synthetic lower bound, no proof for neural voices. One that `remembers` gives at once what
 * it has spoken before.
 */
export async function startEspeakSpeechServer(port = 0, remembers = false): Promise<EspeakSpeechServer> {
  const spoken = new Map<string, Buffer>()
  const calls: SpeechCall[] = []
  const pinyinOf = createPinyinOf(readFileSync(join(projectDir, 'knowledge/language/pronunciations.txt'), 'utf8'))
  let manner: SpeechManner = {}
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    if (request.method !== 'POST' || request.url !== '/v1/audio/speech') return response.writeHead(404).end('{}')
    const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as SpeechCall['body']
    const abort = new AbortController()
    const call: SpeechCall = {
      headers: request.headers,
      body,
      at: performance.now(),
      abortedAt: undefined,
      over: new Promise((resolve) => response.once('close', () => resolve())),
    }
    response.once('close', () => {
      if (response.writableFinished) return
      call.abortedAt = performance.now()
      abort.abort()
    })
    calls.push(call)
    await answer(body, manner, response, abort.signal).catch((error) => {
      if (!abort.signal.aborted) response.destroy(error as Error)
    })
  })

  async function answer(
    body: SpeechCall['body'],
    { delayMs = 0, dripMs = 0, status, fault, voices, timestamps }: SpeechManner,
    response: ServerResponse,
    signal: AbortSignal,
  ): Promise<void> {
    if (delayMs > 0) await sleep(delayMs, undefined, { signal })
    if (status !== undefined) return void response.writeHead(status).end('{"error":{"message":"no"}}')
    if (voices !== undefined && !voices.includes(body.voice))
      return void response.writeHead(400).end('{"error":{"message":"no such voice"}}')
    const key = `${body.speed}\n${body.input}`
    const whole = spoken.get(key) ?? (await speak(espeakPinyin(pinyinOf(body.input)), body.speed, signal))
    if (remembers) spoken.set(key, whole)
    if (body.timestamps && timestamps) {
      const word = { word: body.input.replace(/\P{L}+$/u, ''), start: 0.05, end: 0.05 + body.input.length * 0.25 }
      response.writeHead(200, { 'content-type': 'application/json' })
      return void response.end(JSON.stringify({ audio: withSizes(whole).toString('base64'), timestamps: [word] }))
    }
    const wav = withFault(whole, fault)
    response.writeHead(200, {
      'content-type': 'audio/wav',
      ...(fault === 'hang-up' ? { 'content-length': wav.length } : {}),
    })
    if (fault === 'hang-up') return void response.write(wav.subarray(0, 2_000), () => response.destroy())
    for (let at = 0; at < wav.length; at += 4_096) {
      if (dripMs > 0) await sleep(dripMs, undefined, { signal })
      response.write(wav.subarray(at, at + 4_096))
    }
    response.end()
  }

  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    use(next) {
      manner = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** espeak's own WAV: its header has sizes that are far too large. The process ends when the caller leaves. */
async function speak(text: string, speed: number, signal: AbortSignal): Promise<Buffer> {
  const child = spawn(
    'espeak-ng',
    ['-v', 'cmn-latn-pinyin', '-s', String(Math.round(175 * (speed ?? 1))), '--stdout', '--stdin'],
    { stdio: ['pipe', 'pipe', 'ignore'], signal },
  )
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject))
  child.stdin.on('error', () => undefined).end(text)
  const read = async () => {
    const pieces: Buffer[] = []
    for await (const piece of child.stdout) pieces.push(piece as Buffer)
    return Buffer.concat(pieces)
  }
  return Promise.race([read(), failed])
}

function withSizes(wav: Buffer): Buffer {
  const right = Buffer.from(wav)
  right.writeUInt32LE(right.length - 8, 4)
  right.writeUInt32LE(right.length - 44, 40)
  return right
}

function withFault(wav: Buffer, fault: SpeechManner['fault']): Buffer {
  if (fault === 'truncated') return withSizes(wav).subarray(0, 3_001)
  if (fault === 'half') return withSizes(wav).subarray(0, 44 + Math.floor((wav.length - 44) * 0.15))
  if (fault === 'false-sizes') {
    const wrong = Buffer.from(wav)
    wrong.writeUInt32LE(0, 4)
    wrong.writeUInt32LE(0xffffffff, 40)
    return wrong
  }
  if (fault === 'silence') return Buffer.concat([withSizes(wav).subarray(0, 44), Buffer.alloc(wav.length - 44)])
  if (fault === 'mp3') return Buffer.concat([Buffer.from('ID3\x04'), Buffer.alloc(2_000, 0xff)])
  if (fault === 'empty') return Buffer.alloc(0)
  return wav
}
