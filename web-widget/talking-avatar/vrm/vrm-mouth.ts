import type { Mouth } from '../mouth.ts'

/** The mouth presets of a VRM figure. */
export interface VrmMouth {
  readonly aa: number
  readonly ee: number
  readonly ih: number
  readonly oh: number
  readonly ou: number
}

/** More than this of one preset looks like a yawn. */
const MOST = 0.7

/**
 * A mouth in the five presets of VRM: two at most, since all together look like an a. Rounded shapes are `ou` or `oh` by
 * how far they are open, spread ones `ih` or `ee`, the rest `aa`.
 */
export function vrmMouth([open, wide, round]: Mouth): VrmMouth {
  const cap = (value: number): number => Math.min(MOST, Math.max(0, value))
  if (round > 0.25) {
    const far = Math.min(1, open / 0.6)
    return { aa: 0, ee: 0, ih: 0, oh: cap(round * far), ou: cap(round * (1 - far)) }
  }
  if (open < 0.4) return { aa: 0, ee: 0, ih: cap(open * 1.5 + Math.max(0, wide) * 0.6), oh: 0, ou: 0 }
  const far = Math.min(1, (open - 0.4) / 0.4)
  return { aa: cap(open * far), ee: cap(open * 1.4 * (1 - far)), ih: 0, oh: 0, ou: 0 }
}
