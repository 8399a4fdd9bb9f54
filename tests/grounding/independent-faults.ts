/**
 * Faults in sentences, made with nothing that the verifier knows: own patterns, own lists of names, own way to write
 * numbers. For tests only. A maker gives undefined where a sentence has no place for its fault.
 */
export interface Dice {
  readonly pick: <T>(items: readonly T[]) => T
  readonly between: (low: number, high: number) => number
}
type Maker = (sentence: string, passage: string, dice: Dice) => string | undefined

const words = (text: string) => text.trim().split(/\s+/)
const FAMILY = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁']
const GIVEN = words(`
  建军 志强 秀兰 丽娟 海涛 国庆 卫东 文静 浩然 子轩 欣怡 宇航 小红 晓明 玉兰 桂香 长江 胜利 和平 永红 爱民 大勇 春花 雪梅 振兴 光荣
  明 华 勇 燕 波 鑫 磊 倩 凯 婷 峰 娜 德全 万里 立本 守信 家栋 天佑 一鸣 思远 青云 金山 学文 保国 新民 世杰 佩珍 凤英 红旗 向阳 进步
`)
const FAMOUS = words(`
  李白 杜甫 鲁迅 钱学森 袁隆平 王进喜 焦裕禄 屠呦呦 诸葛亮 武则天 郑成功 孙中山 雷锋 陈景润 梅兰芳 爱因斯坦 牛顿 拿破仑 林肯 贝多芬 居里夫人
  约翰逊 史密斯 玛格丽特 亨利·威尔逊 卡尔·施密特 弗兰克 伊万诺夫 佐藤健一 铃木 金正浩
`)
const PLACE = words(`
  沈阳市 兰州 洛阳 开封市 深圳 珠海市 昆山市 福清 大庆 鞍山市 株洲市 云南省 贵州 青海省 西藏 拉萨 伊犁 敦煌 桐乡市 义乌 景德镇 巴黎 伦敦 柏林
  东京 莫斯科 开罗 加拿大 巴西 墨西哥 瑞典 越南 埃及 河湾镇 双桥镇 柳溪村 石门县 白云区 望江路
`)
const BODY = words(`
  清华大学 北京大学 复旦大学 同济医院 中国工商银行 宝山钢铁厂 东风汽车公司 大连造船厂 华为公司 人民日报社 中国科学院 哈尔滨工业大学 红旗拖拉机厂
  长虹机械厂 新华书店 联合国 世界银行 振华重工 三一集团 南方电网
`)
const HONOUR = words(`
  全国劳动模范 全国五一劳动奖章 大国工匠 国家科学技术进步奖一等奖 省五一劳动奖章 全国技术能手 鲁班奖 诺贝尔物理学奖 金鸡奖 茅盾文学奖 三八红旗手
  优秀共产党员 中国青年五四奖章 奥运会金牌 世界冠军 国务院特殊津贴 最美奋斗者 感动中国年度人物 市长质量奖 格莱美奖 科学技术突出贡献奖 全国道德模范
`)
const SAYING = words(`
  一分耕耘，一分收获 慢工出细活 活到老，学到老 我一辈子只做好这一件事 细节决定成败 人心齐，泰山移 干活要对得起良心 失败是成功之母 不怕慢，就怕站 谁也没有想到会有今天
`)

const HAN = '〇一二三四五六七八九'
/** A whole number up to 99,999 as it is spoken. */
export function spoken(value: number): string {
  let text = ''
  let gap = false
  for (const [unit, name] of [
    [10000, '万'],
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const) {
    const digit = Math.floor(value / unit) % 10
    if (digit === 0) gap = text !== ''
    else {
      text += (gap ? '零' : '') + HAN.charAt(digit) + name
      gap = false
    }
  }
  return text.replace(/^一十/, '十') || '零'
}

/** Puts `made` in the place of one match of the pattern; the match may be refused. */
function replaceOne(
  sentence: string,
  pattern: RegExp,
  dice: Dice,
  made: (match: string, index: number) => string | undefined,
): string | undefined {
  const matches = [...sentence.matchAll(pattern)]
  for (let attempt = 0; attempt < 4 && matches.length > 0; attempt++) {
    const match = dice.pick(matches)
    const text = made(match[0], match.index)
    if (text !== undefined && text !== match[0])
      return sentence.slice(0, match.index) + text + sentence.slice(match.index + match[0].length)
  }
  return undefined
}

function append(sentence: string, words: string): string {
  const end = /[。！？；]?[”」]?\s*$/.exec(sentence)?.index ?? sentence.length
  return sentence.slice(0, end) + words + sentence.slice(end)
}

const DIGITS = /(?<![\d.,，:：第a-zA-Z-])\d+(?:\.\d+)?(?![\d.,]|\s*[年月日号]|[a-zA-Z])/g
const HAN_AMOUNT =
  /(?<![一二三四五六七八九十百千万几第数〇零])(?:[二三四五六七八九]|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]百[一二三四五六七八九十]{0,4})(?=[个名位人岁天条座次年倍种台只间家届块元里](?![代人]))/g
