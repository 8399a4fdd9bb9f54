import { isStopword } from '../retrieval/question-words.ts'
import type { Claim } from './claim.ts'
import { isSurname, PLAIN_SURNAMES } from './names.ts'
import { type TaggedWord, tagKnownWords, tagWords } from './tag-words.ts'

/** Family names that are everyday words as well. */
const EVERYDAY_SURNAMES =
  '高周张段钱钟毛孔汤黄范许顾史文熊程林马何于叶田金方万常石温和安时白向易游路关古江洪成明水车牛米支单解应经管苗花简全宁包左连项华从都同有相商别年国'
/** Family names that are small words first: with one letter after them they say nothing. */
const SMALL_SURNAMES = '于时成应经'
/** Family names that hardly anybody has beside the small words that they are. */
const SMALL_WORDS = '和向从都同有相别年国与那这'
/** Letters that given names are made of. */
const GIVEN = new Set(
  '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英兰华红玉梅萍玲建国志远海燕晓东文博子涵振德山立新春永庆斌辉鹏飞鑫波峰宇浩凯俊凤云龙林成荣清亮健雪琴珍莲香月菊芬芝慧婷倩颖莉洁宁欣怡佳琪雨梦瑶诗思语嘉轩梓然泽睿晨' +
    '航昊天佑家栋一鸣世昌宏利贵富财福寿康安全民生胜和顺义仁礼智信忠孝诚良善守正学武斗进步向阳卫星光耀祖先根柱石铁钢锁大小双喜乐有为启元兴旺发达长江河万里青松柏树森木土金银宝珠珊瑚爱党跃援朝抗美解放保旗革命彩素淑' +
    '贤惠媛雅茹蓉薇岚岩岭川源泉冰寒秋冬夏晴晖旭方维彦彬翔翰墨书琳璐瑞祥吉延年鹤龄竹厚佩贞培凡若冠群锋刃剑鼎钧铭镇锐本其道宗尚克绍继承述修齐治运通宽景恩泰祺',
)
const LEFT =
  /(?:^|[^\p{L}\p{N}]|据|叫|由|[傅弟长任记师员]|和|与|跟|同|及|或|请|给|向|对|找|管|为|因|随|像|如|包括|是|让|被|把|在|的|到|了|以|从|[名位人者家生友妻夫父母子儿女兄哥姐妹]|曾|时|而|但|教)$/u
const RIGHT =
  /^(?:$|[^\p{L}\p{N}]|说|是|在|和|与|及|的|等|为|曾|任|担任|出任|率|带|主持|介绍|提出|也|于|一样|先生|女士|师傅|老师|同志|教授|从|给|把|被|负责|获|当|来|到|有|就|都|还|又|以|将|让|对|向|因|由)/u
/** 周师傅, 刘氏, 李某: no given name. */
const NOT_GIVEN =
  /^(?:师|老|工程|工$|总|主任|厂|书记|经理|校长|院长|班|组|队|教授|先生|女士|同志|大姐|大哥|氏|家$|某|姓|[公军队府朝国代]$)/

/**
 * A person of the claim whom no cited passage knows, told by shape: a family name, one or two letters after it, and on
 * both sides what stands beside names. Finds names made of ordinary words (王和平, 何浩然), which no dictionary betrays.
 */
export function inventedPerson(claim: Claim): string | undefined {
  const { folded } = claim
  const words = tagKnownWords(folded)
  const starts = new Set([...words, ...tagWords(folded)].map(({ start }) => start))
  const ends = new Set([...words, ...tagWords(folded)].map(({ end }) => end))
  for (let at = 0; at + 1 < folded.length; at++) {
    if (!starts.has(at) || !isSurname(folded.charAt(at)) || isKnown(claim, folded.slice(at, at + 2))) continue
    for (const length of [3, 2]) {
      const end = at + length
      // 杨明说: the word after the name may have been taken in.
      if (!ends.has(end) && !/^[说是在和与]/.test(folded.slice(end))) continue
      if (isPerson(claim, words, at, end)) return folded.slice(at, end)
    }
  }
  return undefined
}

function isKnown({ analyses }: Claim, text: string): boolean {
  return analyses.some(({ nameText }) => nameText.includes(text))
}

function isPerson(claim: Claim, words: readonly TaggedWord[], at: number, end: number): boolean {
  const { folded } = claim
  const name = folded.slice(at, end)
  const family = name.charAt(0)
  const given = name.slice(1)
  if (!/^\p{Script=Han}+$/u.test(name) || NOT_GIVEN.test(given) || SMALL_WORDS.includes(family)) return false
  if (words.some(({ word, start }) => start === at && word.length >= name.length)) return false
  if (given.length === 1 && SMALL_SURNAMES.includes(family)) return false
  const left = LEFT.test(folded.slice(0, at))
  const right = RIGHT.test(folded.slice(end))
  const isGiven = [...given].every((letter) => GIVEN.has(letter))
  if (EVERYDAY_SURNAMES.includes(family) || !PLAIN_SURNAMES.has(family)) return left && right && isGiven
  if (isGiven) return left || right
  return left && right && ![...given].some((letter) => isStopword(letter)) && !isStopword(given)
}

const BODY =
  /(?:厂|公司|集团|大学|学院|医院|银行|协会|研究院|研究所|学校|中学|小学|突击队|俱乐部|基金会|出版社|报社|重工|电网|书店|剧院|博物馆|图书馆)$/

/** An organisation or place of the claim, told by its ending, whose first word no cited passage has. */
export function inventedBody(claim: Claim): string | undefined {
  const words = tagKnownWords(claim.folded)
  for (let index = 1; index < words.length; index++) {
    const [first, last] = [words[index - 1], words[index]]
    if (first === undefined || last === undefined || last.word.length < 2 || !BODY.test(last.word)) continue
    if (first.word.length < 2 || !/^(?:nr|ns|nz|nt|j)/.test(first.tag) || isStopword(first.word)) continue
    if (!isKnown(claim, first.word)) return first.word + last.word
  }
  return undefined
}

const ENDINGS = /(?:特别行政区|自治区|自治州|街道|大道|省|市|县|区|州|镇|乡|村|国|路|街|岛|山|河|湖|江|桥|站|港|寺|塔)$/

/** 石垣市 and 那霸市, 同济医院 and 人民医院: the same ending on names that differ before it. */
export function differInStem(ours: string, theirs: string): boolean {
  for (const ending of [ENDINGS, BODY]) {
    const [one, other] = [ending.exec(ours)?.[0], ending.exec(theirs)?.[0]]
    if (one === undefined || one !== other) continue
    const stem = ours.slice(0, -one.length)
    const otherStem = theirs.slice(0, -one.length)
    return stem.length > 1 && otherStem.length > 1 && ![...stem].some((letter) => otherStem.includes(letter))
  }
  return false
}
