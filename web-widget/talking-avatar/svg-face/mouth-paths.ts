import type { Mouth } from '../mouth.ts'

/** The outlines of a mouth around (0, 0) in units of the face's drawing, as path data. */
export interface MouthPaths {
  readonly lips: string
  readonly inner: string
  readonly teeth: string
  readonly tongue: string
}

/** The measures that the outlines follow from; for tests and for what moves along, such as the chin. */
export interface MouthSize {
  /** Half of the width between the corners. */
  readonly half: number
  /** Height of the opening. */
  readonly height: number
}

const HALF_WIDTH = 16.5
const OPEN_HEIGHT = 27

export function mouthSize([open, wide, round, teeth]: Mouth, smile: number): MouthSize {
  const half = HALF_WIDTH * (1 + 0.5 * wide) * (1 - 0.42 * round) + 2.2 * smile * (1 - round)
  return { half, height: open <= 0.01 ? 0 : OPEN_HEIGHT * open + 2.2 * teeth * Math.min(1, open * 10) }
}

/**
 * Filled lips, the opening, teeth and tongue. All four share the corners of the mouth: teeth hang from the upper edge
 * of the opening and the tongue lies on the lower, so nothing needs to be clipped.
 */
export function mouthPaths(mouth: Mouth, smile: number, fullness: number): MouthPaths {
  const [open, wide, round, teeth, tongue] = mouth
  const { half, height } = mouthSize(mouth, smile)
  const corner = -2.6 * smile * (1 - 0.7 * open) * (1 - round)
  const sag = 3.4 * smile * (1 - 0.6 * open) * (1 - round)
  const above = height * (0.34 + 0.14 * round)
  const below = height - above
  const drop = 1.6 * open
  // How far out the curves keep their height: flat lips are almonds, rounded ones circles.
  const hold = half * (0.5 + 0.42 * round + 0.12 * open)
  const upper = sag + drop - above / 0.75
  const lower = sag + drop + below / 0.75
  const edge = (y: number): string => `C${n(-hold)} ${n(y)} ${n(hold)} ${n(y)} ${n(half)} ${n(corner)}`
  const back = (y: number): string => `C${n(hold)} ${n(y)} ${n(-hold)} ${n(y)} ${n(-half)} ${n(corner)}`
  const start = `M${n(-half)} ${n(corner)}`
  const part = (share: number): number => upper + (lower - upper) * share
  const shownTeeth = height === 0 ? 0 : Math.min(1, (teeth * 9.5) / height)
  const shownTongue = height === 0 || tongue === 0 ? 0 : Math.min(0.6, 0.16 + 0.5 * tongue)
  const pressed = 1 - 0.25 * Math.min(1, Math.max(0, (0.06 - open) * 30)) * (round > 0.02 ? 1 : 0)
  const full = fullness * pressed * (1 - 0.16 * Math.max(0, wide))
  const top = (3.1 + 1.6 * round) * full
  // The lower lip tucks in under the teeth of an f.
  const bottom = (4.3 + 1.7 * round - 1.6 * teeth * Math.max(0, 1 - open * 5)) * full
  const out = half + 1.6 + 1.3 * round
  const peak = sag + drop - above - top * 1.12
  const dip = sag + drop - above - top * 0.82
  const lips =
    `M${n(-out)} ${n(corner)}` +
    `C${n(-hold)} ${n(peak)} ${n(-half * 0.34)} ${n(peak - 0.5)} 0 ${n(dip)}` +
    `C${n(half * 0.34)} ${n(peak - 0.5)} ${n(hold)} ${n(peak)} ${n(out)} ${n(corner)}` +
    `C${n(hold * 1.06)} ${n(lower + bottom / 0.75)} ${n(-hold * 1.06)} ${n(lower + bottom / 0.75)} ${n(-out)} ${n(corner)}Z`
  return {
    lips,
    inner: `${start}${edge(upper)}${back(lower)}Z`,
    teeth: shownTeeth === 0 ? '' : `${start}${edge(upper)}${back(part(shownTeeth))}Z`,
    tongue: shownTongue === 0 ? '' : `${start}${edge(part(1 - shownTongue))}${back(lower)}Z`,
  }
}

/** A coordinate for path data and transforms. */
export function n(value: number): number {
  return Math.round(value * 100) / 100
}
