import { foldText } from '../retrieval/script.ts'
import { type Bound, boundAround } from './bounds.ts'
import { NUMERAL, readNumeral } from './numerals.ts'
import { unitAt } from './units.ts'

/** A value that a text states, in a form that all ways to write it share. */
export interface Value {
  readonly kind: 'date' | 'number' | 'document' | 'article'
  /** Values compare only within one shape: the unit (`m`, `age`, `第届`), or the parts of a date (`ymd`). */
  readonly shape: string
  /** The canonical numbers: of a date year, month, day as far as given; else the amount in the shape's unit. */
  readonly numbers: readonly number[]
  readonly bound: Bound
  /** 一 as in 一个 is rather an article than a number. */
  readonly weak: boolean
  /** Span in the text, in UTF-16 code units; with the unit. */
  readonly start: number
  readonly end: number
  readonly text: string
}

const N = `(?:${NUMERAL})`
// After 前 a year is also said as an amount: 公元前五百三十年.
const YEAR =
  '(?:(?<=前)[一二三四五六七八九]百[零一二三四五六七八九十]{0,4}|\\d{4}|\\d{2,3}|[零一二三四五六七八九]{4}|[零一二三四五六七八九]{2})'
const DASH = '(?:至|到|-|—{1,2}|–|~|～|―)'
const PATTERNS = new RegExp(
  [
    `(?<doc>[\\[〔【(](?<docYear>(?:19|20)\\d{2}|[一二][零一二三四五六七八九]{3})[\\]〕】)]\\s*第?(?<docNumber>${N})号)`,
    `(?<article>第(?<articleOf>${N})条(?:之(?<articleSub>${N}))?(?:第?(?<paragraph>${N})款)?(?:第?[(]?(?<item>${N})[)]?项)?)`,
    `(?<date>(?<!\\d)(?<era>公元前|前|公元)?(?<year>${YEAR})\\s*年(?!代|间|级|来|多|以上|以下|以内|之久)(?:\\s*(?<month>${N})\\s*月(?!份?牌)(?:份)?(?:\\s*(?<day>${N})\\s*[日号])?)?)`,
    '(?<iso>(?<!\\d)(?<isoYear>(?:1\\d|20)\\d{2})[-./](?<isoMonth>\\d{1,2})[-./](?<isoDay>\\d{1,2})(?!\\d))',
    `(?<monthDay>(?<mMonth>${N})\\s*月(?:份)?(?:\\s*(?<mDay>${N})\\s*[日号])?)`,
    `(?<dayOnly>(?<=月|初|至|到|[-—–~～日号、])(?<dDay>\\d{1,2}|[一二三四五六七八九十]{1,3})\\s*[日号](?!线|楼|院|厅))`,
    `(?<percent>百分之(?<percentOf>${N}))`,
    `(?<fraction>(?<lower>${N})分之(?<upper>${N}))`,
    `(?<clock>(?<hour>\\d{1,2}|[一二两三四五六七八九十]{1,3})(?:时|点|:)(?:(?<minute>\\d{1,2}|[零一二三四五六七八九十]{2,3}|[一二三四五六七八九十](?=分))分?|半|整|钟))(?![之万亿千百\\d零一二三四五六七八九十])`,
    `(?<ordinal>第(?<nth>${N})|头(?<head>一)(?=\\p{Script=Han})|首(?=[届次个批位家座条任部本名]))`,
    `(?<range>(?<low>${N})\\s*${DASH}\\s*(?<high>${N}))`,
    `(?<plain>(?<negative>零下|负|-)?(?<amount>${N}|半(?=年|天|个|小时|公里|斤|里))(?!分之))`,
  ].join('|'),
  'gdu',
)
type Groups = Readonly<Record<string, string | undefined>>

/**
 * The numbers, dates, times, amounts, shares, ordinals, document and article numbers of a text, each made canonical:
 * full-width and Chinese numerals, 万 and 亿, thousands separators, ranges (both ends), units of one measure.
 */
export function extractValues(text: string): Value[] {
  return extractFolded(foldText(text), text)
}

/** The same for text that is folded already; `original` is what `Value.text` is cut from. */
export function extractFolded(folded: string, original: string): Value[] {
  const values: Value[] = []
  PATTERNS.lastIndex = 0
  for (let match = PATTERNS.exec(folded); match !== null; match = PATTERNS.exec(folded)) {
    const end = readMatch(folded, original, match, values)
    PATTERNS.lastIndex = Math.max(end, match.index + 1)
  }
  return values
}

