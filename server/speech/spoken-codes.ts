import { readLatin } from './read-latin.ts'
import { readDigits, readNumber } from './read-number.ts'
import { rule, type SpokenRule } from './spoken-rule.ts'

/** Elements by which steel grades name what is in them. */
const ELEMENTS: Readonly<Record<string, string>> = {
  Cr: '铬',
  Mn: '锰',
  Si: '硅',
  Ni: '镍',
  Mo: '钼',
  Ti: '钛',
  Nb: '铌',
  Al: '铝',
  Cu: '铜',
  W: '钨',
  V: '钒',
  B: '硼',
  N: '氮',
}
const ELEMENT = Object.keys(ELEMENTS).join('|')
const STEEL = `(G|ZG|H)?(\\d{0,3})((?:(?:${ELEMENT})\\d{0,2})+)([GRHAE])?(?![A-Za-z\\d])`

/** 40Cr → 四十铬, 1Cr18Ni9Ti → 一铬十八镍九钛: steels are called by their elements. */
function readSteel(
  [, prefix = '', carbon = '', rest = '', suffix = '']: RegExpExecArray,
  before: string,
): string | undefined {
  const elements = [...rest.matchAll(/([A-Z][a-z]?)(\d*)/g)]
  if (!/[CMSNT][rnioab]/.test(rest) || (carbon === '' && elements.length < 2 && !/\d/.test(rest))) return undefined
  if (/[A-Za-z\d]$/.test(before)) return undefined
  const named = elements.map(([, element = '', share = '']) => ELEMENTS[element] + (share && readNumber(share)))
  return [...prefix].join(' ') + (carbon && readNumber(carbon)) + named.join('') + suffix
}

export const STEEL_GRADE: SpokenRule = rule(STEEL, (match, { before }) => readSteel(match, before))

/** Stainless steels of low carbon, which look like litres. */
export const STAINLESS: SpokenRule = rule('(304|309|310|316|317|321|347)L(?![A-Za-z\\d])', ([, grade = '']) => {
  return `${readDigits(grade, true)}L`
})

/** 192.168.1.1: the figures of an address are no quantities. */
export const ADDRESS: SpokenRule = rule('(?:\\d{1,3}\\.){3}\\d{1,3}(?!\\.?\\d)', ([all]) =>
  /\d{3}/.test(all)
    ? all
        .split('.')
        .map((part) => readDigits(part, true))
        .join('点')
    : undefined,
)

/** GB/T 1.1-2020, ISO 9001: standards are named figure by figure. */
export const STANDARDS: readonly SpokenRule[] = [
  rule(
    '([A-Z]{2,4}(?:/[A-Z]{1,2})?)\\s?(\\d{1,6}(?:\\.\\d+)?)\\s?[-—–]\\s?(\\d{4})(?!\\d)',
    ([, letters = '', number = '', year = ''], around) => {
      const spoken = number
        .split('.')
        .map((part) => readDigits(part))
        .join('点')
      return `${letters
        .split('/')
        .map((part) => readLatin(part, around))
        .join(' ')}${spoken}杠${readDigits(year)}`
    },
  ),
  rule(
    '([A-Z]{2,4})/([A-Z]{1,2})\\s?(\\d{3,6}(?:\\.\\d+)?)(?!\\d)',
    ([, letters = '', kind = '', number = ''], around) => {
      const spoken = number.split('.').map((part) => readDigits(part))
      return `${readLatin(letters, around)} ${readLatin(kind, around)}${spoken.join('点')}`
    },
  ),
  rule(
    '(ISO|IEC|IATF|ASTM|DIN|JIS|AWS|API|TSG|OHSAS)\\s(\\d{3,6})(?![\\d.])',
    ([, letters = '', number = ''], around) => readLatin(letters, around) + readDigits(number, true),
  ),
]

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  'e.g.': '例如',
  'i.e.': '也就是',
  'etc.': '等等',
  'vs.': '对',
  'a.m.': 'A M',
  'p.m.': 'P M',
}

export const ABBREVIATION: SpokenRule = rule('(?:e\\.g|i\\.e|etc|vs|a\\.m|p\\.m)\\.', ([all], { before }) =>
  /[A-Za-z]$/.test(before) ? undefined : ABBREVIATIONS[all],
)

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** 10⁻³ → 十的负三次方. 10² is read sign by sign. */
export const POWER: SpokenRule = rule(
  '(\\d+(?:\\.\\d+)?)(?![²³](?![⁰¹²³⁴⁵⁶⁷⁸⁹]))(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)',
  ([, base = '', minus = '', power = '']) => {
    const digits = [...power].map((char) => SUPERSCRIPTS.indexOf(char)).join('')
    return `${readNumber(base)}的${minus === '' ? '' : '负'}${readNumber(digits)}次方`
  },
)
