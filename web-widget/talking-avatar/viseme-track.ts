import type { SpeechClause } from '../../server/protocol/speech.ts'
import { blend, CLOSED, closes, type Mouth, mouthOf } from './mouth.ts'

/** The movements of one clause in the time of its sound: parallel lists, one entry a movement. */
export interface VisemeTrack {
  /** Onsets in ms since the sound began. */
  readonly at: readonly number[]
  readonly visemes: readonly number[]
  /** 0 to 1. */
  readonly weights: readonly number[]
  /** How much of the clause's text (UTF-16 code units) has been begun with each movement. */
  readonly reached: readonly number[]
  /** Ms from the beginning to the end of the sound. */
  readonly length: number
}

const TICK_MS = 10
/** The longest fade into the next shape. */
const FADE_MS = 60
/** Lips begin to close this long before the sound, where the sound before lasts long enough. */
const CLOSURE_LEAD_MS = 120
/** A closure is complete this long before its sound: what is drawn then still passes the smoothing. */
const CLOSURE_EARLY_MS = 25

/** Reads a clause's `units` (see the protocol). Bytes that are missing at the end are taken as none. */
export function decodeTrack(clause: Pick<SpeechClause, 'units' | 'length' | 'start' | 'end'>): VisemeTrack {
  const bytes = bytesOf(clause.units)
  const at: number[] = []
  const visemes: number[] = []
  const weights: number[] = []
  const reached: number[] = []
  let time = 0
  let told = 0
  for (let index = 0; index + 2 < bytes.length; index += 3) {
    const packed = bytes[index + 1] ?? 0
    time += (bytes[index] ?? 0) * TICK_MS
    told = Math.min(clause.end - clause.start, told + (packed >> 4))
    at.push(time)
    visemes.push((packed & 15) % 15)
    weights.push((bytes[index + 2] ?? 0) / 255)
    reached.push(told)
  }
  return { at, visemes, weights, reached, length: Math.max(clause.length, time) }
}

/** The onsets that come with a sound (`speech-times`: base64 of little-endian 16-bit ms); null where they do not fit. */
export function decodeTimes(header: string | null, track: VisemeTrack): readonly number[] | null {
  if (header === null) return null
  const bytes = bytesOf(header)
  if (bytes.length !== track.at.length * 2) return null
  const times: number[] = []
  for (let index = 0; index < bytes.length; index += 2) {
    const time = (bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8)
    // Never back in time, whatever came.
    times.push(Math.max(time, times[times.length - 1] ?? 0))
  }
  return times
}

/** The track in the time of a sound of `length` ms: with its own onsets, or the model's stretched to the sound. */
export function fitTrack(track: VisemeTrack, length: number, times: readonly number[] | null): VisemeTrack {
  if (times !== null) return { ...track, at: times, length }
  const scale = track.length > 0 ? length / track.length : 1
  return { ...track, at: track.at.map((time) => time * scale), length }
}

/** The place of the movement that goes on at `ms`; -1 before the first. */
export function unitAt(track: VisemeTrack, ms: number): number {
  let low = 0
  let high = track.at.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((track.at[middle] ?? 0) <= ms) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** How much of the clause's text has been begun at `ms`. */
export function textReached(track: VisemeTrack, ms: number): number {
  return track.reached[unitAt(track, ms)] ?? 0
}

/**
 * The shape that the mouth is going for at `ms`: the movement that goes on, faded into the next one over the last
 * 60 ms before it begins (never more than half of the movement). Lips that close begin 40 to 120 ms before their
 * sound, where the movement before leaves the time.
 */
export function targetAt(track: VisemeTrack, ms: number): Mouth {
  if (ms < -CLOSURE_LEAD_MS || ms >= track.length) return CLOSED
  const index = unitAt(track, ms)
  const current = index < 0 ? CLOSED : shapeOf(track, index)
  const begin = index < 0 ? -CLOSURE_LEAD_MS : (track.at[index] ?? 0)
  const next = index + 1 < track.at.length ? index + 1 : null
  const end = next === null ? track.length : (track.at[next] ?? track.length)
  const half = (end - begin) / 2
  const closing = next === null || closes(track.visemes[next] ?? 0)
  const fade = closing ? Math.min(CLOSURE_LEAD_MS, Math.max(40, half), end - begin) : Math.min(FADE_MS, half)
  const done = closing && next !== null ? Math.min(CLOSURE_EARLY_MS, half / 2) : 0
  const left = end - done - ms
  if (left >= fade || fade <= 0) return current
  const share = Math.min(1, Math.max(0, 1 - left / fade))
  return blend(current, next === null ? CLOSED : shapeOf(track, next), smooth(share))
}

/** Whether the lips are to be shut (or the lip at the teeth) at `ms`. */
export function closedAt(track: VisemeTrack, ms: number): boolean {
  const index = unitAt(track, ms)
  return closes(track.visemes[index] ?? 0) || closes(track.visemes[unitAt(track, ms + CLOSURE_EARLY_MS)] ?? 0)
}

function shapeOf(track: VisemeTrack, index: number): Mouth {
  const viseme = track.visemes[index] ?? 0
  // A closure is a closure: a weak one would leave the lips ajar.
  return mouthOf(viseme, closes(viseme) ? 1 : (track.weights[index] ?? 0))
}

function smooth(share: number): number {
  return share * share * (3 - 2 * share)
}

function bytesOf(encoded: string): Uint8Array {
  try {
    return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array(0)
  }
}
