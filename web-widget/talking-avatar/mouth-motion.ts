import { blend, CLOSED, type Mouth } from './mouth.ts'
import type { Moment } from './speech-player.ts'
import { closedAt, targetAt } from './viseme-track.ts'

/** Time constant of the lips in ms: they follow a target, they do not jump to it. */
const TAU_MS = 22
/** Of a closure, which is often shorter than 50 ms and must be reached. */
const CLOSURE_TAU_MS = 7
/** What is aimed at is a little ahead of what is heard, as much as following it costs. */
const AHEAD_MS = 18
/** Below this share of the loudest moment it is a silence. */
const SILENCE = 0.02

/** The target for a moment of speech: the track's shape, gated by the loudness where it is known. */
export function spokenMouth(moment: Moment | null, offsetMs: number): Mouth {
  if (moment === null || !moment.voiced) return CLOSED
  const target = targetAt(moment.track, moment.ms + offsetMs + AHEAD_MS)
  const { level } = moment
  if (level === null) return target
  if (level < SILENCE) return blend(target, CLOSED, 1)
  return [target[0] * (0.35 + 0.65 * Math.min(1, 2.5 * level)), target[1], target[2], target[3], target[4]]
}

/** One step of the lips from where they are, `dt` ms later. */
export function followMouth(from: Mouth, moment: Moment | null, offsetMs: number, dt: number): Mouth {
  const target = spokenMouth(moment, offsetMs)
  const shut = moment?.voiced === true && closedAt(moment.track, moment.ms + offsetMs + AHEAD_MS)
  // After a stall or in a background tab the time says where the mouth is, not its past.
  return dt > 120 ? target : blend(from, target, 1 - Math.exp(-dt / (shut ? CLOSURE_TAU_MS : TAU_MS)))
}
