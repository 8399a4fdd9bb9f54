/** How head and eyes are held; all but `tilt` (degrees) and `lid` are 0 at rest and within -1 to 1. */
export interface Pose {
  /** Brows raised. */
  readonly brow: number
  /** Inner ends of the brows raised: concern; negative: resolve. */
  readonly worry: number
  /** 1 open, 0 closed. */
  readonly lid: number
  /** Cheeks lifted under the eyes. */
  readonly squint: number
  /** To the right and down as the viewer sees it. */
  readonly gazeX: number
  readonly gazeY: number
  readonly turn: number
  readonly nod: number
  readonly tilt: number
  readonly smile: number
  readonly bow: number
}

/** `listen`: somebody else writes or speaks. `think`: waits for words. `sorry`: had to decline. */
export type Expression = 'neutral' | 'smile' | 'think' | 'listen' | 'emphasis' | 'sorry' | 'bow'

export const EXPRESSIONS: readonly Expression[] = ['neutral', 'smile', 'think', 'listen', 'emphasis', 'sorry', 'bow']

const REST: Pose = {
  brow: 0,
  worry: 0,
  lid: 1,
  squint: 0,
  gazeX: 0,
  gazeY: 0,
  turn: 0,
  nod: 0,
  tilt: 0,
  smile: 0.4,
  bow: 0,
}

const HELD: Readonly<Record<Expression, Partial<Pose>>> = {
  neutral: {},
  smile: { smile: 1, squint: 0.9, brow: 0.35, tilt: 2 },
  think: { gazeX: -0.7, gazeY: -0.8, brow: 0.45, worry: 0.25, turn: -0.35, tilt: -4, smile: 0.12 },
  listen: { brow: 0.4, tilt: 5, smile: 0.55, nod: 0.1 },
  emphasis: { brow: 0.9, worry: -0.3, nod: 0.45, smile: 0.35, lid: 1.06 },
  sorry: { worry: 0.9, brow: 0.2, smile: -0.15, tilt: 4, gazeY: 0.25, nod: 0.25 },
  bow: { bow: 1, lid: 0.06, smile: 0.7, squint: 0.4, nod: 0.8 },
}

/** The pose of an expression that is held still. */
export function poseOf(expression: Expression): Pose {
  return { ...REST, ...HELD[expression] }
}

const KEYS = Object.keys(REST) as readonly (keyof Pose)[]

/** Goes from one pose to another; `share` 0 is the first, 1 the second. */
export function blendPose(from: Pose, to: Pose, share: number): Pose {
  const pose = { ...from } as { -readonly [K in keyof Pose]: Pose[K] }
  for (const key of KEYS) pose[key] += (to[key] - from[key]) * share
  return pose
}

/** Head and eyes need about a fifth of a second. */
const TAU_MS = 130
const BLINK_MS = 160

/** One step of head and eyes towards an expression, `dt` ms later. */
export function followPose(from: Pose, expression: Expression, dt: number): Pose {
  return blendPose(from, poseOf(expression), dt > 500 ? 1 : 1 - Math.exp(-dt / TAU_MS))
}

/**
 * What a living head does on its own at `at` ms: sways, looks about a little, blinks every 1.8 to 5.4 s. The same time
 * and seed always give the same, so that nothing is lost while a page sleeps. `talk` is how lively the speech is, 0 to 1.
 */
export function withLife(pose: Pose, at: number, seed: number, talk: number): Pose {
  const wave = (period: number, shift: number): number => Math.sin((at / period) * Math.PI * 2 + shift + seed)
  // The eyes jump to a new place and stay there.
  const look = Math.floor(at / 2_300 + seed)
  return {
    ...pose,
    turn: pose.turn + 0.1 * wave(6_700, 0) + 0.12 * talk * wave(1_900, 1),
    nod: pose.nod + 0.06 * wave(4_300, 2) + 0.14 * talk * Math.max(0, wave(1_270, 3)),
    tilt: pose.tilt + 0.9 * wave(7_900, 4) + 1.1 * talk * wave(2_700, 5),
    brow: pose.brow + 0.2 * talk * Math.max(0, wave(3_100, 6)),
    gazeX: pose.gazeX + 0.16 * (noise(look + 3) - 0.5),
    gazeY: pose.gazeY + 0.1 * (noise(look + 7) - 0.5),
    lid: pose.lid * lidAt(at, seed),
  }
}

/** 1 with open eyes, 0 in the middle of a blink. */
export function lidAt(at: number, seed: number): number {
  // In every 3.6 s one blink, somewhere in the first half: 1.8 to 5.4 s apart.
  const slot = Math.floor(at / 3_600)
  const since = at - slot * 3_600 - noise(slot + seed * 31) * 1_800
  if (since < 0 || since > BLINK_MS) return 1
  const share = since / BLINK_MS
  return share < 0.4 ? 1 - share / 0.4 : (share - 0.4) / 0.6
}

function noise(step: number): number {
  const value = Math.sin(step * 127.1 + 311.7) * 43_758.5453
  return value - Math.floor(value)
}
