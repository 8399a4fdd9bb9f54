import { chineseValue } from '../retrieval/numerals-for-search.ts'

const DIGIT = '零一二两三四五六七八九壹贰叁肆伍陆柒捌玖'
const DIGITS = new Map([...'零一二三四五六七八九'].map((character, value) => [character, value]))
const MAGNITUDES = new Map([
  ['十', 10],
  ['百', 100],
  ['千', 1000],
  ['万', 1e4],
  ['亿', 1e8],
])

/** Source of a regular expression for one number in folded text, in digits or Chinese; no group inside. */
export const NUMERAL = [
  '(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?(?:[多余来]?(?:[十百万亿]|千(?![克米瓦焦卡赫伏帕]))+)?',
  `[${DIGIT}十百千万亿廿卅俩仨]+(?:点[${DIGIT}]+)?(?:[多余来](?=[万亿个]))?[万亿]*`,
].join('|')

/**
 * The value of one numeral as `NUMERAL` finds it, or two where it names neighbours (三五 → 3 and 5, 十七八 → 17 and 18).
 * Empty for what is no number.
 */
export function readNumeral(numeral: string): readonly number[] {
  const text = numeral.replace(/[多余来]/, '').replaceAll(',', '')
  const digits = /^(\d+(?:\.\d+)?)([十百千万亿]*)$/.exec(text)
  if (digits !== null) return [scale(Number(digits[1]), digits[2] ?? '')]
  const plain = text.replace('俩', '两').replace('仨', '三').replace('廿', '二十').replace('卅', '三十')
  const neighbours = readNeighbours(plain)
  if (neighbours !== undefined) return neighbours
  const point = /^(.+)点([^万亿]+)([万亿]*)$/.exec(plain)
  if (point !== null) {
    const whole = chineseValue(point[1] ?? '')
    const fraction = chineseValue(`一${point[2] ?? ''}`)
    if (whole === undefined || fraction === undefined) return []
    return [scale(Number(`${whole}.${String(fraction).slice(1)}`), point[3] ?? '')]
  }
  if (/^[百千万亿]+$/.test(plain)) return [scale(1, plain)]
  // 三万万: thousands of thousands that follow each other multiply.
  const doubled = /^(.+?)(万|亿)([万亿])$/.exec(plain)
  if (doubled !== null)
    return readNumeral((doubled[1] ?? '') + (doubled[2] ?? '')).map((n) => scale(n, doubled[3] ?? ''))
  const value = chineseValue(plain)
  return value === undefined ? [] : [value]
}

function scale(value: number, magnitudes: string): number {
  let result = value
  for (const character of magnitudes) result *= MAGNITUDES.get(character) ?? 1
  return Number(result.toPrecision(12))
}

/** 三五 (3, 5), 七八 (7, 8), 十七八 (17, 18), 二三十 (20, 30), 两三百 (200, 300). */
function readNeighbours(text: string): readonly number[] | undefined {
  const parts = /^(.*十)?([一二两三四五六七八])([二三四五六七八九])([十百千万亿]*)$/.exec(text)
  if (parts === null) return undefined
  const [, tens = '', first = '', second = '', magnitude = ''] = parts
  const low = DIGITS.get(first === '两' ? '二' : first) ?? 0
  const high = DIGITS.get(second) ?? 0
  if (high !== low + 1 && !(low === 3 && high === 5)) return undefined
  const base = tens === '' ? 0 : (chineseValue(tens) ?? 0)
  return [scale(base + low, magnitude), scale(base + high, magnitude)]
}