const YEAR = /(?<!\d)(?:1[0-9]|20)\d\d(?=年)/g
const DAY = /(?<!\d)\d{1,2}月\d{1,2}日/g
const PERSON = new RegExp(
  `(?<=^|[，。、：；（“和与由跟对为给随叫的])[${FAMILY.join('')}]\\p{Script=Han}{1,2}(?=[，、（和与是在说于出任曾率担当获的把从]|先生|师傅|老师)`,
  'gu',
)
const FOREIGN = /[\p{Script=Han}]{2,5}·[\p{Script=Han}]{2,6}/gu
const PLACES = /(?<=[在于到从往赴的，、至由]|位于|来自)\p{Script=Han}{2,3}(?:省|市|县|区|镇|村)/gu
const BODIES = /(?<=[在于到从的，、由]|^)\p{Script=Han}{2,6}(?:大学|公司|学院|医院|银行|集团|工厂|机厂|协会|研究所)/gu

/** Letters of common words, which the patterns above take for names as well. */
const COMMON =
  /[的了是在其他她这那该此本有和与及或并由于为对从向往被将把就也都都个一二三四五六七八九十后前中上下内外各地等级社辖属任期性度可能会法人成时常平面方力物权全部总行政城市区县]\p{Script=Han}/u

/** Whether a text has this number, in digits or in words. */
function has(passage: string, value: number): boolean {
  return (
    passage.includes(String(value)) || (Number.isInteger(value) && value < 100000 && passage.includes(spoken(value)))
  )
}

function other(value: number, dice: Dice): number {
  const factor = dice.pick([0.5, 0.8, 0.9, 1.1, 1.2, 1.5, 2, 3, 10])
  const made = value < 12 ? value + dice.pick([1, 2, 3, 4, 5]) : Math.round(value * factor) + dice.between(0, 2)
  return made === value ? value + 1 : made
}

/** Where a name stands, another one. */
function nameInPlace(pattern: RegExp, names: readonly string[]): Maker {
  return (sentence, passage, dice) =>
    replaceOne(sentence, pattern, dice, () => {
      const name = dice.pick(names)
      return passage.includes(name.slice(0, 2)) ? undefined : name
    })
}

/** Another text that the pattern finds in the passage, and that means something else. */
function swap(pattern: RegExp, notNames?: RegExp): Maker {
  return (sentence, passage, dice) =>
    replaceOne(sentence, pattern, dice, (match) => {
      if (notNames?.test(match) === true) return undefined
      const others = [...passage.matchAll(pattern)]
        .map(([text]) => text)
        .filter((text) => notNames?.test(text) !== true)
      const usable = others.filter((text) => !sentence.includes(text) && !match.includes(text) && !text.includes(match))
      return usable.length === 0 ? undefined : dice.pick(usable)
    })
}

function invented(dice: Dice): string {
  return dice.pick(FAMILY) + dice.pick(GIVEN)
}

const UNIT_PAIRS = words(`
  公里/米 米/公里 厘米/毫米 毫米/厘米 公斤/吨 吨/公斤 万元/元 元/万元 亿元/万元 元/美元 岁/个月 天/个月 小时/分钟 分钟/小时 个月/天 年/个月 平方公里/平方米
  平方米/平方公里 度/米 名/万名 万人/人 %/倍 倍/% 层/米 公顷/平方公里 英里/米 世纪/年
`).map((pair) => pair.split('/'))

