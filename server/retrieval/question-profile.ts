import type { Analyzer } from './analyzer.ts'
import { type QuestionType, questionType } from './question-type.ts'
import type { TermStatistics } from './retriever.ts'
import { isIdeograph, isWordUnit } from './script.ts'

/** A piece of a question that a sentence may share. */
export interface QuestionUnit {
  readonly text: string
  /** How rare it is among all passages: BM25's idf. */
  readonly rarity: number
  /** 1 beside the words that ask, falling towards 0 with the distance. */
  readonly nearness: number
}

/** A word of a question with the words that say the same in an answer. */
export interface QuestionWord extends QuestionUnit {
  readonly others: readonly string[]
}

/** What the sentences of all passages are compared with; made once for a question. */
export interface QuestionProfile {
  readonly folded: string
  readonly type: QuestionType
  readonly characters: readonly QuestionUnit[]
  readonly pairs: readonly QuestionUnit[]
  readonly words: readonly QuestionWord[]
  /** Numbers and words in Latin letters. */
  readonly tokens: readonly QuestionUnit[]
  /** Runs of what the question is about, between the words that ask and those of grammar. */
  readonly runs: readonly string[]
}

const GRAMMAR = new Set('的了着吗呢呀啊吧么嘛哦是在和与及之其也都又就而且或等被把给对于从到向以用你您我他她它们这那有')
const FRAMES =
  /请问|想问一?下?|我?想知道|告诉我|介绍一?下?|说说|讲讲|谈谈|说一下|讲一下|简述|简要|请|一下|可以吗|能否|是否|是不是|有没有|可不可以|您好|你好|老师|师傅(?=[,你您])/gu

/** Ways in which a question's word comes back in the answer. */
const ANSWER_WORDS: readonly string[][] = `
出生|生于|诞生|出世|生人
去世|逝世|死于|病逝|辞世|离世|过世|身亡|死亡|卒|殁|薨|驾崩|遇难|死
位于|坐落|地处|处于|位在|地点|位置|地理位置
成立|创立|创办|建立|创建|组建|设立|始建|成军|组成
建造|兴建|修建|建于|始建|建成|落成|竣工|建筑|起建|动工|修筑|建立
导演|执导|监制
主演|饰演|扮演|出演|演出|饰
作者|所著|撰写|著作|写作|编著|创作|所作|所写|著
发行|推出|发售|出版|上市|发表|面世|问世|发布
播出|首播|播放|放映|上映|公映
开始|始于|起|启用|开通|通车|投入|开幕|开放
结束|终止|停止|关闭|停播|退役|闭幕
毕业|就读|求学|学习|读书|考入
职业|担任|从事|工作
获得|荣获|赢得|夺得|取得|获|拿到|夺|得到|得奖
参加|加入|加盟|参与|投身|效力|转会
改名|更名|易名|改称|改为
居住|定居|住在|栖息|生活|活动
栖息|生活|分布|见于|生长|出没
分布|见于|产于|原产|栖息|生长
食物|为食|主食|食性|捕食|吃|喂食|觅食
面积|平方公里|公顷|平方米|平方千米|占地|亩
人口|居民|人
长度|全长|长约|长达|总长|体长|长
多高|高度|海拔|身高|高约|高达|高
距离|相距|相隔|距
原因|因为|由于|因此|导致
目的|为了|以便|旨在
组成|构成|包括|包含|分为|由
属于|隶属|归属|属|为
首都|首府|省会|都城
父亲|之子|之女|父|子
母亲|母
儿子|之父|子|长子
妻子|夫人|嫁|娶|结婚|配偶|妻
丈夫|嫁|娶|结婚|配偶|夫
特点|特征|特色|特性
别名|别称|又名|又称|俗称|也叫|亦称|亦作|别号|外号|绰号
名字|名称|叫做|名为|名叫|称为
发现|发掘|出土|找到
命名|得名|取名|定名|称为
来源|源于|来自|源自|出自|取自|起源|由来|因
制造|生产|制作|研制|开发|研发
设计|设计师|设计者
创始人|创办|创立|创建|创办人
提出|提倡|倡导|主张
作用|用于|用途|用来|用作|功能|功效
影响|导致|造成|使得|使
负责|主管|管理|经营|营运
举行|举办|召开|主办|进行
任职|担任|出任|就任|任命|任
当选|被选|获选|选为
击败|战胜|打败|胜|败
颜色|色
气候|气温|降水|温带|热带|亚热带
师傅|师父|徒弟|拜师|带我|教我
进厂|入厂|进了厂|参加工作|上班|报到
得奖|获奖|荣获|评为|授予|奖章|称号
荣誉|称号|奖章|奖|劳模|评为|授予
困难|难题|挫折|失败|难
学会|学到|掌握|练
建议|希望|劝|告诉|要
`
  .trim()
  .split('\n')
  .map((line) => line.split('|'))

