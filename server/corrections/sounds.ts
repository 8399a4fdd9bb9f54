import { pinyin } from 'pinyin-pro'

const known = new Map<string, string>()

/** How an ideograph mostly sounds, tone apart (师 → shi); other characters stand for themselves. */
export function soundOf(character: string): string {
  const found = known.get(character)
  if (found !== undefined) return found
  const sound = /\p{Script=Han}/u.test(character) ? pinyin(character, { toneType: 'none' }) : character
  known.set(character, sound)
  return sound
}

const codes = new Map<string, number>()

/** A number for a sound, the same within one process. */
export function soundCode(sound: string): number {
  const code = codes.get(sound)
  if (code !== undefined) return code
  codes.set(sound, codes.size)
  return codes.size - 1
}
