import { forgetVoice, mandarinVoice } from './browser-voice.ts'
import { cutTrack } from './cut-track.ts'
import { readable } from './readable.ts'
import { type Moment, SpeechFailure, type SpeechFault, type SpeechPart, type SpeechPlayer } from './speech-player.ts'
import { utteranceCuts } from './utterance-cuts.ts'
import { fitTrack, type VisemeTrack } from './viseme-track.ts'

/** What is kept of a voice: how many ms it takes for one of the model's at normal speed. */
export interface VoicePaceStore {
  read(voice: string): number | null
  keep(voice: string, pace: number): void
}

interface Said {
  readonly part: SpeechPart
  readonly utterance: SpeechSynthesisUtterance
  readonly textFrom: number
  readonly model: VisemeTrack
  readonly speed: number
  readonly over: (fault: SpeechFault | null) => void
  /** Whether it is the part's last. */
  readonly last: boolean
  track: VisemeTrack
  /** When its sound began (`performance.now()`); null before. */
  anchor: number | null
}

/** Without `start` by then there is no sound to wait for. */
export const START_WITHIN_MS = 1_500
/** How long after the predicted end `end` may take; it is some 350 ms late as a rule. */
const END_WITHIN_MS = 4_000
/** How much later than the sound `end` is reported. */
const END_LAG_MS = 350
/** The browser holds this many at once, so that no gap opens between two. */
const HELD = 2

/** A voice of the browser. Its times are the model's, stretched by what this voice was measured to need. */
export function createSynthesisPlayer(paces: VoicePaceStore): SpeechPlayer {
  let waiting: Said[] = []
  /** Kept until they are over: an utterance that is collected as garbage never ends. */
  let held: Said[] = []
  let voice: SpeechSynthesisVoice | null = null
  let run = 0
  let watch: ReturnType<typeof setTimeout> | undefined

  const paceOf = (): number => paces.read(voice?.voiceURI ?? '') ?? 1

  const fill = (): void => {
    while (held.length < HELD) {
      const next = waiting.shift()
      if (next === undefined) return
      held.push(next)
      speechSynthesis.speak(next.utterance)
      if (held.length === 1) expectStart(next)
    }
  }

  const expectStart = (said: Said): void => {
    clearTimeout(watch)
    const mine = run
    watch = setTimeout(() => {
      if (mine === run && held[0] === said && said.anchor === null) giveUp('no-start')
    }, START_WITHIN_MS)
  }

  /** Hands everything back: whoever asked goes down a rung. */
  const giveUp = (fault: SpeechFault): void => {
    const parts = new Set([...held, ...waiting].filter(({ last }) => last))
    run += 1
    clearTimeout(watch)
    held = []
    waiting = []
    forgetVoice()
    speechSynthesis.cancel()
    for (const said of parts) said.over(fault)
  }

  const begin = (said: Said): void => {
    clearTimeout(watch)
    said.anchor = performance.now()
    const mine = run
    watch = setTimeout(
      () => {
        if (mine === run && held[0] === said) giveUp('no-end')
      },
      said.track.length * 1.5 + END_WITHIN_MS,
    )
  }

  const finish = (said: Said): void => {
    clearTimeout(watch)
    if (said.anchor !== null && said.model.length > 600) {
      const took = performance.now() - said.anchor - END_LAG_MS
      const measured = (took * said.speed) / said.model.length
      if (measured > 0.4 && measured < 3) paces.keep(voice?.voiceURI ?? '', paceOf() * 0.6 + measured * 0.4)
    }
    held = held.filter((other) => other !== said)
    if (said.last) said.over(null)
    fill()
    const next = held[0]
    if (next !== undefined && next.anchor === null) expectStart(next)
  }

  const say = (said: Said): void => {
    const mine = run
    const { utterance } = said
    const current = (then: () => void) => (): void => {
      if (mine === run) then()
    }
    utterance.onstart = current(() => begin(said))
    utterance.onend = current(() => finish(said))
    utterance.onerror = (event) => {
      // `interrupted` and `canceled` are our own doing.
      if (mine !== run || event.error === 'interrupted' || event.error === 'canceled') return
      giveUp(event.error === 'not-allowed' ? 'locked' : 'browser-error')
    }
    utterance.onboundary = (event) => {
      if (mine !== run || said.anchor === null) return
      // The word that begins now stands at a known time of the track.
      const unit = said.track.reached.findIndex((told) => told > event.charIndex)
      if (unit > 0) said.anchor = performance.now() - (said.track.at[unit] ?? 0)
    }
    waiting.push(said)
  }

  return {
    rung: 'browser',
    async load() {
      voice = await mandarinVoice()
      if (voice === null) throw new SpeechFailure('no-voice', true)
    },
    play(part, pace, over) {
      if (typeof SpeechSynthesisUtterance !== 'function' || voice === null) {
        over('no-voice')
        return
      }
      const pieces = piecesOf(part)
      for (const [index, piece] of pieces.entries()) {
        const utterance = new SpeechSynthesisUtterance(piece.words)
        utterance.voice = voice
        utterance.lang = voice.lang
        utterance.rate = pace.speed
        const model = piece.track
        const track = fitTrack(model, (model.length * paceOf()) / pace.speed, null)
        const last = index === pieces.length - 1
        const { textFrom } = piece
        say({ part, utterance, textFrom, model, track, speed: pace.speed, over, last, anchor: null })
      }
      if (pieces.length === 0) over(null)
      else fill()
    },
    moment() {
      const said = held[0]
      if (said === undefined || said.anchor === null) return null
      const ms = performance.now() - said.anchor
      const { part, track, textFrom } = said
      // The mouth shuts where the sound is predicted to end: `end` comes far too late.
      return { part, track, textFrom, ms, level: null, voiced: ms < track.length } satisfies Moment
    },
    stop() {
      run += 1
      clearTimeout(watch)
      const busy = held.length > 0
      held = []
      waiting = []
      if (busy) speechSynthesis.cancel()
    },
  }
}

/** The utterances of a clause with their share of its movements; those without anything to say fall away. */
export function piecesOf(part: SpeechPart): { words: string; textFrom: number; track: VisemeTrack }[] {
  return utteranceCuts(part.text).flatMap(([from, to]) => {
    const words = readable(part.text.slice(from, to))
    const track = cutTrack(part.track, from, to)
    return words === '' || track.at.length === 0 ? [] : [{ words, textFrom: from, track }]
  })
}