const othersOf = new Map<string, Set<string>>()
for (const [head, ...rest] of ANSWER_WORDS) {
  if (head === undefined) continue
  othersOf.set(head, new Set([...(othersOf.get(head) ?? []), ...rest]))
  for (const word of rest) {
    if (word.length < 2) continue
    const others = othersOf.get(word) ?? new Set<string>()
    for (const other of [head, ...rest]) if (other !== word) others.add(other)
    othersOf.set(word, others)
  }
}

/** Takes a question apart. `searchText` is the question made to stand alone. */
export function questionProfile(searchText: string, statistics: TermStatistics, analyzer: Analyzer): QuestionProfile {
  const folded = analyzer.normalise(searchText)
  const type = questionType(folded)
  const asking = { start: type.start, end: type.end - type.head.length }
  const matter = mattersOf(folded, asking)
  const rarity = (term: string) => {
    const found = statistics.passageFrequency(term)
    return Math.log(1 + (statistics.passageCount - found + 0.5) / (found + 0.5))
  }
  const unit = (text: string, at: number): QuestionUnit => {
    const centre = at + (text.length - 1) / 2
    const distance = centre < asking.start ? asking.start - centre : centre >= asking.end ? centre - asking.end + 1 : 1
    return { text, rarity: rarity(text), nearness: Math.exp((1 - distance) / 4) }
  }
  const characters = new Map<string, QuestionUnit>()
  const pairs = new Map<string, QuestionUnit>()
  for (let index = 0; index < folded.length; index += 1) {
    if (matter[index] !== 1 || !isIdeograph(folded.charCodeAt(index))) continue
    const character = folded.charAt(index)
    addNearest(characters, unit(character, index))
    if (matter[index + 1] === 1 && isIdeograph(folded.charCodeAt(index + 1))) {
      addNearest(pairs, unit(folded.slice(index, index + 2), index))
    }
  }
  const tokens = new Map<string, QuestionUnit>()
  for (const match of folded.matchAll(/[\da-z][\da-z.\-']*/gu)) addNearest(tokens, unit(match[0], match.index))
  const words = new Map<string, QuestionWord>()
  let from = 0
  for (const word of analyzer.words(folded)) {
    const at = folded.indexOf(word, from)
    if (at < 0) continue
    from = at + word.length
    if (word.length < 2 || matter[at] !== 1 || analyzer.isQuestionWord(word) || !isIdeograph(word.charCodeAt(0))) continue
    if (analyzer.isStopword(word)) continue
    const others = [...new Set([...analyzer.synonyms.of(word), ...(othersOf.get(word) ?? [])])]
    const made = { ...unit(word, at), others }
    const known = words.get(word)
    if (known === undefined || known.nearness < made.nearness) words.set(word, made)
  }
  return {
    folded,
    type,
    characters: [...characters.values()],
    pairs: [...pairs.values()],
    words: [...words.values()],
    tokens: [...tokens.values()],
    runs: runsOf(folded, matter),
  }
}

/** 1 for each code unit that belongs to what the question is about. */
function mattersOf(folded: string, asking: { start: number; end: number }): Uint8Array {
  const matter = new Uint8Array(folded.length + 1)
  for (let index = 0; index < folded.length; index += 1) {
    const code = folded.charCodeAt(index)
    const inAsking = index >= asking.start && index < asking.end
    matter[index] = !inAsking && (isIdeograph(code) || isWordUnit(code)) && !GRAMMAR.has(folded.charAt(index)) ? 1 : 0
  }
  for (const match of folded.matchAll(FRAMES)) matter.fill(0, match.index, match.index + match[0].length)
  return matter
}

function addNearest(units: Map<string, QuestionUnit>, unit: QuestionUnit): void {
  const known = units.get(unit.text)
  if (known === undefined || known.nearness < unit.nearness) units.set(unit.text, unit)
}

function runsOf(folded: string, matter: Uint8Array): string[] {
  const runs: string[] = []
  let run = ''
  for (let index = 0; index <= folded.length; index += 1) {
    if (matter[index] === 1) run += folded.charAt(index)
    else {
      if (run.length > 1) runs.push(run)
      run = ''
    }
  }
  return runs
}
