/** What a drawn mouth needs: how far it is open, wide (negative: narrow), round, and how much of teeth and tongue shows. */
export type Mouth = readonly [open: number, wide: number, round: number, teeth: number, tongue: number]

export const CLOSED: Mouth = [0, 0, 0, 0, 0]

/** The full shape of each viseme, in the order of `VISEME_NAMES`. */
const SHAPES: readonly Mouth[] = [
  CLOSED,
  [0, -0.05, 0.1, 0, 0],
  [0.1, 0.05, 0, 0.9, 0],
  [0.18, 0.05, 0, 0.6, 0.8],
  [0.18, 0.1, 0, 0.6, 0.4],
  [0.22, 0.05, 0, 0.3, 0.1],
  [0.2, -0.35, 0.6, 0.7, 0],
  [0.1, 0.25, 0, 0.9, 0],
  [0.16, 0.08, 0, 0.5, 0.5],
  [0.2, -0.25, 0.5, 0.4, 0.3],
  [0.95, 0.1, 0, 0.2, 0.2],
  [0.5, 0.15, 0, 0.4, 0.2],
  [0.22, 0.45, 0, 0.7, 0.1],
  [0.6, -0.4, 0.7, 0, 0],
  [0.22, -0.65, 1, 0, 0],
]

/** The mouth of a viseme (by its number) that is reached to `weight`, 0 to 1. */
export function mouthOf(viseme: number, weight: number): Mouth {
  return blend(CLOSED, SHAPES[viseme] ?? CLOSED, weight)
}

/** Goes from `from` to `to`; `share` 0 is the first, 1 the second. */
export function blend(from: Mouth, to: Mouth, share: number): Mouth {
  const at = (index: 0 | 1 | 2 | 3 | 4): number => from[index] + (to[index] - from[index]) * share
  return [at(0), at(1), at(2), at(3), at(4)]
}

/** Whether lips (PP) or lip and teeth (FF) close: the eye misses such a closure at once when it is not reached. */
export function closes(viseme: number): boolean {
  return viseme === 1 || viseme === 2
}
