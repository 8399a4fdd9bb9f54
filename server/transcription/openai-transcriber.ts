import OpenAI, { APIError, toFile } from 'openai'
import { readModelFailure } from '../model/openai-model-failure.ts'
import { MEDIA_TYPES } from './audio-type.ts'
import { type Transcriber, TranscriptionError } from './transcriber.ts'

export interface OpenAiTranscriberOptions {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  /** Empty where the server asks for none. */
  readonly apiKey: string
  readonly model: string
  /** Longest wait for the text, in milliseconds; 30,000 by default. */
  readonly timeoutMs?: number
}

/** Any OpenAI-compatible `/audio/transcriptions` endpoint. It is asked once: the visitor sees a failure and tries again. */
export function createOpenAiTranscriber(options: OpenAiTranscriberOptions): Transcriber {
  const { baseUrl, model, timeoutMs = 30_000 } = options
  const client = new OpenAI({
    baseURL: baseUrl,
    apiKey: options.apiKey || 'none',
    // Left out, the client would read these from the environment.
    organization: null,
    project: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: timeoutMs,
  })
  return {
    async transcribe({ bytes, type }, { language, signal } = {}) {
      signal?.throwIfAborted()
      const deadline = AbortSignal.timeout(timeoutMs)
      try {
        const file = await toFile(bytes, `speech.${type}`, { type: MEDIA_TYPES[type] })
        const { text } = await client.audio.transcriptions.create(
          { file, model, response_format: 'json', ...(language === undefined ? {} : { language }) },
          { signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]) },
        )
        if (typeof text !== 'string') throw new TranscriptionError('unavailable', 'The endpoint gave no text')
        return text.trim()
      } catch (error) {
        signal?.throwIfAborted()
        throw asTranscriptionError(error, deadline.aborted)
      }
    },
  }
}

/** The message is written here: what a server says may repeat the key, or the words. */
function asTranscriptionError(thrown: unknown, timedOut: boolean): TranscriptionError {
  if (thrown instanceof TranscriptionError) return thrown
  if (timedOut) return new TranscriptionError('unavailable', 'The transcription endpoint did not answer in time')
  const ofThisAudio = thrown instanceof APIError && [400, 413, 415, 422].includes(thrown.status)
  const { error } = readModelFailure(thrown, Date.now())
  return new TranscriptionError(ofThisAudio ? 'unreadable' : 'unavailable', 'The transcription endpoint failed', {
    cause: error,
  })
}
