import { readNumber } from './read-number.ts'
import type { SpokenRule } from './spoken-rule.ts'
import { LATIN_RULES, NUMBER_RULES, OTHER_RULES } from './spoken-rules.ts'
import { pauseRank, SIGNS } from './spoken-words.ts'

/**
 * A text as it is read aloud. `from` and `to` say for each UTF-16 code unit of `text` which part of the source it
 * stands for; both never fall.
 */
export interface SpokenText {
  readonly text: string
  readonly from: readonly number[]
  readonly to: readonly number[]
}

const HAN = /\p{Script=Han}/u
/** Of the other scripts nothing is read. */
const PUNCTUATION: Readonly<Record<string, string>> = {
  ',': '，',
  '!': '！',
  '?': '？',
  ';': '；',
  ':': '：',
  '(': '，',
  ')': '，',
  '（': '，',
  '）': '，',
  '[': '，',
  ']': '，',
  '【': '，',
  '】': '，',
  '〔': '，',
  '〕': '，',
  '|': '，',
  '–': '—',
  '．': '。',
  '｡': '。',
}
const ROMAN_SIGNS = 'ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ'
const CIRCLED = '①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳'
const AROUND = 12

/**
 * Reads a text out: numbers, dates, units, signs and Latin letters become words, and what nobody reads aloud (emoji,
 * addresses, code, Markdown, marks of citations) is left out. Voice and mouth both follow this one text.
 */
export function spokenText(source: string): SpokenText {
  const plain = foldWidth(source)
  const out = createWriter()
  for (let at = 0; at < plain.length; ) {
    const char = String.fromCodePoint(plain.codePointAt(at) ?? 0)
    const end = at + char.length
    if (HAN.test(char) && char !== '〇') {
      out.write(char, at, end)
      at = end
      continue
    }
    const read = readByRule(plain, at, char)
    const spoken = read === undefined ? readChar(char, plain[at - 1] ?? '', plain[end] ?? '') : read.spoken
    if (spoken) out.write(spoken, at, read?.end ?? end)
    at = read?.end ?? end
  }
  return out.finish()
}

function readByRule(plain: string, at: number, char: string): { spoken: string; end: number } | undefined {
  const rules = /\d/.test(char) ? NUMBER_RULES : /[A-Za-z]/.test(char) ? LATIN_RULES : OTHER_RULES
  if (pauseRank(char) > 0 && char !== '—') return undefined
  for (const { pattern, read } of rules) {
    const match = matchAt(pattern, plain, at)
    if (match === null) continue
    const end = at + match[0].length
    const before = plain.slice(Math.max(0, at - AROUND), at)
    const spoken = read(match, { before, after: plain.slice(end, end + AROUND) })
    if (spoken === undefined) continue
    return { spoken, end }
  }
  return undefined
}

function matchAt(pattern: SpokenRule['pattern'], text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** What is said for a character that no rule knows; undefined for nothing. */
function readChar(char: string, before: string, after: string): string | undefined {
  if (char === '\n') return '。'
  if (char === '○' && /[零〇一二三四五六七八九○]/.test(before + after)) return '零'
  if (char === '.') return /[\s\p{Script=Han}]|^$/u.test(after) ? '。' : undefined
  if (/[ -]/.test(char) && /[A-Za-z]/.test(before) && /[A-Za-z]/.test(after)) return ' '
  if ('<>='.includes(char) && !/[\dA-Za-z\s\p{Script=Han}]/u.test(after)) return undefined
  if (char === '+' && /[\p{Script=Han}A-Za-z]/u.test(before)) return '加'
  const roman = ROMAN_SIGNS.indexOf(char)
  if (roman !== -1) return readNumber(String(roman + 1))
  const circled = CIRCLED.indexOf(char)
  // 如图①所示 and ②号炉 name it, ①先烘干②再焊 counts with it.
  if (circled !== -1) {
    const number = readNumber(String(circled + 1))
    return /[图表第步骤见如注]/.test(before) || /[号步组]/.test(after) ? number : `，${number}、`
  }
  if ((char === '²' || char === '³') && !/[A-Za-z\d]/.test(before)) return undefined
  return SIGNS[char] ?? PUNCTUATION[char] ?? (pauseRank(char) > 0 ? char : undefined)
}

interface Writer {
  write(spoken: string, start: number, end: number): void
  finish(): SpokenText
}

/** Collects what is spoken; of pauses that meet, the strongest stays, and none stands first. */
function createWriter(): Writer {
  let text = ''
  const from: number[] = []
  const to: number[] = []
  return {
    write(spoken, start, end) {
      for (let index = 0; index < spoken.length; index++) {
        const char = spoken[index] ?? ''
        const pieceEnd = start + Math.ceil(((end - start) * (index + 1)) / spoken.length)
        const rank = pauseRank(char)
        const lastRank = pauseRank(text.at(-1) ?? '')
        if (rank > 0 && text === '') continue
        // A blank parts Latin words from each other only.
        if (char === ' ' && !/[A-Za-z]$/.test(text)) continue
        if (text.endsWith(' ') && !/[A-Za-z]/.test(char)) {
          text = text.slice(0, -1)
          from.pop()
          to.pop()
        }
        if (rank > 0 && lastRank > 0) {
          if (rank > lastRank) text = text.slice(0, -1) + char
          to[to.length - 1] = pieceEnd
          continue
        }
        text += char
        from.push(start + Math.floor(((end - start) * index) / spoken.length))
        to.push(pieceEnd)
      }
    },
    finish: () => ({ text, from, to }),
  }
}

/** Full-width digits, letters and signs as their plain forms; every character keeps its place. */
function foldWidth(text: string): string {
  return text.replace(/[０-９Ａ-Ｚａ-ｚ％＋－．／＝＜＞～＆＃＠＄￥＊∶₀-₉\u3000\u00a0]/g, (char) => {
    if (char === '￥') return '¥'
    if (char === '∶') return ':'
    if (char === '\u3000' || char === '\u00a0') return ' '
    if (char >= '₀' && char <= '₉') return String(char.charCodeAt(0) - 0x2080)
    return String.fromCharCode(char.charCodeAt(0) - 0xfee0)
  })
}
