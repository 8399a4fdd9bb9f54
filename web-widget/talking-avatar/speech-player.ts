import type { VisemeTrack } from './viseme-track.ts'

/** One clause that is to be spoken. */
export interface SpeechPart {
  readonly turnId: string
  readonly answerId: string
  readonly epoch: string
  readonly seq: number
  /** Its place among the clauses of its sentence. */
  readonly clause: number
  /** Its text as it is shown, and where that begins in the answer (UTF-16 code units). */
  readonly text: string
  readonly from: number
  /** The movements at normal speed. */
  readonly track: VisemeTrack
  /** Silence after it at normal speed, in ms. */
  readonly pause: number
  /** Whether the server has a voice for it. */
  readonly audio: boolean
}

/** How fast it is spoken; `pauses` stretches the silences on top. */
export interface Pace {
  readonly speed: number
  readonly pauses: number
}

/** What is heard, and so shown, right now. */
export interface Moment {
  readonly part: SpeechPart
  /** The movements in the time of the sound. */
  readonly track: VisemeTrack
  /** Where `track`'s text begins in the part's text. */
  readonly textFrom: number
  /** Ms since the sound of `track` began; negative shortly before it. */
  readonly ms: number
  /** Loudness now as a share of the clause's loudest moment; null where the sound cannot be reached. */
  readonly level: number | null
  /** False where captions run without a sound: the mouth stays still. */
  readonly voiced: boolean
}

/** `server`: the server's voice. `browser`: a voice of the browser. `captions`: none. */
export type Rung = 'server' | 'browser' | 'captions'

/** Why a voice cannot be used; it goes into the log. */
export type SpeechFault =
  | 'no-context'
  | 'locked'
  | 'no-voice'
  | 'no-audio'
  | 'unreadable'
  | 'silent'
  | 'network'
  | 'no-start'
  | 'no-end'
  | 'browser-error'

/** Sounds the clauses it is handed, one after the other, in the order of the calls. */
export interface SpeechPlayer {
  readonly rung: Rung
  /** Fetches what a clause needs. Rejects with a {@link SpeechFailure}, or because of `signal`. */
  load(part: SpeechPart, pace: Pace, signal: AbortSignal): Promise<void>
  /** Takes the next clause; `over` is called once, when it has been heard or could not be. */
  play(part: SpeechPart, pace: Pace, over: (fault: SpeechFault | null) => void): void
  /** What is heard at this instant; null in a silence. */
  moment(): Moment | null
  /** Falls silent at once and forgets everything; no `over` is called any more. */
  stop(): void
}

export class SpeechFailure extends Error {
  declare readonly fault: SpeechFault
  /** Whether the next clause will fare no better. */
  declare readonly lasting: boolean

  constructor(fault: SpeechFault, lasting: boolean, options?: ErrorOptions) {
    super(`No sound: ${fault}`, options)
    this.fault = fault
    this.lasting = lasting
  }
}