const VERBS = words(
  '获得 成立 参加 担任 毕业 出生 发现 建成 完成 使用 属于 包括 采用 支持 承担 允许 适用 负责 拥有 具有 需要 进入 离开 加入 提出 接受 影响 出现 发生 建立 得到 收到 学会 要求 记得 知道 同意',
)

export const INDEPENDENT_FAULTS = {
  number: (sentence, passage, dice) =>
    replaceOne(sentence, DIGITS, dice, (match) => {
      const value = other(Number(match), dice)
      return has(passage, value) ? undefined : dice.between(0, 3) === 0 && value < 99999 ? spoken(value) : String(value)
    }),
  'number-in-words': (sentence, passage, dice) =>
    replaceOne(sentence, HAN_AMOUNT, dice, () => {
      const value = dice.between(3, 98)
      return has(passage, value) ? undefined : dice.between(0, 2) === 0 ? String(value) : spoken(value)
    }),
  year: (sentence, passage, dice) =>
    replaceOne(sentence, YEAR, dice, (match) => {
      const value = Number(match) + dice.pick([-50, -20, -10, -6, -2, -1, 1, 2, 4, 9, 10, 30])
      if (passage.includes(String(value))) return undefined
      return dice.between(0, 3) === 0
        ? [...String(value)].map((digit) => HAN.charAt(Number(digit))).join('')
        : String(value)
    }),
  day: (sentence, passage, dice) =>
    replaceOne(sentence, DAY, dice, () => {
      const made = `${dice.between(1, 12)}月${dice.between(1, 28)}日`
      return passage.includes(made) ? undefined : made
    }),
  person: (sentence, passage, dice) =>
    replaceOne(sentence, PERSON, dice, () => {
      const name = dice.between(0, 2) === 0 ? dice.pick(FAMOUS) : invented(dice)
      return passage.includes(name) ? undefined : name
    }),
  'person-abroad': (sentence, passage, dice) =>
    replaceOne(sentence, FOREIGN, dice, () => {
      const name = dice.pick(FAMOUS.slice(15).concat('安德森·霍尔', '玛丽·琼斯', '罗伯特·金'))
      return passage.includes(name) ? undefined : name
    }),
  'person-added': (sentence, passage, dice) => {
    const name = invented(dice)
    if (passage.includes(name)) return undefined
    const before = dice.pick([`据${name}介绍，`, `${name}说，`, `在${name}的带领下，`, `和${name}一样，`])
    return dice.between(0, 1) === 0
      ? before + sentence
      : append(sentence, dice.pick([`，负责人是${name}`, `，由${name}主持`, `，${name}也在场`, `，这是${name}提出的`]))
  },
  place: nameInPlace(PLACES, PLACE),
  organisation: nameInPlace(BODIES, BODY),
  unit: (sentence, passage, dice) => {
    const usable = UNIT_PAIRS.map(([from = '', to = '']) => ({
      pattern: new RegExp(`(?<=[\\d十百千万])${from}`, 'g'),
      to,
    })).filter(({ pattern }) => pattern.test(sentence))
    if (usable.length === 0) return undefined
    const { pattern, to } = dice.pick(usable)
    return replaceOne(sentence, pattern, dice, (match, index) => {
      const number = /[\d.十百千万]{1,8}$/.exec(sentence.slice(0, index))?.[0] ?? ''
      // 3个月, 2003年 and 5万元 begin with what looks like a shorter unit.
      const rest = sentence.slice(index, index + 3)
      if (passage.includes(number + to) || /^(?:年[代级间度]|元[年月])/.test(rest)) return undefined
      return /^年/.test(rest) && /\d{4}$/.test(number) ? undefined : match === '' ? undefined : to
    })
  },
  honour: (sentence, passage, dice) => {
    const prize = dice.pick(HONOUR)
    if (passage.includes(prize)) return undefined
    return append(
      sentence,
      dice.pick([`，并获得${prize}`, `，荣获${prize}`, `，被评为${prize}`, `，因此得了${prize}`, `，拿过${prize}`]),
    )
  },
  quotation: (sentence, passage, dice) => {
    const saying = dice.pick(SAYING)
    if (passage.includes(saying)) return undefined
    const quoted = dice.pick([`“${saying}”`, `「${saying}」`, `"${saying}"`, `『${saying}。』`])
    return dice.pick([`他常说${quoted}，`, `有句话叫${quoted}，`, '']) === ''
      ? append(sentence, `，他说：${quoted}`)
      : `${dice.pick(['他常说', '正如', '有句话叫'])}${quoted}，${sentence}`
  },
  'quotation-altered': (sentence, passage, dice) =>
    replaceOne(sentence, /(?<=[“「])[^”」]{5,}(?=[”」])/g, dice, (match) => {
      const at = dice.between(1, match.length - 2)
      const made = match.slice(0, at) + dice.pick([...'大好不的了最人心天']) + match.slice(at + 1)
      return passage.includes(made) ? undefined : made
    }),
  'document-number': (sentence, passage, dice) => {
    const changed = replaceOne(sentence, /(?<=〔\d{4}〕)\d+(?=号)|(?<=〔)\d{4}(?=〕)/g, dice, (match) =>
      String(Number(match) + dice.pick([1, 2, 3, 10])),
    )
    const made = `${dice.pick(words('国发 国办发 人社部发 总工发 财税 粤府'))}〔${dice.between(2001, 2025)}〕${dice.between(1, 90)}号`
    if (passage.includes(made)) return undefined
    return (
      changed ??
      dice.pick([`根据${made}，${sentence}`, append(sentence, `（${made}）`), append(sentence, `，依据${made}文件`)])
    )
  },
  article: (sentence, passage, dice) =>
    replaceOne(sentence, /(?<=第)[一二三四五六七八九十百零\d]+(?=[条款])/g, dice, () => {
      const value = dice.between(2, 160)
      return passage.includes(`第${value}`) || passage.includes(`第${spoken(value)}`) ? undefined : spoken(value)
    }),
  'negation-added': (sentence, _passage, dice) => {
    const verbs = new RegExp(`(?<![不没未无非]\\p{Script=Han}{0,5})(?:${VERBS.join('|')})(?!的)`, 'gu')
    return replaceOne(sentence, verbs, dice, (match) => dice.pick(['没有', '不', '并未', '从未', '未']) + match)
  },
  'negation-dropped': (sentence, _passage, dice) =>
    replaceOne(
      sentence,
      /(?<!有)没有(?=\p{Script=Han}{2})(?!\p{Script=Han}?不)|并未|从未|尚未|未能|不再|并不|(?<![并决绝毫是会能要了服"“])不(?=[是会能想愿允参用受让骂])(?!能不|是不|会不|想不)/gu,
      dice,
      (match) => (match === '没有' ? '有' : match === '未能' ? '能' : ''),
    ),
  'number-swapped': (sentence, passage, dice) =>
    replaceOne(sentence, DIGITS, dice, (match, index) => {
      const after = sentence.charAt(index + match.length)
      const others = [...passage.matchAll(DIGITS)].filter((o) => passage.charAt(o.index + o[0].length) === after)
      const usable = others.map(([text]) => text).filter((text) => Number(text) !== Number(match))
      return usable.length === 0 ? undefined : dice.pick(usable)
    }),
  'numbers-exchanged': (sentence, _passage, dice) => {
    const found = [...sentence.matchAll(DIGITS)]
    const one = found[0]
    const two = found.find((match) => match[0] !== one?.[0])
    if (one === undefined || two === undefined) return undefined
    const unit = (match: RegExpExecArray) => sentence.slice(match.index + match[0].length).charAt(0)
    if (unit(one) !== unit(two) || dice.between(0, 9) === 10) return undefined
    const between = sentence.slice(one.index + one[0].length, two.index)
    // 3个月和5个月: where both stand side by side the order often says nothing.
    if (/^\p{Script=Han}{0,3}[、和及与或至到—–~-]$/u.test(between)) return undefined
    return sentence.slice(0, one.index) + two[0] + between + one[0] + sentence.slice(two.index + two[0].length)
  },
  'year-swapped': swap(YEAR),
  'person-swapped': swap(PERSON, COMMON),
  'place-swapped': swap(PLACES, COMMON),
} satisfies Record<string, Maker>

export type IndependentFault = keyof typeof INDEPENDENT_FAULTS
