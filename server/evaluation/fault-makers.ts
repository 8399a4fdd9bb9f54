import { readNumeral } from '../grounding/numerals.ts'
import { tagWords } from '../grounding/tag-words.ts'
import type { SeededRandom } from './seeded-random.ts'

export const FAULTS = [
  'number-invented',
  'number-swapped',
  'date-invented',
  'date-swapped',
  'unit',
  'name-invented',
  'name-swapped',
  'honour',
  'quotation',
  'negation',
  'document-number',
  'superseded',
] as const
export type Fault = (typeof FAULTS)[number]

/** Puts one fault into a sentence of the passage; undefined where the sentence has no place for it. */
export type FaultMaker = (sentence: string, passage: string, random: SeededRandom) => string | undefined

const UNIT =
  '公里|千米|厘米|公分|毫米|公尺|米|公斤|千克|公顷|平方公里|平方米|吨|万元|亿元|美元|元|万人|人|名|位|个|座|条|次|岁|倍|枚|层|集|场|小时|分钟|天|个月|世纪|号线|号|度|%|分|所|家|种|辆|艘|架|站|届|级|卷|章|首|球|间'
const AMOUNT = new RegExp(
  `(?<![\\d.,:第])(\\d+(?:,\\d{3})*(?:\\.\\d+)?|[二三四五六七八九十百千]{1,4})(万|亿|多|余)?(${UNIT})`,
  'g',
)
const YEAR = /(?<!\d)(1\d{3}|20[0-2]\d)(?=年)/g
const DAY = /(?<!\d)(\d{1,2})月(\d{1,2})日/g

interface Spot {
  readonly at: number
  readonly text: string
}

function spots(text: string, pattern: RegExp, group: number): (Spot & { readonly match: RegExpExecArray })[] {
  return [...text.matchAll(pattern)].map((match) => {
    const found = match[group] ?? ''
    return { at: match.index + match[0].indexOf(found), text: found, match }
  })
}

function put(sentence: string, spot: Spot, replacement: string): string {
  return sentence.slice(0, spot.at) + replacement + sentence.slice(spot.at + spot.text.length)
}

const NUMERALS = '零一二三四五六七八九'

/** A number of the same look and size that the passage does not have. */
function inventNumber(numeral: string, passage: string, random: SeededRandom): string | undefined {
  for (let attempt = 0; attempt < 30; attempt++) {
    const made = /\d/.test(numeral) ? inventDigits(numeral, random) : inventChinese(numeral, random)
    if (made !== numeral && !hasNumber(passage, made)) return made
  }
  return undefined
}

function inventDigits(numeral: string, random: SeededRandom): string {
  let first = true
  return numeral.replaceAll(/\d/g, () => {
    const digit = random.between(first ? 1 : 0, 9)
    first = false
    return String(digit)
  })
}

function inventChinese(numeral: string, random: SeededRandom): string {
  return numeral.replaceAll(/[一二三四五六七八九]/g, () => NUMERALS.charAt(random.between(2, 9)))
}

function hasNumber(passage: string, numeral: string): boolean {
  if (/\d/.test(numeral)) {
    if (new RegExp(`(?<!\\d)${numeral.replace('.', '\\.')}(?!\\d)`).test(passage.normalize('NFKC'))) return true
    const value = Number(numeral)
    return value < 10 && passage.includes(NUMERALS.charAt(value))
  }
  return passage.includes(numeral) || passage.includes(String(NUMERALS.indexOf(numeral)))
}

const numberInvented: FaultMaker = (sentence, passage, random) => {
  const places = spots(sentence, AMOUNT, 1)
  if (places.length === 0) return undefined
  const spot = random.pick(places)
  const made = inventNumber(spot.text, passage, random)
  return made === undefined ? undefined : put(sentence, spot, made)
}

const numberSwapped: FaultMaker = (sentence, passage, random) => {
  for (const spot of random.shuffle(spots(sentence, AMOUNT, 1))) {
    const tail = spot.match[0].slice(spot.text.length)
    const others = spots(passage, AMOUNT, 1).filter(
      (other) => other.match[0].slice(other.text.length) === tail && !sameNumber(other.text, spot.text),
    )
    if (others.length > 0) return put(sentence, spot, random.pick(others).text)
  }
  return undefined
}

function sameNumber(one: string, other: string): boolean {
  return readNumeral(one).join() === readNumeral(other).join()
}

const dateInvented: FaultMaker = (sentence, passage, random) => {
  const years = spots(sentence, YEAR, 1)
  const days = spots(sentence, DAY, 0)
  if (days.length > 0 && (years.length === 0 || random.next() < 0.4)) {
    const spot = random.pick(days)
    const made = `${random.between(1, 12)}月${random.between(1, 28)}日`
    return passage.includes(made) ? undefined : put(sentence, spot, made)
  }
  if (years.length === 0) return undefined
  const spot = random.pick(years)
  const made = String(Number(spot.text) + random.pick([-13, -7, -4, -3, -2, -1, 1, 2, 3, 5, 8, 11]))
  return passage.includes(made) ? undefined : put(sentence, spot, made)
}

