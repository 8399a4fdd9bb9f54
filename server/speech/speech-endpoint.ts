import { randomUUID } from 'node:crypto'
import type { CircuitBreaker } from '../model/circuit-breaker.ts'
import { readWav, type Sound16, UnreadableSound } from './wav.ts'

/** What is to be spoken. */
export interface Utterance {
  readonly text: string
  readonly voice: string
  /** 1 is the voice's own speed. */
  readonly speed: number
}

/** When a word of the text is heard, in milliseconds of the sound. */
export interface WordTime {
  readonly word: string
  readonly start: number
  readonly end: number
}

export interface SpokenSound extends Sound16 {
  /** Where the endpoint says when its words are heard. */
  readonly words?: readonly WordTime[]
}

/** Makes sound from text. */
export interface SpeechEndpoint {
  /** Throws {@link SpeechFailed}, or the signal's reason; an aborted call closes its connection at once. */
  speak(utterance: Utterance, signal: AbortSignal): Promise<SpokenSound>
}

export interface SpeechEndpointOptions {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  readonly apiKey: string
  readonly model: string
  /** Taken where the endpoint does not know a persona's voice. */
  readonly defaultVoice: string
  /** Whether to ask for the times of words (`timestamps: true`). */
  readonly timestamps: boolean
  readonly breaker: CircuitBreaker
  /** Longest wait for a whole clause, in milliseconds; 15,000 by default. */
  readonly timeoutMs?: number
}

/** Why there is no sound. The message holds neither text nor key. */
export class SpeechFailed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SpeechFailed'
  }
}

/** A clause of 40 syllables at 48 kHz has less than 2 MB. */
const MOST_BYTES = 16 * 1024 * 1024

/** Any OpenAI-compatible `/audio/speech` endpoint that gives WAV. */
export function createSpeechEndpoint(options: SpeechEndpointOptions): SpeechEndpoint {
  const { apiKey, model, defaultVoice, timestamps, breaker, timeoutMs = 15_000 } = options
  const address = `${options.baseUrl.replace(/\/+$/, '')}/audio/speech`
  /** Voices that the endpoint does not have; asked again after a restart. */
  const refused = new Set<string>()

  async function ask(utterance: Utterance, voice: string, signal: AbortSignal): Promise<Response> {
    const body = {
      model,
      voice,
      input: utterance.text,
      response_format: 'wav',
      speed: utterance.speed,
      ...(timestamps ? { timestamps: true } : {}),
    }
    return fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: timestamps ? 'application/json, audio/wav' : 'audio/wav',
        authorization: `Bearer ${apiKey || 'none'}`,
        'x-client-request-id': randomUUID(),
      },
      body: JSON.stringify(body),
      redirect: 'error',
      signal,
    })
  }

  return {
    async speak(utterance, signal) {
      signal.throwIfAborted()
      const permit = breaker.enter()
      if (permit === null) throw new SpeechFailed('the speech endpoint has failed before and is left alone for a while')
      const deadline = AbortSignal.timeout(timeoutMs)
      const either = AbortSignal.any([signal, deadline])
      try {
        const wanted = refused.has(utterance.voice) ? defaultVoice : utterance.voice
        let response = await ask(utterance, wanted, either)
        if ([400, 404, 422].includes(response.status) && wanted !== defaultVoice) {
          await response.body?.cancel()
          response = await ask(utterance, defaultVoice, either)
          if (response.ok) refused.add(utterance.voice)
        }
        const sound = await readSound(response)
        permit.succeed()
        return sound
      } catch (error) {
        if (signal.aborted) {
          permit.cancel()
          throw signal.reason
        }
        permit.fail()
        if (deadline.aborted) throw new SpeechFailed('the speech endpoint did not answer in time')
        if (error instanceof SpeechFailed) throw error
        if (error instanceof UnreadableSound)
          throw new SpeechFailed(`the speech endpoint gave a sound that cannot be used: ${error.message}`)
        throw new SpeechFailed(`the speech endpoint cannot be reached (${codeOf(error)})`)
      }
    },
  }
}

async function readSound(response: Response): Promise<SpokenSound> {
  if (!response.ok) {
    await response.body?.cancel()
    throw new SpeechFailed(`the speech endpoint answered ${response.status}`)
  }
  const bytes = await readBytes(response)
  if (!/json/.test(response.headers.get('content-type') ?? '')) return readWav(bytes)
  const { audio, timestamps } = readJson(bytes)
  if (typeof audio !== 'string') throw new UnreadableSound('its JSON has no audio')
  const words = Array.isArray(timestamps) ? timestamps.flatMap(readTime) : []
  return { ...readWav(Buffer.from(audio, 'base64')), ...(words.length === 0 ? {} : { words }) }
}

function readJson(bytes: Buffer): { audio?: unknown; timestamps?: unknown } {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Said below, without the bytes.
  }
  throw new UnreadableSound('its JSON cannot be read')
}

async function readBytes(response: Response): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of response.body ?? []) {
    pieces.push(piece as Uint8Array)
    length += (piece as Uint8Array).length
    if (length > MOST_BYTES) throw new UnreadableSound('it is too large')
  }
  return Buffer.concat(pieces)
}

/** Seconds, under the names that Kokoro-FastAPI and others use. */
function readTime(entry: unknown): WordTime[] {
  if (typeof entry !== 'object' || entry === null) return []
  const { word, text, start, start_time, end, end_time } = entry as Record<string, unknown>
  const name = word ?? text
  const from = start ?? start_time
  const to = end ?? end_time
  if (typeof name !== 'string' || typeof from !== 'number' || typeof to !== 'number') return []
  return [{ word: name, start: from * 1000, end: to * 1000 }]
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  // `redirect: 'error'`: the key goes to nobody else.
  if (cause instanceof Error && cause.message === 'unexpected redirect') return 'it redirects'
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer'
}
