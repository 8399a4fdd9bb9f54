import { isStopword } from '../retrieval/question-words.ts'
import type { Claim } from './claim.ts'
import { isCommonWord, isSurname, PLAIN_SURNAMES } from './names.ts'
import { tagKnownWords } from './tag-words.ts'

/** Single letters that are words of everyday speech; at the edges of an unknown run they are no part of a name. */
const EVERYDAY = new Set(
  '去来说想看听干做学教走跑吃喝爱怕给让叫带拿放打用找等问写读买卖送站坐睡便曾亦均仍再真好大小多少快慢早晚新老高低长短难累苦活事人家手心话天年月日头边点次遍回趟句件条份块是有在到从向往被把将就也还都只又才很太更最已能会可要应须得着了过的地之其此该各每某另同和与及或而且但因所以于为由按据随当若如则即便虽既没不无未非别勿莫这那哪谁我你他她它们咱您自己个种类些位名项座间所家处级层号线路站书字词歌曲片剧部集章节段篇首册卷版本期届场局轮队组班团党派军民国省市县区乡镇村街巷里外内中上下左右前后东西南北旁侧面起止始终完成开关进出入退升降增减加除乘分合连接断续变化动静生死存亡像似称叫谓曰亲共总整全半双单两几数一二三四五六七八九十百千万亿第初次日夜晨午晚春夏秋冬男女父母子儿弟兄姐妹妻夫王皇帝君臣士农工商兵将官员师生友敌客主仆僧道佛神鬼仙山水河江湖海岛洋洲港湾桥路城镇门楼台塔寺庙宫殿房屋室厅院场园林田地土石金银铜铁木竹草花树叶果根米麦茶酒肉鱼鸟兽马牛羊猪狗鸡鸭虫蛇龙虎'.replaceAll(
    /[林田石金江湖海洋马牛龙虎山水河春秋东南北西王夏花叶云竹木根国军民新明成]/g,
    '',
  ),
)

/**
 * A run of letters of the claim that no cited passage holds and the dictionary does not explain: two or more single
 * letters together, or a word that is a name. What is left over when a name was made up.
 */
export function unknownRun(claim: Claim): string | undefined {
  const novel = novelLetters(claim)
  if (!novel.includes(1)) return undefined
  let run = ''
  let runTags: string[] = []
  let leadTag = ''
  for (const { word, tag, start } of [
    ...tagKnownWords(claim.folded),
    { word: '。', tag: 'x', start: claim.folded.length },
  ]) {
    const isNovel = novel[start] === 1 && novel[start + word.length - 1] === 1
    if (word.length > 1 && isNovel && /^(?:nr|ns|nt)/.test(tag) && !isCommonWord(word)) return word
    const single = word.length === 1 && isNovel && /\p{Script=Han}/u.test(word)
    if (single) {
      if (runTags.length === 1 && runTags[0] === WORD && !/[省市县区镇乡村州]/.test(word)) {
        run = ''
        runTags = []
      }
      run += word
      runTags.push(tag)
      continue
    }
    const unknown = unknownPart(run, runTags)
    if (unknown !== undefined) return unknown
    if (run.length >= 2 && (runTags[0] !== WORD || !/^[vad]/.test(leadTag)) && ORGANISATION.test(word))
      return run + word
    // A surname and a known word that is new here too: 孙国军.
    if (PLAIN_SURNAMES.has(run) && isNovel && word.length === 2 && !/^[rcpudm]/.test(tag)) return run + word
    // A novel word with 市, 镇 … right after it: 清泉市.
    run = word.length > 1 && isNovel && !isStopword(word) && /^(?:n|a|v|i|z|b|j|d)/.test(tag) ? word : ''
    runTags = run === '' ? [] : [WORD]
    leadTag = tag
  }
  return undefined
}

/** 1 for each letter that shares no pair of letters with a cited passage. */
function novelLetters(claim: Claim): Uint8Array {
  const { folded } = claim
  const novel = new Uint8Array(folded.length)
  const isHan = (at: number) => /\p{Script=Han}/u.test(folded.charAt(at))
  const known = (pair: string) => claim.analyses.some(({ nameText }) => nameText.includes(pair))
  const valued = new Uint8Array(folded.length)
  for (const { start, end } of claim.values) valued.fill(1, start, end)
  for (let at = 0; at < folded.length; at++) {
    if (!isHan(at) || valued[at] === 1) continue
    const before = at > 0 && known(folded.slice(at - 1, at + 1)) && isHan(at - 1)
    const after = isHan(at + 1) && known(folded.slice(at, at + 2))
    if (!before && !after) novel[at] = 1
  }
  return novel
}

const ORGANISATION =
  /^(?:集团|公司|协会|大学|学院|医院|工厂|机械厂|研究院|研究所|银行|中学|小学|学校|车站|基金会|出版社|俱乐部)/
const WORD = 'word'
const PLACE = /^(.{2,4})[省市县区镇乡村州]$/u

/** What of a run of novel letters cannot be everyday speech. `tags` are those of its words; a whole word may lead it. */
function unknownPart(run: string, tags: readonly string[]): string | undefined {
  if (tags[0] === WORD) return tags.length === 2 && PLACE.test(run) ? run : undefined
  if (run.length < 2) return undefined
  const trimmed = trimEveryday(run)
  if (trimmed.length >= 2) return trimmed
  const place = [...run].findIndex((letter) => /[省市县镇乡村州]/.test(letter))
  if (place >= 2 && !isStopword(run.charAt(place - 1)) && !isStopword(run.charAt(place - 2)))
    return run.slice(0, place + 1)
  // A surname with a letter or two that is no verb or particle after it.
  if (!isSurname(run.charAt(0)) || isStopword(run.charAt(0)) || run.length > 3) return undefined
  if (PLAIN_SURNAMES.has(run.charAt(0)) && trimmed !== '') return run
  return tags.slice(1).every((tag) => /^(?:n|a|j|g|z|b|s|f$|t$)/.test(tag)) ? run : undefined
}

function trimEveryday(run: string): string {
  let start = 0
  let end = run.length
  const isPlain = (letter: string) => isStopword(letter) || EVERYDAY.has(letter)
  while (start < end && isPlain(run.charAt(start))) start++
  while (end > start && isPlain(run.charAt(end - 1))) end--
  return run.slice(start, end)
}