function one(numeral: string | undefined): number | undefined {
  return numeral === undefined ? undefined : readNumeral(numeral)[0]
}

function readMatch(folded: string, original: string, match: RegExpExecArray, values: Value[]): number {
  const groups: Groups = match.groups ?? {}
  const start = match.index
  const end = start + match[0].length
  const add = (
    kind: Value['kind'],
    shape: string,
    numbers: readonly (number | undefined)[],
    until = end,
    weak = false,
  ) => {
    const known = numbers.filter((number) => number !== undefined)
    if (known.length !== numbers.length || known.length === 0) return until
    const bound = boundAround(folded, start, until)
    values.push({ kind, shape, numbers: known, bound, weak, start, end: until, text: original.slice(start, until) })
    return until
  }
  if (groups.doc !== undefined) return add('document', 'document', [one(groups.docYear), one(groups.docNumber)])
  if (groups.article !== undefined) {
    const parts = [groups.articleOf, groups.articleSub, groups.paragraph, groups.item].map((part) => one(part) ?? 0)
    return add('article', 'article', parts)
  }
  if (groups.date !== undefined) return readDate(groups, add)
  if (groups.iso !== undefined) {
    return add('date', 'ymd', [one(groups.isoYear), one(groups.isoMonth), one(groups.isoDay)])
  }
  if (groups.monthDay !== undefined) {
    if (groups.mDay === undefined) return add('date', 'm', [one(groups.mMonth)])
    return add('date', 'md', [one(groups.mMonth), one(groups.mDay)])
  }
  if (groups.dayOnly !== undefined) return add('date', 'd', [one(groups.dDay)])
  if (groups.percent !== undefined) return add('number', '%', [one(groups.percentOf)])
  if (groups.fraction !== undefined) return add('number', 'fraction', [one(groups.upper), one(groups.lower)])
  if (groups.clock !== undefined) {
    if (/^\d+:/.test(match[0])) return add('number', ':', [one(groups.hour), one(groups.minute)])
    const minute = groups.minute === undefined ? (match[0].endsWith('半') ? 30 : 0) : one(groups.minute)
    return add('date', 'time', [one(groups.hour), minute])
  }
  if (groups.ordinal !== undefined) {
    const unit = unitAt(folded, end)
    return add(
      'number',
      `第${unit?.unit ?? ''}`,
      [groups.nth === undefined ? 1 : one(groups.nth)],
      end + (unit?.length ?? 0),
    )
  }
  if (groups.range !== undefined) return readRange(folded, match, add)
  return readAmount(folded, match, add)
}

type Add = (
  kind: Value['kind'],
  shape: string,
  numbers: readonly (number | undefined)[],
  until?: number,
  weak?: boolean,
) => number

function readDate(groups: Groups, add: Add): number {
  const { year = '', month, day } = groups
  const before = groups.era === '公元前' || groups.era === '前'
  const number = one(/^[零一二三四五六七八九]+$/.test(year) ? [...year].join('') : year)
  // 十二年 and 300年 are as often a span of time as a year: they count as an amount of years.
  if (month === undefined && !before && year.length < 4) return add('number', 'year', [positional(year)])
  const signed = number === undefined ? undefined : before ? -number : (positional(year) ?? number)
  if (month === undefined) return add('date', 'y', [signed])
  if (day === undefined) return add('date', 'ym', [signed, one(month)])
  return add('date', 'ymd', [signed, one(month), one(day)])
}

/** 一九九八 and 九八 read digit by digit: as years they never mean neighbours (九八 is not 9 or 8). */
function positional(year: string): number | undefined {
  if (/^\d+$/.test(year)) return Number(year)
  return Number([...year].map((character) => '零一二三四五六七八九'.indexOf(character)).join(''))
}