const dateSwapped: FaultMaker = (sentence, passage, random) => {
  for (const [pattern, group] of random.shuffle([[YEAR, 1] as const, [DAY, 0] as const])) {
    for (const spot of random.shuffle(spots(sentence, pattern, group))) {
      const others = spots(passage, pattern, group).filter((other) => other.text !== spot.text)
      if (others.length > 0) return put(sentence, spot, random.pick(others).text)
    }
  }
  return undefined
}

const OTHER_UNITS: Readonly<Record<string, string>> = {
  公里: '米',
  千米: '米',
  米: '公里',
  公尺: '公里',
  厘米: '米',
  公分: '米',
  毫米: '厘米',
  公斤: '吨',
  千克: '吨',
  吨: '公斤',
  公顷: '平方公里',
  平方公里: '平方米',
  平方米: '公顷',
  万元: '亿元',
  亿元: '万元',
  美元: '元',
  元: '美元',
  万人: '人',
  人: '万人',
  岁: '个月',
  小时: '天',
  分钟: '小时',
  天: '个月',
  个月: '年',
  世纪: '年',
  倍: '%',
  '%': '倍',
  层: '米',
  度: '米',
  次: '年',
  座: '公里',
  集: '小时',
}

const unit: FaultMaker = (sentence, passage, random) => {
  for (const spot of random.shuffle(spots(sentence, AMOUNT, 3))) {
    const other = OTHER_UNITS[spot.text]
    const at = spot.match.index + spot.match[0].length - spot.text.length
    if (other === undefined || passage.includes(spot.match[0].slice(0, -spot.text.length) + other)) continue
    return put(sentence, { at, text: spot.text }, other)
  }
  return undefined
}

const SURNAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕']
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英建国志远海燕晓东文博子涵振华德山立新春梅']
const FOREIGN = [...'阿布卡德尔费格哈杰克拉莫尼帕奎罗斯特乌维亚佐']
const PLACES = [...'云岭清河安石金柳白松青泉新阳永丰长兴临东宁']

function inventName(tag: string, random: SeededRandom): string {
  const letters = (from: readonly string[], count: number) =>
    Array.from({ length: count }, () => random.pick(from)).join('')
  if (tag === 'ns') return letters(PLACES, 2) + random.pick(['市', '县', '镇', '村', '州'])
  if (tag === 'nt') return letters(PLACES, 2) + random.pick(['集团公司', '机械厂', '大学', '研究院', '协会'])
  if (tag === 'nrt') return letters(FOREIGN, random.between(3, 4))
  return random.pick(SURNAMES) + letters(GIVEN, random.between(1, 2))
}

/** Names of two letters and more that jieba is sure of: people, places, organisations. */
function namesOf(text: string): (Spot & { readonly tag: string })[] {
  return tagWords(text)
    .filter(({ word, tag }) => /^(?:nr|nrt|nrfg|ns|nt)$/.test(tag) && word.length > 1)
    .filter(
      ({ word }) =>
        !/^(?:全国|外国|我国|东西|东北|西北|西南|东南|南北|城市|太阳|海洋|大桥|王国|和尚|明白|荣誉|文明)$/.test(word),
    )
    .map(({ word, tag, start }) => ({ text: word, tag, at: start }))
}

const nameInvented: FaultMaker = (sentence, passage, random) => {
  const names = namesOf(sentence)
  if (names.length === 0) return undefined
  const spot = random.pick(names)
  const made = inventName(spot.tag, random)
  return passage.includes(made) ? undefined : put(sentence, spot, made)
}

const nameSwapped: FaultMaker = (sentence, passage, random) => {
  for (const spot of random.shuffle(namesOf(sentence))) {
    const others = namesOf(passage).filter(
      ({ text, tag }) =>
        tag === spot.tag && !sentence.includes(text) && !text.includes(spot.text) && !spot.text.includes(text),
    )
    if (others.length > 0) return put(sentence, spot, random.pick(others).text)
  }
  return undefined
}

const PRIZES = [
  '全国五一劳动奖章',
  '全国劳动模范称号',
  '国家科技进步二等奖',
  '中华技能大奖',
  '鲁班奖',
  '全国三八红旗手称号',
  '省级技术能手称号',
  '诺贝尔和平奖',
  '大国工匠年度人物',
  '金鸡奖最佳男主角奖',
  '先进生产者称号',
  '普利策奖',
]

const honour: FaultMaker = (sentence, passage, random) => {
  const prize = random.pick(PRIZES)
  if (passage.includes(prize.slice(0, 4))) return undefined
  const own = /[\p{Script=Han}]{2,6}(?:奖章|奖|称号|勋章|冠军|亚军|金牌|银牌)/u.exec(sentence)
  if (own !== null) return sentence.slice(0, own.index) + prize + sentence.slice(own.index + own[0].length)
  const end = /[。！？]?$/.exec(sentence)?.index ?? sentence.length
  return `${sentence.slice(0, end)}，${random.pick(['并获得', '还荣获', '后来被评为', '并因此拿到了'])}${prize}。`
}

