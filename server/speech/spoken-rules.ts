import { readLatin } from './read-latin.ts'
import { readCount, readDigits, readNumber } from './read-number.ts'
import { CURRENCIES, PER, UNITS } from './spoken-words.ts'

/** What stands around a match, at most a dozen characters. */
export interface Around {
  readonly before: string
  readonly after: string
}

/** One way of reading: what matches, and what is said for it; undefined where it does not hold here. */
export interface SpokenRule {
  readonly pattern: RegExp
  readonly read: (match: RegExpExecArray, around: Around) => string | undefined
}

const NUMBER = '(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?'
const TO = '\\s?(?:-|–|—{1,2}|~|至|到)\\s?'
const alternatives = (names: readonly string[]) =>
  [...names]
    .sort((left, right) => right.length - left.length)
    .map((name) => name.replace(/[$./]/g, '\\$&'))
    .join('|')
const UNIT = alternatives(Object.keys(UNITS))
const PER_UNIT = alternatives(Object.keys(PER))
const CURRENCY = alternatives(Object.keys(CURRENCIES))
const PARTS: Readonly<Record<string, string>> = { '%': '百分之', '‰': '千分之', '‱': '万分之' }

const HOTLINE_BEFORE = /(?:拨打|拨|致电|打|热线|电话|专线|号码)[是为了:：“"（(\s]{0,2}$/
const HOTLINE_AFTER = /^[”"）)]?(?:热线|专线|报警|急救|举报)/
const CODE_BEFORE = /(?:QQ|号码?|编码|代码|邮编|编号)[是为:：\s]{0,2}$/
const CODE_AFTER = /^(?:不锈钢|室|房|国道|省道|县道|高速|次列车|次航班|路公交|路车|信箱|铝)/
const KNOWN_LINES = new Set('12306 12315 12320 12333 12338 12345 12348 12350 12351 12355 12366 12369'.split(' '))
const NICKNAMES: Readonly<Record<string, RegExp>> = {
  985: /^[”"]?(?:工程|高校|大学|院校|、|\/|和)/,
  211: /^[”"]?(?:工程|高校|大学|院校|、|\/|和)/,
  996: /^[”"]?(?:工作制|加班|模式|式)/,
}

const rule = (source: string, read: SpokenRule['read'], flags = ''): SpokenRule => ({
  pattern: new RegExp(source, `yu${flags}`),
  read,
})
const nothing = () => ''
const isMonth = (text = '') => Number(text) >= 1 && Number(text) <= 12
const isDay = (text = '') => Number(text) >= 1 && Number(text) <= 31

/** What is not read at all, and what only Markdown means. */
const STRIPPED: readonly SpokenRule[] = [
  rule('```[^\\n]*\\n?[\\s\\S]*?(?:```|$)', nothing),
  rule('!?\\[(?=[^\\]\\n]*\\]\\()', nothing),
  rule('\\]\\([^)\\s]*\\)', nothing),
  rule('</?[a-zA-Z][^>\\n]{0,80}>', nothing),
  rule('(?:https?|ftp)://[^\\s，。；！？、）)》」”"\'<>\\p{Script=Han}]+|www\\.[\\w./-]+', nothing),
  rule('[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+', nothing),
  rule('[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*\\.(?:com|cn|org|net|gov|edu|io)(?![A-Za-z])(?:/[\\w./?=&#%-]*)?', nothing),
  // 〔2023〕12号 is the number of a document, [12] the mark of a citation.
  rule('[〔\\[（(【](\\d{4})[〕\\]）)】]\\s?第?(\\d+)\\s?号', ([, year = '', number = '']) => {
    return `${readDigits(year)}、${readNumber(number)}号`
  }),
  rule('\\[\\^?\\d{1,3}(?:\\s?[,，、-]\\s?\\d{1,3})*\\]|【\\d{1,3}(?:†[^】]*)?】|\\[\\^[\\w-]+\\]', nothing),
  rule('(?:\\p{Extended_Pictographic}|\\p{Regional_Indicator}|[\\u{1F3FB}-\\u{1F3FF}\\uFE0F\\u200D\\u20E3])+', nothing),
  rule('\\|?[ \\t]*:?-{3,}:?[ \\t]*(?:\\|[ \\t:|-]*)?(?=\\n|$)', (_match, { before }) =>
    before === '' || before.endsWith('\n') ? '' : undefined,
  ),
  rule('(?:#{1,6}|[-*+•]|>)[ \\t]+', (_match, { before }) => (/(?:^|\n)[ \t]*$/.test(before) ? '' : undefined)),
  rule('(\\d{1,2})(?:[.)][ \\t]+(?!\\d)|\\.(?=\\p{Script=Han}))', ([, number = ''], { before }) =>
    /(?:^|\n)[ \t]*$/.test(before) ? `${readNumber(number)}、` : undefined,
  ),
]

const PHONES: readonly SpokenRule[] = [
  rule('(?:\\+?86[- ]?)?1[3-9]\\d[- ]?\\d{4}[- ]?\\d{4}(?!\\d)', ([all]) => readDigits(all, true)),
  rule('[(]?0\\d{2,3}[)]?[- ]?\\d{7,8}(?:-\\d{1,6})?(?!\\d)', ([all]) => readDigits(all, true)),
  rule('[48]00-?\\d{3}-?\\d{4}(?!\\d)', ([all]) => readDigits(all, true)),
  rule('\\d{3,}(?![\\d.,%])', ([all], { before, after }) => {
    const line = HOTLINE_BEFORE.test(before) || HOTLINE_AFTER.test(after) || CODE_BEFORE.test(before)
    const nickname = NICKNAMES[all]?.test(after) || (/[“"]$/.test(before) && /^[”"]/.test(after) && all in NICKNAMES)
    return line || nickname || CODE_AFTER.test(after) || KNOWN_LINES.has(all) ? readDigits(all, true) : undefined
  }),
]

const DATES: readonly SpokenRule[] = [
  rule('(\\d{4})([-./])(\\d{1,2})\\2(\\d{1,2})(?![\\d.])日?', ([, year = '', , month = '', day = '']) =>
    isMonth(month) && isDay(day)
      ? `${readDigits(year)}年${readNumber(plain(month))}月${readNumber(plain(day))}日`
      : undefined,
  ),
  rule(`(\\d{4})年?${TO}(\\d{4})(?=年|学年)`, ([all, from = '', to = '']) => {
    return `${readDigits(from)}${all[4] === '年' ? '年' : ''}到${readDigits(to)}`
  }),
  rule(`(\\d{4})(?=年(?!历史|之久|文明|光阴))`, ([, year = ''], { before, after }) => {
    const long = Number(year) < 1800 && /^年(?:前|来|以前|的历史)/.test(after)
    return Number(year) < 3000 && !long && !/[万亿.,第]$/.test(before) ? readDigits(year) : undefined
  }),
  rule('((?:19|20)\\d\\d)(?=[级届款版]|财年|赛季|学年)', ([, year = '']) => readDigits(year)),
  rule(
    '((?:19|20)\\d\\d)[-.](0[1-9]|1[0-2])(?![\\d.%-]|[元年万亿米度吨])',
    ([, year = '', month = '']) => `${readDigits(year)}年${readNumber(plain(month))}月`,
  ),
  rule(
    "['‘’]?(\\d\\d)年(?=\\d{1,2}月)|['‘’](\\d\\d)(?=年)|(0\\d)(?=年)",
    ([all, one, two, three]) => readDigits(one ?? two ?? three ?? '') + (all.endsWith('年') ? '年' : ''),
  ),
  rule('(\\d{3})(?=年)', ([, year = ''], { before }) => (before.endsWith('公元') ? readDigits(year) : undefined)),
  rule('([05-9]0)(?=后(?!面|来|续|方))', ([, decade = '']) => readDigits(decade)),
  rule('(\\d{1,2})·(\\d{1,2})', ([, month = '', day = '']) => readDigits(month + day)),
  rule('20[0-4]\\d(?=[，。！？；、]|$|远景|规划|目标|纲要)', ([year], { before }) =>
    /(?:到|至|向|自|从)[“"]?$/.test(before) ? readDigits(year) : undefined,
  ),
  rule(
    '([01]?\\d|2[0-4])[:：]([0-5]\\d)(?:[:：]([0-5]\\d))?(?!\\d)',
    ([, hour = '', minute = '', second], { before }) => {
      if (/比[^\d。，]{0,3}$|以$/.test(before)) return undefined
      const hours = `${readCount(plain(hour), '点')}点`
      const minutes = minute === '00' && second === undefined ? '' : `${leading(minute)}分`
      return hours + minutes + (second === undefined ? '' : `${leading(second)}秒`)
    },
  ),
  rule(`(${NUMBER})\\s?[:：]\\s?(${NUMBER})`, ([, one = '', other = '']) => `${readNumber(one)}比${readNumber(other)}`),
]

const QUANTITIES: readonly SpokenRule[] = [
  rule(
    `([-−+±])?(${NUMBER})(?:${TO}(${NUMBER}))?\\s?([%‰‱])`,
    ([, sign = '', from = '', to, mark = ''], { before }) => {
      if (sign !== '' && !isSign(before)) return undefined
      const part = PARTS[mark] ?? ''
      const first = mark === '%' && from === '100' ? '百' : readNumber(from)
      return `${signOf(sign, before)}${part}${first}${to === undefined ? '' : `到${readNumber(to)}`}`
    },
  ),
  rule(
    `(${CURRENCY})\\s?(${NUMBER})(?:${TO}(${NUMBER}))?\\s?(万亿|万|亿|千)?元?`,
    ([, sign = '', from = '', to, size = '']) =>
      `${readCount(from, size)}${to === undefined ? '' : `到${readCount(to, size)}`}${size}${CURRENCIES[sign] ?? '元'}`,
  ),
  rule('24/7', () => '全天候'),
  rule('(\\d{1,3})\\s(\\d{1,3})/(\\d{1,3})(?![\\d/])|(\\d{1,3})([½⅓⅔¼¾⅛])', (match) => {
    const [, whole, top = '', bottom = '', before, vulgar = ''] = match
    if (before !== undefined) return `${readNumber(before)}又${vulgarOf(vulgar)}`
    return `${readNumber(whole ?? '')}又${readNumber(bottom)}分之${readNumber(top)}`
  }),
  rule('(\\d{1,4})/(\\d{1,4})(?![\\d/])', ([, top = '', bottom = '']) => `${readNumber(bottom)}分之${readNumber(top)}`),
  rule('(\\d{3})L(?=[不型]?.?[锈号]?钢)', ([, grade = '']) => `${readDigits(grade, true)}L`),
  rule(
    `([-−+±])?(${NUMBER})(?:${TO}([-−]?${NUMBER}))?\\s?(${UNIT})(?:/(${PER_UNIT}))?(?![A-Za-z])`,
    ([, sign = '', from = '', to, unit = '', per], { before, after }) => {
      if (/^[AVWNLJ]$/.test(unit) && /^(?:级|景|股|类|型|角|形)/.test(after)) return undefined
      if (/[A-Za-z]$/.test(before) || (sign !== '' && !isSign(before))) return undefined
      const named = `${UNITS[unit] ?? unit}${per === undefined ? '' : `每${PER[per] ?? per}`}`
      const below = /[℃C]$/.test(unit) ? '零下' : '负'
      const read = (text: string) => (/^[-−]/.test(text) ? below + readNumber(text.slice(1)) : readCount(text, named))
      const first = sign === '-' || sign === '−' ? below : signOf(sign, before)
      return `${first}${read(from)}${to === undefined ? '' : `到${read(to)}`}${named}`
    },
  ),
  rule(`/(${PER_UNIT})(?![A-Za-z])`, ([, unit = ''], { before }) =>
    /\p{Script=Han}$/u.test(before) ? `每${PER[unit] ?? unit}` : undefined,
  ),
  rule('/(?=\\p{Script=Han})', (_match, { before }) => {
    if (/[\d一二两三四五六七八九十百千万亿几.]\s?\p{Script=Han}{0,3}(?:元|块|件|个|吨|斤|次|人|米|度)$/u.test(before))
      return '每'
    if (before.endsWith('和')) return ''
    return /\p{Script=Han}$/u.test(before) ? '或' : undefined
  }),
  rule('(\\d+)(?:st|nd|rd|th)(?![A-Za-z])', ([, number = '']) => `第${readNumber(number)}`),
  rule('[Nn][Oo]\\.\\s?(\\d+)', ([, number = '']) => `第${readNumber(number)}`),
  rule('(\\d+)#', ([, number = '']) => `${readNumber(number)}号`),
  rule('\\d+(?:\\.\\d+){2,}', ([version]) => version.split('.').map(readNumber).join('点')),
  rule(`(\\d+(?:\\.\\d+)?)\\s?[×xX*]\\s?(?=\\d)`, ([, number = '']) => `${readNumber(number)}乘`),
  rule(`(\\d+(?:\\.\\d+)?)\\s?[+]\\s?(?=\\d)`, ([, number = '']) => `${readNumber(number)}加`),
  rule('(\\d{1,4}(?:\\.\\d+)?)([A-Z](?:[A-Za-z]{0,4}))(?![A-Za-z])', ([, number = '', letters = ''], around) => {
    return `${/^\d{3}$/.test(number) ? readDigits(number, true) : readNumber(number)}${readLatin(letters, around)}`
  }),
  rule(`(${NUMBER})${TO}(${NUMBER})(?![A-Za-z\\d]|-\\d)`, ([, from = '', to = ''], { before, after }) => {
    if (/[A-Za-z]$/.test(before)) return undefined
    return `${readCount(from, after)}到${readCount(to, after)}`
  }),
  rule('[-–—~](?=\\s?\\d)', (_match, { before }) => (/[\d%‰℃°日月号点分]$/.test(before) ? '到' : undefined)),
  rule(`([-−+±])?(${NUMBER})`, ([, sign = '', number = ''], { before, after }) => {
    if (before.endsWith('第')) return readNumber(number)
    const below = /[-−]/.test(sign) && /^\s?(?:摄氏)?度/.test(after) && isSign(before)
    if (sign !== '' && before.endsWith('零下')) return readCount(number, after)
    return `${below ? '零下' : signOf(sign, before)}${readCount(number, after.trimStart())}`
  }),
]

const STANDARD = rule(
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
)

/** Rules for what begins with a digit or a sign before one, in the order in which they are tried. */
export const NUMBER_RULES: readonly SpokenRule[] = [...STRIPPED, ...PHONES, ...DATES, ...QUANTITIES]
/** Rules for what begins with a Latin letter. */
export const LATIN_RULES: readonly SpokenRule[] = [
  ...STRIPPED.filter(({ pattern }) => /@|www|com/.test(pattern.source)),
  ...QUANTITIES.filter(({ pattern }) => /\[Oo\]|US/.test(pattern.source)),
  STANDARD,
  rule("[A-Za-z][A-Za-z0-9+#]*(?:[-/.&'][A-Za-z0-9]+)*", ([token], around) => readLatin(token, around)),
]
/** Rules for everything else. */
export const OTHER_RULES: readonly SpokenRule[] = [
  ...STRIPPED,
  ...PHONES.slice(0, 2),
  ...DATES.filter(({ pattern }) => pattern.source.startsWith("['")),
  ...QUANTITIES,
]

/** Without the zero that fills a month or an hour up. */
function plain(number: string): string {
  return number.replace(/^0(?=\d)/, '')
}

function leading(number: string): string {
  return number.startsWith('0') ? `零${readNumber(number.slice(1))}`.replace('零零', '零') : readNumber(number)
}

/** Whether a sign that follows `before` is one of a number, no dash between things. */
function isSign(before: string): boolean {
  return !/[\dA-Za-z)）%]$/.test(before)
}

function signOf(sign: string, before: string): string {
  if (sign === '' || !isSign(before)) return ''
  if (sign === '±') return '正负'
  return sign === '+' ? '正' : '负'
}

function vulgarOf(char: string): string {
  const [top = 1, bottom = 2] =
    { '½': [1, 2], '⅓': [1, 3], '⅔': [2, 3], '¼': [1, 4], '¾': [3, 4], '⅛': [1, 8] }[char] ?? []
  return `${readNumber(String(bottom))}分之${readNumber(String(top))}`
}
