import { aiMetadata } from './ai-metadata.ts'
import { alignSpeech } from './align-speech.ts'
import { alignWords } from './align-words.ts'
import type { SpeechEndpoint } from './speech-endpoint.ts'
import { SpeechFailed } from './speech-endpoint.ts'
import type { SpokenClause } from './speech-of.ts'
import { writeWav } from './wav.ts'

/** A clause as it is heard. */
export interface ClauseSound {
  /** A WAV file. */
  readonly wav: Buffer
  /** Milliseconds of the file at which each movement begins, as many as the clause has units. */
  readonly times: readonly number[]
}

/** What stays of the quiet at both ends, so that no consonant is cut. */
const LEAD_MS = 20
const TAIL_MS = 60
/** Nobody speaks a syllable faster than this: such a sound was cut off on its way. */
const LEAST_SYLLABLE_MS = 70
/** What a 16-bit number of milliseconds holds. */
const MOST_MS = 0xffff

/** Has a clause spoken, cuts the quiet off its ends, finds its syllables and marks the file as made by AI. */
export async function makeClauseSound(
  endpoint: SpeechEndpoint,
  clause: SpokenClause,
  voice: string,
  speed: number,
  id: string,
  signal: AbortSignal,
): Promise<ClauseSound> {
  const sound = await endpoint.speak({ text: clause.spoken, voice, speed }, signal)
  const byEnvelope = alignSpeech(sound, clause.track, clause.sounds)
  const syllables = clause.sounds.filter(({ kind }) => kind === 'syllable').length
  if (byEnvelope.end - byEnvelope.start < (syllables * LEAST_SYLLABLE_MS) / Math.max(1, speed))
    throw new SpeechFailed('the speech endpoint gave a sound that is too short for its text')
  const { times } =
    (sound.words && alignWords(sound.words, clause.spoken, clause.sounds, clause.track, byEnvelope)) ?? byEnvelope
  const from = Math.max(0, byEnvelope.start - LEAD_MS)
  const samples = sound.samples.subarray(
    Math.round((from * sound.rate) / 1000),
    Math.round(((byEnvelope.end + TAIL_MS) * sound.rate) / 1000),
  )
  return {
    wav: writeWav({ rate: sound.rate, samples }, aiMetadata({ producer: 'lecturer-avatars', id })),
    times: times.map((time) => Math.min(MOST_MS, Math.max(0, time - from))),
  }
}

/** A sound and its times as one piece of bytes: how many times, the times (little-endian), the file. */
export function packClauseSound({ wav, times }: ClauseSound): Buffer {
  const head = Buffer.alloc(4 + times.length * 2)
  head.writeUInt32LE(times.length, 0)
  for (const [index, time] of times.entries()) head.writeUInt16LE(time, 4 + index * 2)
  return Buffer.concat([head, wav])
}

/** The reverse; undefined where the bytes are not whole. */
export function unpackClauseSound(bytes: Buffer): ClauseSound | undefined {
  if (bytes.length < 4) return undefined
  const count = bytes.readUInt32LE(0)
  const start = 4 + count * 2
  if (bytes.length < start + 44 || bytes.readUInt32LE(start + 4) !== bytes.length - start - 8) return undefined
  return { wav: bytes.subarray(start), times: Array.from({ length: count }, (_, at) => bytes.readUInt16LE(4 + at * 2)) }
}
