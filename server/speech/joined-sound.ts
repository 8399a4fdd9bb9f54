import { aiMetadata } from './ai-metadata.ts'
import type { ClauseSound } from './clause-sound.ts'
import { SpeechFailed } from './speech-endpoint.ts'
import { readWav, writeWav } from './wav.ts'

/** A clause's sound with the silence after it, in ms. */
export interface SoundAndPause {
  readonly sound: ClauseSound
  readonly pause: number
}

/** One WAV file of all clauses, marked as made by AI under the number `id`. Throws `SpeechFailed` where their rates differ. */
export function joinSounds(pieces: readonly SoundAndPause[], id: string): Buffer {
  const read = pieces.map(({ sound, pause }) => ({ ...readWav(sound.wav), pause }))
  const rate = read[0]?.rate ?? 24_000
  if (read.some((piece) => piece.rate !== rate)) throw new SpeechFailed('the clauses have different sample rates')
  const quiet = (pause: number) => Math.round((pause * rate) / 1000)
  const samples = new Float32Array(read.reduce((sum, piece) => sum + piece.samples.length + quiet(piece.pause), 0))
  let at = 0
  for (const piece of read) {
    samples.set(piece.samples, at)
    at += piece.samples.length + quiet(piece.pause)
  }
  return writeWav({ rate, samples }, aiMetadata({ producer: 'lecturer-avatars', id }))
}
