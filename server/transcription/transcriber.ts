import type { AudioType } from './audio-type.ts'

/** What a visitor said, as one recording. It is passed on and never kept. */
export interface SpokenAudio {
  readonly bytes: Uint8Array
  readonly type: AudioType
}

export interface TranscribeOptions {
  /** ISO 639-1 code of the language to expect, such as `zh`; left out, the model finds out. */
  readonly language?: string
  readonly signal?: AbortSignal
}

/** Turns speech into text. */
export interface Transcriber {
  /** The words that were said, maybe none. Throws {@link TranscriptionError}, or the signal's reason. */
  transcribe(audio: SpokenAudio, options?: TranscribeOptions): Promise<string>
}

/** `unreadable`: this recording cannot be read. `unavailable`: the service failed; the same may succeed later. */
export type TranscriptionProblem = 'unreadable' | 'unavailable'

/** Why there is no text. The message holds neither words nor keys. */
export class TranscriptionError extends Error {
  readonly problem: TranscriptionProblem

  constructor(problem: TranscriptionProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TranscriptionError'
    this.problem = problem
  }
}
