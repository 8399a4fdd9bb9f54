import type { Moment, Pace, Rung, SpeechFault, SpeechPart, SpeechPlayer } from './speech-player.ts'
import { SpeechFailure } from './speech-player.ts'
import { quiet, type SpeechEffect, type SpeechEvent, type SpeechState, speechStep } from './speech-state.ts'
import { textReached } from './viseme-track.ts'

export interface SpeakerOptions {
  readonly players: Readonly<Record<Rung, SpeechPlayer>>
  readonly pace: () => Pace
  /** Whether a voice could be heard, once that is known; where not, captions run and `onLocked` is told. */
  readonly audible: (rung: 'server' | 'browser') => Promise<boolean>
  readonly onLocked: () => void
  /** Why a clause went down a rung. */
  readonly onFault: (fault: SpeechFault, rung: Rung) => void
  /** Something began, ended or was cut. */
  readonly onChange: () => void
  /** How far an answer was heard (UTF-16 code units), when it was cut or is over. Only of what had a sound. */
  readonly onHeard: (heard: Heard) => void
}

export interface Heard {
  readonly turnId: string
  readonly answerId: string
  readonly chars: number
}

/** After so many failures in a row the server's voice is left alone until the next tap. */
const MOST_FAILURES = 2

/** Speaks clauses in order, by the best voice that works. */
export interface Speaker {
  say(part: SpeechPart): void
  /** Falls silent at once: sound, mouth and requests. */
  bargeIn(): void
  /** A tap has unlocked the sound: the voices are tried again. */
  unlocked(): void
  moment(): Moment | null
  /** Whether anything is being spoken or about to be. */
  speaking(): boolean
}

export function createSpeaker(options: SpeakerOptions): Speaker {
  const { players } = options
  let state: SpeechState = quiet()
  let loads = new Set<AbortController>()
  /** The furthest place of each answer whose sound was over. */
  let heard: Heard | null = null
  let failures = 0

  const send = (event: SpeechEvent): void => {
    const step = speechStep(state, event)
    state = step.state
    for (const effect of step.effects) run(effect)
    options.onChange()
  }

  const run = (effect: SpeechEffect): void => {
    if (effect.type === 'silence') {
      for (const load of loads) load.abort()
      loads = new Set()
      for (const player of Object.values(players)) player.stop()
    } else if (effect.type === 'done') {
      if (effect.turn === state.turn) report()
    } else if (effect.type === 'load') load(effect)
    else play(effect)
  }

  const load = ({ turn, item }: Extract<SpeechEffect, { readonly turn: number; readonly item: unknown }>): void => {
    const { id, part, rung } = item
    const abort = new AbortController()
    loads.add(abort)
    const get = async (): Promise<void> => {
      if (rung !== 'captions' && !(await options.audible(rung))) throw new SpeechFailure('locked', false)
      if (!abort.signal.aborted) await players[rung].load(part, options.pace(), abort.signal)
    }
    get().then(
      () => {
        loads.delete(abort)
        if (rung === 'server') failures = 0
        send({ type: 'loaded', turn, id })
      },
      (error: unknown) => {
        loads.delete(abort)
        if (abort.signal.aborted) return
        const known = error instanceof SpeechFailure
        const fault = known ? error.fault : 'network'
        if (fault === 'locked') options.onLocked()
        else if (rung === 'server') failures++
        sink(turn, id, fault, rung, (known && error.lasting) || failures >= MOST_FAILURES)
      },
    )
  }

  const play = ({ turn, item }: Extract<SpeechEffect, { readonly turn: number; readonly item: unknown }>): void => {
    const { id, part, rung } = item
    let told = false
    players[rung].play(part, options.pace(), (fault) => {
      if (turn !== state.turn || told) return
      told = true
      if (fault !== null) sink(turn, id, fault, rung, true)
      else {
        if (rung !== 'captions') heard = heardOf(part, part.from + part.text.length)
        send({ type: 'over', turn, id })
      }
    })
  }

  const sink = (turn: number, id: number, fault: SpeechFault, rung: Rung, lasting: boolean): void => {
    if (turn !== state.turn) return
    options.onFault(fault, rung)
    send({ type: 'failed', turn, id, lasting })
  }

  const moment = (): Moment | null => {
    const item = state.items[0]
    return item?.stage === 'handed' ? players[item.rung].moment() : null
  }

  const report = (): void => {
    if (heard !== null) options.onHeard(heard)
    heard = null
  }

  return {
    say: (part) => send({ type: 'said', part }),
    bargeIn() {
      const now = moment()
      if (now?.voiced === true && now.ms > 0) {
        const { part } = now
        heard = heardOf(part, part.from + now.textFrom + textReached(now.track, now.ms))
      }
      const spoke = state.items.length > 0
      send({ type: 'barged-in' })
      if (spoke) report()
    },
    unlocked() {
      failures = 0
      send({ type: 'unlocked' })
    },
    moment,
    speaking: () => state.items.length > 0,
  }
}

function heardOf({ turnId, answerId }: SpeechPart, chars: number): Heard {
  return { turnId, answerId, chars }
}
