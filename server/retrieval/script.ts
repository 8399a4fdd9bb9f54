import { Converter } from 'opencc-js/t2cn'

let foldTable: Uint16Array | undefined

/** Whether a UTF-16 code unit is written without spaces between words: Han, kana, hangul. */
export function isIdeograph(code: number): boolean {
  return isHan(code) || code === 0x3007 || (code >= 0x3040 && code <= 0x30ff) || isHangul(code)
}

function isHangul(code: number): boolean {
  return code >= 0xac00 && code <= 0xd7af
}

/** Whether a UTF-16 code unit is a Han character of the basic planes' first blocks. */
export function isHan(code: number): boolean {
  return code >= 0x3400 && code <= 0x9fff
}

/** Whether a folded UTF-16 code unit is part of a word that is written with spaces around it: letters and digits. */
export function isWordUnit(code: number): boolean {
  if (code < 0x80) return (code >= 0x61 && code <= 0x7a) || isDigit(code)
  return (code >= 0xc0 && code <= 0x2af && code !== 0xd7 && code !== 0xf7) || (code >= 0x370 && code <= 0x5ff)
}

/** Whether a folded code unit is 0 to 9. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/**
 * The folding of one UTF-16 code unit to another, for all 65,536: full-width to half-width, compatibility forms and
 * radicals to the ideograph they stand for, Traditional to Simplified, upper to lower case. Unit by unit, so that
 * offsets stay what they were.
 */
export function foldingTable(): Uint16Array {
  foldTable ??= makeFoldingTable()
  return foldTable
}

/**
 * `text` folded unit by unit with {@link foldingTable}: the same length, comparable, for machines and not for
 * people.
 */
export function foldText(text: string): string {
  const table = foldingTable()
  let changed = false
  const codes = new Uint16Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const folded = table[code] ?? code
    if (folded !== code) changed = true
    codes[index] = folded
  }
  return changed ? decodeUnits(codes) : text
}

/** The string of some UTF-16 code units. */
export function decodeUnits(codes: Uint16Array): string {
  let text = ''
  for (let start = 0; start < codes.length; start += 8192) {
    text += String.fromCharCode(...codes.subarray(start, start + 8192))
  }
  return text
}

function makeFoldingTable(): Uint16Array {
  const table = new Uint16Array(65536)
  for (let code = 0; code < table.length; code++) table[code] = code
  const compatible = [
    [0x20, 0x24f],
    [0x370, 0x5ff],
    [0x2e80, 0x30ff],
    [0x3200, 0x33ff],
    [0xf900, 0xfaff],
    [0xfe10, 0xffef],
  ] as const
  for (const [first, last] of compatible) {
    for (let code = first; code <= last; code++) {
      const folded = String.fromCharCode(code).normalize('NFKC').toLowerCase()
      if (folded.length === 1) table[code] = folded.charCodeAt(0)
    }
  }
  foldVariants(table)
  // NFKC leaves a few radicals that documents made from PDF files use for the ideograph.
  for (const [radical, ideograph] of [
    '⻚页',
    '⻓长',
    '⻋车',
    '⻔门',
    '⻅见',
    '⻛风',
    '⻢马',
    '⻩黄',
    '⻬齐',
    '⻰龙',
    '⺠民',
  ]) {
    table[codeOf(radical)] = codeOf(ideograph)
  }
  table[0x3007] = codeOf('零')
  // Zero separates the fields of a passage in the index.
  table[0] = 0x20
  return table
}

function codeOf(character: string | undefined): number {
  return (character ?? '').charCodeAt(0)
}

/** 么 is Simplified; the tables make it 幺, the form that it replaced. */
const KEPT: ReadonlySet<number> = new Set(['么'].map(codeOf))

/** Traditional characters (also the forms of Taiwan and Hong Kong) become Simplified, one for one. */
function foldVariants(table: Uint16Array): void {
  const ideographs: string[] = []
  for (let code = 0x3400; code <= 0x9fff; code++) ideographs.push(String.fromCharCode(code))
  for (const from of ['t', 'tw', 'hk'] as const) {
    const simplified = Converter({ from, to: 'cn' })(ideographs.join('\n')).split('\n')
    for (let index = 0; index < ideographs.length; index++) {
      const code = 0x3400 + index
      const target = simplified[index]
      if (target?.length === 1 && table[code] === code && !KEPT.has(code)) table[code] = target.charCodeAt(0)
    }
  }
  // A character may reach its Simplified form in two steps (裏 → 里 by way of 裡).
  for (let code = 0x2e80; code <= 0xffff; code++) {
    const once = table[code] ?? code
    table[code] = table[once] ?? once
  }
}