/** Both ends of a range are values of the unit that stands after the second. */
function readRange(folded: string, match: RegExpExecArray, add: Add): number {
  const groups: Groups = match.groups ?? {}
  const end = match.index + match[0].length
  const lowLength = (groups.low ?? '').length
  const low = one(groups.low)
  const high = one(groups.high)
  if (low === undefined || high === undefined) return add('number', '', [low], match.index + lowLength)
  if (/^年(?!代|级)/.test(folded.slice(end)) && (groups.high ?? '').length === 4) {
    // The second year may have a month: it is read on its own.
    add('date', 'y', [low], match.index + lowLength)
    return match.index + lowLength
  }
  if (/^\s*月/.test(folded.slice(end)) || /^\s*[日号](?!线)/.test(folded.slice(end))) {
    add('date', /^\s*月/.test(folded.slice(end)) ? 'm' : 'd', [low], match.index + lowLength)
    return match.index + lowLength
  }
  const unit = unitAt(folded, end)
  const scaled = scaleLow(groups.low ?? '', low, groups.high ?? '')
  const factor = unit?.factor ?? 1
  const shape = unit?.unit ?? ''
  add('number', shape, [rounded(scaled * factor)], match.index + lowLength)
  // The second end keeps its own span by being read again as an amount.
  return match.index + lowLength
}

/** In 3-5万 the magnitude belongs to both ends. */
function scaleLow(low: string, value: number, high: string): number {
  const magnitude = /[万亿]+$/.exec(high)?.[0] ?? ''
  if (magnitude === '' || /[万亿]$/.test(low)) return value
  return value * (magnitude.includes('亿') ? 1e8 : 1) * (magnitude.includes('万') ? 1e4 : 1)
}

function rounded(value: number): number {
  return Number(value.toPrecision(12))
}

const COMMON_WORDS =
  /^(?:千[克米瓦焦卡赫伏帕]|百[帕货]|万一|千万(?![元人户吨美次年个条只件册]|\d)|一一|三三|九九|万万|十十)/

function readAmount(folded: string, match: RegExpExecArray, add: Add): number {
  const groups: Groups = match.groups ?? {}
  const numeral = groups.amount ?? ''
  const bare = match.index + match[0].length
  const numbers = numeral === '半' ? [0.5] : readNumeral(numeral)
  const isDigits = /\d/.test(numeral)
  let at = bare
  while (/[\s多余来几]/.test(folded[at] ?? '') && at < bare + 2) at++
  const unit = unitAt(folded, at) ?? unitAt(folded, bare)
  // A run of numerals that is no number (一五百元) cannot be what a source says.
  if (numbers.length === 0 && numeral.length > 1 && unit !== undefined)
    return add('number', unit.unit, [Number.NaN], at + unit.length)
  if (numbers.length === 0 || (!isDigits && unit === undefined && numeral.length < 2)) return bare
  if (!isDigits && (COMMON_WORDS.test(folded.slice(match.index)) || isCommonWord(folded, match.index, numeral)))
    return bare
  if (isDigits && /[a-z_]/.test(folded[match.index - 1] ?? '')) {
    return add(
      'number',
      `code ${unit?.unit ?? ''}`,
      at === bare ? numbers.map((n) => rounded(n * (unit?.factor ?? 1))) : numbers,
      bare + (at === bare ? (unit?.length ?? 0) : 0),
    )
  }
  const end = unit === undefined ? bare : (unitAt(folded, at) === undefined ? bare : at) + unit.length
  const half = folded[end] === '半' && unit !== undefined ? 0.5 : 0
  const sign = groups.negative !== undefined && isNegative(folded, match.index, groups.negative) ? -1 : 1
  const weak = numeral === '一'
  let until = bare
  for (const number of numbers) {
    until = add(
      'number',
      unit?.unit ?? '',
      [rounded(sign * (number + half) * (unit?.factor ?? 1))],
      end + (half > 0 ? 1 : 0),
      weak,
    )
  }
  return until
}

/** A hyphen is a minus only where no word or number stands before it. */
function isNegative(folded: string, at: number, sign: string): boolean {
  return sign !== '-' || !/[\p{L}\p{N})\]%‰℃]/u.test(folded[at - 1] ?? '')
}

/** 十分, 一度, 一时, 一道 … are words, not amounts. */
function isCommonWord(folded: string, at: number, numeral: string): boolean {
  const word = folded.slice(at, at + numeral.length + 1)
  if (word === '十分') return folded[at + 2] !== '钟' && !/[,。;]/.test(folded[at + 2] ?? '')
  return /^(?:一度|一时|一道|一面|一对一|一代|一世|一行|一回|一把|一点|一步|一路|一队|一班|一句|一口|一级|一分|三角|四面|八面|两面|百年|千里|万里|千家|万户|百家|一处|一国|两国|四方|一双|一双|一字|一批|一圈|一片|一排|一组|一期|三国|两岸)/.test(
    word,
  )
    ? numeral.length === 1
    : false
}
