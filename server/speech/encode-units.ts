import { VISEMES } from '../protocol/speech.ts'
import type { VisemeUnit } from './viseme-units.ts'

/** Milliseconds of a tick. */
export const TICK_MS = 10
const MOST_ADVANCE = 15

/**
 * Packs units as `SpeechClause.units` describes them. `reached` says for each unit how much of the clause's text has
 * been begun with it, in UTF-16 code units; it never falls.
 */
export function encodeUnits(units: readonly VisemeUnit[], reached: readonly number[]): string {
  const bytes = new Uint8Array(units.length * 3)
  let ticks = 0
  let told = 0
  for (const [index, unit] of units.entries()) {
    const delta = Math.min(255, Math.max(0, Math.round(unit.at / TICK_MS) - ticks))
    ticks += delta
    const advance = Math.min(MOST_ADVANCE, Math.max(0, (reached[index] ?? told) - told))
    told += advance
    bytes[index * 3] = delta
    bytes[index * 3 + 1] = VISEMES.indexOf(unit.viseme) | (advance << 4)
    bytes[index * 3 + 2] = Math.round(unit.weight * 255)
  }
  return Buffer.from(bytes).toString('base64')
}

/** A unit as a client reads it. `advance` is the growth of the text that has been begun. */
export interface DecodedUnit {
  readonly at: number
  readonly viseme: number
  readonly advance: number
  readonly weight: number
}

/** The reverse of {@link encodeUnits}. */
export function decodeUnits(encoded: string): DecodedUnit[] {
  const bytes = Buffer.from(encoded, 'base64')
  const units: DecodedUnit[] = []
  let at = 0
  for (let index = 0; index + 2 < bytes.length; index += 3) {
    const packed = bytes[index + 1] ?? 0
    at += (bytes[index] ?? 0) * TICK_MS
    units.push({ at, viseme: packed & 15, advance: packed >> 4, weight: (bytes[index + 2] ?? 0) / 255 })
  }
  return units
}
