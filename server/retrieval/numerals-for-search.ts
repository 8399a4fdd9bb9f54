/** A number in a text, in UTF-16 code units, with the term that all ways to write it share: `#` and its value. */
export interface Numeral {
  readonly start: number
  readonly end: number
  readonly term: string
}

const DIGITS: Readonly<Record<string, number>> = {
  零: 0,
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  壹: 1,
  贰: 2,
  叁: 3,
  肆: 4,
  伍: 5,
  陆: 6,
  柒: 7,
  捌: 8,
  玖: 9,
}
const UNITS: Readonly<Record<string, number>> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000, 仟: 1000 }
const MYRIADS: Readonly<Record<string, number>> = { 万: 1e4, 亿: 1e8 }
const NUMERAL = /(\d[\d,]*(?:\.\d+)?)([万亿]*)|[零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+/g

/**
 * The numbers of a folded text: digits with an optional 万 or 亿, and Chinese numerals. A single Chinese digit counts
 * only after 第 or 初, since 一 and the like are mostly not numbers (一起, 万一).
 */
export function findNumerals(text: string): Numeral[] {
  const found: Numeral[] = []
  for (const match of text.matchAll(NUMERAL)) {
    const start = match.index
    const end = start + match[0].length
    const before = text[start - 1]
    if (match[1] === undefined && match[0].length === 1 && before !== '第' && before !== '初') continue
    const value = match[1] === undefined ? chineseValue(match[0]) : digitValue(match[1], match[2] ?? '')
    if (value !== undefined) found.push({ start, end, term: `#${value}` })
  }
  return found
}

/** The value of a Chinese numeral (三千二百, 一九九五, 十五, 三万六); nothing for runs that are no number. */
export function chineseValue(text: string): number | undefined {
  const isPositional = [...text].every((character) => character in DIGITS)
  if (isPositional) return Number([...text].map((character) => DIGITS[character]).join(''))
  let total = 0
  let section = 0
  let digit: number | undefined
  let lastUnit = 10
  for (const character of text) {
    const value = DIGITS[character]
    const unit = UNITS[character]
    const myriad = MYRIADS[character]
    if (value !== undefined) {
      if (digit !== undefined && digit !== 0) return undefined
      digit = value
      lastUnit = value === 0 ? 10 : lastUnit
    } else if (unit !== undefined) {
      section += (digit ?? 1) * unit
      digit = undefined
      lastUnit = unit
    } else if (myriad !== undefined) {
      const part = section + (digit ?? 0)
      if (part === 0 && total === 0) return undefined
      total = myriad === 1e8 ? (total + part) * 1e8 : total + part * 1e4
      section = 0
      digit = undefined
      lastUnit = myriad
    }
  }
  // 三千二 means 3,200: a last digit right after a unit counts that unit's tenth.
  return total + section + (digit ?? 0) * (lastUnit > 10 ? lastUnit / 10 : 1)
}

function digitValue(digits: string, myriads: string): number | undefined {
  let value = Number(digits.replaceAll(',', ''))
  for (const myriad of myriads) value *= MYRIADS[myriad] ?? 1
  return Number.isFinite(value) ? Number(value.toPrecision(15)) : undefined
}
