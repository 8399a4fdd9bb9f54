import type { Persona } from '../personas/persona.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { audioLengthMs } from './audio-length.ts'
import { audioTypeOf } from './audio-type.ts'
import { toSimplified } from './to-simplified.ts'
import { type Transcriber, TranscriptionError } from './transcriber.ts'

export const MAX_AUDIO_BYTES = 10 * 1024 * 1024
export const MAX_AUDIO_SECONDS = 60
/** A recorder's last packet may end a little late. */
const LENIENT_MS = 1_500
/** 60 seconds at 128 kbit/s: what a recording may weigh whose container does not tell its length. */
const MAX_UNMEASURED_BYTES = (MAX_AUDIO_SECONDS * 128_000) / 8

/**
 * The words of a visitor's recording, in Simplified Chinese where the persona speaks Chinese. Throws a
 * {@link ProtocolError}: `audio-unreadable`, `audio-too-large`, `transcription-unavailable` (no endpoint is set) or
 * `transcription-failed`.
 */
export async function transcribeSpeech(
  transcriber: Transcriber | null,
  bytes: Uint8Array,
  persona: Pick<Persona, 'languages'>,
  signal: AbortSignal,
): Promise<string> {
  if (transcriber === null) throw new ProtocolError('transcription-unavailable')
  const type = audioTypeOf(bytes)
  if (type === null) throw new ProtocolError('audio-unreadable', 'It is none of webm, ogg, mp4, m4a, wav, mp3.')
  const length = audioLengthMs(bytes, type)
  const tooLong = length === null ? bytes.length > MAX_UNMEASURED_BYTES : length > MAX_AUDIO_SECONDS * 1000 + LENIENT_MS
  if (bytes.length > MAX_AUDIO_BYTES || tooLong) throw new ProtocolError('audio-too-large')
  const languages = new Set(persona.languages.map((tag) => tag.toLowerCase().split('-')[0] ?? ''))
  const [only] = languages.size === 1 ? languages : []
  try {
    const text = await transcriber.transcribe(
      { bytes, type },
      { signal, ...(only === undefined ? {} : { language: only }) },
    )
    return languages.has('zh') ? toSimplified(text) : text
  } catch (error) {
    if (!(error instanceof TranscriptionError)) throw error
    throw new ProtocolError(error.problem === 'unreadable' ? 'audio-unreadable' : 'transcription-failed', undefined, {
      cause: error,
    })
  }
}
