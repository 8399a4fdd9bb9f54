import { readLatin } from './read-latin.ts'
import { readCount, readDigits, readNumber } from './read-number.ts'
import { ABBREVIATION, ADDRESS, POWER, STAINLESS, STANDARDS, STEEL_GRADE } from './spoken-codes.ts'
import { rule, type SpokenRule } from './spoken-rule.ts'
import { CURRENCIES, PER, UNITS } from './spoken-words.ts'

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
const HOTLINE_AFTER = /^[”"）)]?(?:热线|专线|报警|火警|消防|接警|出警|急救|救护|举报)/
const CODE_BEFORE = /(?:QQ|号码?|分机|内线|房间|身份证|编码|代码|邮编|编号)[是为:：\s]{0,2}$/
const CODE_AFTER = /^(?:不锈钢|室|房|国道|省道|县道|高速|次列车|次航班|路公交|路车|信箱|铝)/
/** A line that is counted is a number after all. */
const COUNTED = /^\s?(?:个|名|位|人|件|台|套|元|次|条|根|吨|米|公里|小时|户|家)/
const KNOWN_LINES = new Set('12306 12315 12320 12333 12338 12345 12348 12350 12351 12355 12366 12369'.split(' '))
const HAN_DIGIT = /[一二三四五六七八九十百]$/
const NICKNAMES: Readonly<Record<string, RegExp>> = {
  315: /^[”"]?(?:晚会|消费者)/,
  618: /^[”"]?(?:大促|购物节|活动|期间)/,
  985: /^[”"]?(?:工程|高校|大学|院校|、|\/|和)/,
  211: /^[”"]?(?:工程|高校|大学|院校|、|\/|和)/,
  996: /^[”"]?(?:工作制|加班|模式|式)/,
}

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
    return line || nickname || CODE_AFTER.test(after) || (KNOWN_LINES.has(all) && !COUNTED.test(after))
      ? readDigits(all, true)
      : undefined
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
  rule('([015-9]0|[06-9]5)(?=后(?!面|来|续|方)|、[015-9][05]后)', ([, decade = '']) => readDigits(decade)),
  rule(
    '(\\d{1,2})(?:·|\\.(?=\\d{1,2}(?:汶川|芦山|[大特]?地震|运动|事变|惨案)))(\\d{1,2})',
    ([, month = '', day = '']) => readDigits(month + day),
  ),
  rule('20[0-4]\\d(?=[，。！？；、]|$|远景|规划|目标|纲要)', ([year], { before }) =>
    /(?:到|至|向|自|从)[“"]?$/.test(before) ? readDigits(year) : undefined,
  ),
  rule(
    '([01]?\\d|2[0-4])[:：]([0-5]\\d)(?:[:：]([0-5]\\d))?(?!\\d)',
    ([, hour = '', minute = '', second], { before, after }) => {
      if (/比[^\d。，]{0,3}$|以$/.test(before) || /^的?(?:比|配比)/.test(after)) return undefined
      const hours = `${readCount(plain(hour), '点')}点`
      const minutes = minute === '00' && second === undefined ? '' : `${leading(minute)}分`
      return hours + minutes + (second === undefined ? '' : `${leading(second)}秒`)
    },
  ),
  rule(`${NUMBER}(?:\\s?[:：]\\s?${NUMBER})+`, ([all]) =>
    all
      .split(/[:：]/)
      .map((part) => readNumber(part.trim()))
      .join('比'),
  ),
]

const QUANTITIES: readonly SpokenRule[] = [
  rule(
    `([-−+±])?(${NUMBER})(?:${TO}(${NUMBER}))?\\s?([%‰‱])`,
    ([, sign = '', from = '', to, mark = ''], { before }) => {
      if (sign !== '' && !isSign(before)) return undefined
      const part = PARTS[mark] ?? ''
      const first = mark === '%' && from === '100' ? '百' : readNumber(from)
      return `${signOf(sign, before)}${part}${first}${to === undefined ? '' : `到${part}${readNumber(to)}`}`
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
  STAINLESS,
  STEEL_GRADE,
  POWER,
  rule('(\\d{1,3}(?:[ \u2009\u202f]\\d{3})+)(?=\\s?(?:元|个|名|人|件|台|吨|米|公里|小时|多|余))', ([all]) =>
    readNumber(all.replace(/\D/g, '')),
  ),
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
  ADDRESS,
  rule('\\d+(?:\\.\\d+){2,}', ([version]) => version.split('.').map(readNumber).join('点')),
  rule(`(\\d+(?:\\.\\d+)?)\\s?[×xX*]\\s?(?=\\d)`, ([, number = '']) => `${readNumber(number)}乘`),
  rule(`(\\d+(?:\\.\\d+)?)\\s?[+]\\s?(?=[\\dA-Z])`, ([, number = '']) => `${readNumber(number)}加`),
  rule('(\\d{1,4}(?:\\.\\d+)?)([A-Z](?:[A-Za-z]{0,4}))(?![A-Za-z])', ([, number = '', letters = ''], around) => {
    return `${/^\d{3}$/.test(number) ? readDigits(number, true) : readNumber(number)}${readLatin(letters, around)}`
  }),
  rule(`(${NUMBER})${TO}(${NUMBER})(?![A-Za-z\\d]|-\\d)`, ([, from = '', to = ''], { before, after }) => {
    if (/[A-Za-z]$/.test(before)) return undefined
    return `${readCount(from, after)}到${readCount(to, after)}`
  }),
  rule('[-–—~](?=\\s?[-−]?\\d)', (_match, { before }) =>
    /(?:[\d%‰℃°²³#年日月号点时分元米度]|\d\s?[A-Za-zμ/·]{1,5})\s?$/.test(before) ? '到' : undefined,
  ),
  rule('[-–—~](?=[一二三四五六七八九十百])', (_match, { before }) => (HAN_DIGIT.test(before) ? '到' : undefined)),
  rule('±(?=\\s?\\d)', () => '正负'),
  rule('/(?=\\s?\\d)', (_match, { before }) => (/\d\s?[A-Za-zμΩ℃%°]{1,4}$/.test(before) ? '、' : undefined)),
  rule('[φΦØ](?!\\s?\\d)', () => '斐'),
  rule(`([-−+±])?(${NUMBER})`, ([, sign = '', number = ''], { before, after }) => {
    if (before.endsWith('第')) return readNumber(number)
    if (sign === '±' && !isSign(before)) return `正负${readCount(number, after.trimStart())}`
    const below = /[-−]/.test(sign) && /^\s?(?:摄氏)?度/.test(after) && isSign(before)
    if (sign !== '' && before.endsWith('零下')) return readCount(number, after)
    return `${below ? '零下' : signOf(sign, before)}${readCount(number, after.trimStart())}`
  }),
]

/** A unit without a number: 按kg计. Those of one letter are left alone. */
const UNIT_ALONE = rule(
  `(${alternatives(Object.keys(UNITS).filter((unit) => /^[a-zμ]{2}|^[kMG][A-Z]/.test(unit)))})(?:/(${PER_UNIT}))?(?![A-Za-z\\d])`,
  ([, unit = '', per], { before }) =>
    /[A-Za-z\d]\s?$/.test(before)
      ? undefined
      : `${UNITS[unit] ?? unit}${per === undefined ? '' : `每${PER[per] ?? per}`}`,
)

/** Rules for what begins with a digit or a sign before one, in the order in which they are tried. */
export const NUMBER_RULES: readonly SpokenRule[] = [...STRIPPED, ...PHONES, ...DATES, ...QUANTITIES]
/** Rules for what begins with a Latin letter. */
export const LATIN_RULES: readonly SpokenRule[] = [
  ...STRIPPED.filter(({ pattern }) => /@|www|com/.test(pattern.source)),
  ...QUANTITIES.filter(({ pattern }) => /\[Oo\]|US/.test(pattern.source)),
  ABBREVIATION,
  ...STANDARDS,
  STEEL_GRADE,
  UNIT_ALONE,
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
  return !/[\dA-Za-z)）%‰℃℉°²³㎡㎜㎝㎞㎏#]$/.test(before)
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