const SAYINGS = [
  '只要功夫深，铁杵磨成针',
  '质量就是生命',
  '干一行就要爱一行',
  '没有最好，只有更好',
  '安全第一，预防为主',
  '这是我一生中最难忘的一天',
  '我从来没有后悔过',
  '时间会证明一切',
]

const quotation: FaultMaker = (sentence, _passage, random) => {
  const quoted = [...sentence.matchAll(/[“「]([^”」]{4,})[”」]/g)]
  const end = /[。！？]?$/.exec(sentence)?.index ?? sentence.length
  if (quoted.length === 0 || random.next() < 0.3) {
    return `${sentence.slice(0, end)}，并说：“${random.pick(SAYINGS)}。”`
  }
  const words = random.pick(quoted)[1] ?? ''
  const at = random.between(0, words.length - 2)
  const changed = words.slice(0, at) + random.pick(['永远', '一定', '从不', '工人', '世界']) + words.slice(at + 2)
  return changed === words ? undefined : sentence.replace(words, changed)
}

const MODALS: readonly (readonly [RegExp, string])[] = [
  [/(?:应当|必须|应该)(?!不)/, '可以'],
  [/不得(?!不)/, '可以'],
  [/可以/, '不得'],
  [/(?<=[岁年元人个倍])以上/, '以下'],
  [/(?<=[岁年元人个倍])以下/, '以上'],
  [/不超过/, '超过'],
  [/至少/, '至多'],
]
const REMOVABLE =
  /没有(?=[\p{Script=Han}])|(?<![并是否无莫绝从])未(?=[能曾经被有获])|(?<!\p{Script=Han}{0}[差好了])不(?=[是会能属允再存可受])|并非(?=是)/u

const negation: FaultMaker = (sentence, _passage, random) => {
  const removed = sentence.replace(REMOVABLE, '')
  if (removed !== sentence && !/不得不|能不能|是不是|会不会/.test(sentence)) return removed
  for (const [pattern, other] of MODALS) if (pattern.test(sentence)) return sentence.replace(pattern, other)
  const verbs = tagWords(sentence).filter(
    ({ word, tag, start }) =>
      tag === 'v' &&
      word.length === 2 &&
      !/介绍|讲述|来看/.test(word) &&
      !/[不没未无非]/.test(sentence.slice(Math.max(0, start - 3), start + word.length)),
  )
  const links = [...sentence.matchAll(/(?<![不就还也都总凡于要老但可只正即若而却像]|不是)是(?=\p{Script=Han})/gu)]
  if (links.length > 0 && (verbs.length === 0 || random.next() < 0.4)) {
    const at = random.pick(links).index
    return `${sentence.slice(0, at)}不${sentence.slice(at)}`
  }
  if (verbs.length === 0) return undefined
  const verb = random.pick(verbs)
  return sentence.slice(0, verb.start) + random.pick(['没有', '未', '不']) + sentence.slice(verb.start)
}

const documentNumber: FaultMaker = (sentence, passage, random) => {
  const own =
    /第([一二三四五六七八九十百零\d]+)条|〔(\d{4})〕(\d+)号|(?<![\d.])(\d{2,4})(?=号(?:文|令|决议|公告))/.exec(sentence)
  const end = /[。！？]?$/.exec(sentence)?.index ?? sentence.length
  if (own !== null) {
    const made = own[0].replace(/[一二三四五六七八九]|\d(?!\d{3}〕)(?=[^〔]*$)/, (digit) =>
      /\d/.test(digit)
        ? String((Number(digit) + random.between(1, 8)) % 10)
        : NUMERALS.charAt(((NUMERALS.indexOf(digit) + random.between(0, 7)) % 9) + 1),
    )
    return made === own[0] || passage.includes(made) ? undefined : sentence.replace(own[0], made)
  }
  const made = random.pick([
    `（国发〔${random.between(2005, 2024)}〕${random.between(1, 80)}号）`,
    `，依据是人社部发〔${random.between(2010, 2024)}〕${random.between(2, 99)}号文件`,
    `，见条例第${NUMERALS.charAt(random.between(2, 9))}十${NUMERALS.charAt(random.between(1, 9))}条`,
  ])
  return sentence.slice(0, end) + made + sentence.slice(end)
}

/** The fault is not in the words: the case's passage is out of force. */
const superseded: FaultMaker = (sentence) => sentence

export const FAULT_MAKERS: Readonly<Record<Fault, FaultMaker>> = {
  'number-invented': numberInvented,
  'number-swapped': numberSwapped,
  'date-invented': dateInvented,
  'date-swapped': dateSwapped,
  unit,
  'name-invented': nameInvented,
  'name-swapped': nameSwapped,
  honour,
  quotation,
  negation,
  'document-number': documentNumber,
  superseded,
}
