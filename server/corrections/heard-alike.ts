import type { QuestionForm } from './question-form.ts'

/** Words that sound alike (tone apart) and yet mean another thing: to hear one for the other is no slip. */
const OTHERS = ['买卖', '他她它', '一亿', '四十是时', '有又', '那哪', '在再', '做坐', '男南难', '升生', '前千', '百白']
const DIGITS = /[\d〇零一二两三四五六七八九十百千万亿]/u
/** At most this share of the characters may be written otherwise. */
const SHARE = 0.34

/**
 * Whether two questions sound the same and differ in a few characters only, as pinyin keyboards and speech recognition
 * make them (许申 written 须申). Numerals and words that are told apart by their writing must be equal.
 */
export function heardAlike(one: QuestionForm, other: QuestionForm): boolean {
  const left = [...one.plain]
  const right = [...other.plain]
  if (left.length !== right.length || left.length === 0) return false
  let differ = 0
  for (let index = 0; index < left.length; index++) {
    const [written, meant] = [left[index] ?? '', right[index] ?? '']
    if (written === meant) continue
    if (one.soundCodes[index] !== other.soundCodes[index]) return false
    if (DIGITS.test(written) || DIGITS.test(meant)) return false
    if (OTHERS.some((group) => group.includes(written) && group.includes(meant))) return false
    differ += 1
  }
  return differ > 0 && differ <= Math.max(1, left.length * SHARE)
}
