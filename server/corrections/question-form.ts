import { findCues } from '../grounding/polarity-cues.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { findNumerals } from '../retrieval/numerals-for-search.ts'
import { type Asked, askedClass } from './asked-class.ts'
import { COMMON_GROUPS, CONTRASTING } from './common-synonyms.ts'
import { plainQuestion } from './plain-question.ts'
import { soundCode, soundOf } from './sounds.ts'
import { knownWord } from './word-rarity.ts'

/** A word of a question that says what it is about. */
export interface Unit {
  readonly text: string
  readonly weight: number
  readonly sort: 'name' | 'noun' | 'verb' | 'other'
  /** Groups of words that ask the same. */
  readonly groups: readonly number[]
  /** Lists of things that differ. */
  readonly contrasts: readonly number[]
  readonly alternatives: readonly string[]
  /** How each of its characters sounds. */
  readonly sound: string
}

/** A question as it is compared with others. */
export interface QuestionForm {
  /** Without frames, address, particles, punctuation. */
  readonly plain: string
  readonly asked: Asked
  /** Groups that the words that ask belong to (多少钱: the group of 钱). */
  readonly askedGroups: ReadonlySet<number>
  /** `plain` without the words that ask. */
  readonly rest: string
  readonly units: readonly Unit[]
  /** The words next to those that ask: mostly what is asked of the subject (俗名 in 「鲷的俗名是什么」). */
  readonly focus: readonly Unit[]
  /** Words that stand in lists of differing things, wherever words end. */
  readonly contrasts: ReadonlyMap<string, readonly number[]>
  readonly groups: ReadonlySet<number>
  readonly texts: ReadonlySet<string>
  /** The characters of `rest` that are not grammar. */
  readonly letters: readonly { readonly letter: string; readonly rarity: number; readonly sound: string }[]
  readonly numbers: readonly string[]
  readonly isNegated: boolean
  /** 你, 我 or 他, where the question is about a person whom it does not name. */
  readonly persons: string
  /** The characters of `rest` by their sounds, each with a blank before and after. */
  readonly sounds: string
  /** The characters of `plain`, and numbers for their sounds. */
  readonly codes: readonly number[]
  readonly soundCodes: readonly number[]
  /** Pairs of characters of `plain`. */
  readonly pairs: ReadonlySet<string>
}

/** Words by which the words that ask can be answered for in another question. */
const ASKED_WORDS: Readonly<Record<string, string>> = {
  money: '钱 费用 价格 花 多少钱',
  age: '年纪 岁 多大',
  name: '名字 叫 称呼 外号 绰号',
  person: '谁 人 名字',
  place: '地方 在 位于 地点 城市',
  time: '时间 时候 日期 年',
  year: '时间 时候 出生年份 年 日期',
  day: '日期 时候 天',
  duration: '时间 时长 多久',
  reason: '原因 缘故 来历',
  manner: '办法 方法 步骤 处理 做',
  meaning: '意思 定义 东西 解释',
  rank: '名次 成绩',
  count: '数量 人数 几个',
  share: '率',
  thing: '内容 东西',
}
const MEASURE_WORDS: Readonly<Record<string, string>> = {
  高: '高度',
  长: '长度',
  重: '重量',
  大: '面积 容积 大小',
  厚: '厚度',
  度: '温度',
}
const LONGEST_MERGE = 4
/** Parts of speech that say little about the matter: adverbs, conjunctions, prepositions, pronouns, particles, measure words. */
const LIGHT = /^(?:[dcpruyeoqzh]|ud|ug|uj|ul|uv|uz|zg|m|mq)$/
const VAGUE = new Set(
  '一共 总共 共 合计 总计 那个 这个 那次 这次 那回 那件 那张 那些 这些 事 事情 件事 东西 做 弄 搞 让 叫 给 用 用来 拿 来 去 说 讲 大 小 才 先 正式 具体 请 想 要 会 能 得 到 上 出 成 好 个 有 带 办 放 算 属于 包括 包含 情况 方面'.split(
    ' ',
  ),
)
const PRONOUN = /[你我他她它]们?|自己|本人/gu
const COUNTED = /(?<!第)[二两三四五六七八九十](?=[个条句步遍轮次层种项位名天年月块根])/gu

/** Analyses a question for comparing. */
export function questionForm(question: string, analyzer: Analyzer): QuestionForm {
  const plain = plainQuestion(analyzer.normalise(question))
  const asked = askedClass(plain)
  const rest = asked.rest.replace('|', '')
  const [before = [], after = []] = asked.rest.split('|').map((part) => unitsOf(part, analyzer))
  const units = [...before, ...after]
  const askedWords = `${ASKED_WORDS[asked.kind] ?? ''} ${MEASURE_WORDS[asked.of] ?? ''} ${asked.of}`.split(' ')
  const characters = [...rest]
  return {
    plain,
    asked,
    askedGroups: new Set(askedWords.flatMap((word) => COMMON_GROUPS.get(word) ?? [])),
    rest,
    units,
    focus: [...before.slice(-1), ...after.slice(0, 1)],
    contrasts: new Map([...CONTRASTING].filter(([word]) => word.length > 1 && plain.includes(word))),
    groups: new Set(units.flatMap(({ groups }) => groups)),
    texts: new Set(units.map(({ text }) => text)),
    letters: [...new Set(characters)]
      .filter((letter) => !/\d/.test(letter) && !analyzer.isStopword(letter) && !VAGUE.has(letter))
      .map((letter) => ({ letter, rarity: knownWord(letter).rarity, sound: ` ${soundOf(letter)} ` })),
    numbers: numbersOf(plain),
    isNegated: findCues(withoutChoice(plain)).some((cue) => cue.class === 'negation' || cue.class === 'prohibition'),
    persons: [...new Set((plain.match(PRONOUN) ?? []).map((word) => word.charAt(0)))].sort().join(''),
    sounds: ` ${characters.map(soundOf).join(' ')} `,
    codes: Array.from(plain, (character) => character.codePointAt(0) ?? 0),
    soundCodes: Array.from(plain, (character) => soundCode(soundOf(character))),
    pairs: new Set(Array.from({ length: Math.max(0, plain.length - 1) }, (_, at) => plain.slice(at, at + 2))),
  }
}

/** 有没有, 能不能 and a last 没有 ask; they do not deny. */
function withoutChoice(plain: string): string {
  return plain.replace(/(\p{Script=Han})[不没]\1|[不没]有?$|没$|不够|差不多/gu, '')
}

function numbersOf(plain: string): string[] {
  const found = findNumerals(plain).map(({ start, term, end }) => {
    const ordinal = plain.charAt(start - 1) === '第' ? '第' : ''
    const value = Number(term.slice(1))
    const isShortYear = plain.charAt(end) === '年' && end - start === 2 && /\d\d/.test(plain.slice(start, end))
    return `${ordinal}${isShortYear ? (value < 50 ? 2000 : 1900) + value : value}`
  })
  const small = (plain.match(COUNTED) ?? []).map((digit) =>
    String('零一二三四五六七八九十'.indexOf(digit === '两' ? '二' : digit)),
  )
  return [...new Set([...found, ...small])]
}

function unitsOf(part: string, analyzer: Analyzer): Unit[] {
  const spans = analyzer.dictionarySpans(part)
  const units: Unit[] = []
  for (let at = 0; at < spans.length; ) {
    const merged = mergeFrom(spans, at, part, analyzer)
    const text = merged?.text ?? spans[at]?.word ?? ''
    at += merged?.count ?? 1
    const unit = unitOf(text, analyzer)
    if (unit !== undefined) units.push(unit)
  }
  return units
}

/** The longest run of words from here that stands in a list as one. */
function mergeFrom(spans: readonly { start: number; end: number }[], at: number, part: string, analyzer: Analyzer) {
  for (let count = Math.min(LONGEST_MERGE, spans.length - at); count > 1; count -= 1) {
    const first = spans[at]
    const last = spans[at + count - 1]
    if (first === undefined || last === undefined) continue
    const text = part.slice(first.start, last.end)
    if (COMMON_GROUPS.has(text) || CONTRASTING.has(text) || analyzer.synonyms.words.has(text)) return { text, count }
  }
  return undefined
}

function unitOf(text: string, analyzer: Analyzer): Unit | undefined {
  const { rarity, tag } = knownWord(text)
  const groups = COMMON_GROUPS.get(text) ?? []
  const contrasts = CONTRASTING.get(text) ?? []
  if (/^[你我他她它]们?$|^自己$/.test(text)) return undefined
  if (/^[\d.,%]+$/.test(text)) return undefined
  const isListed = contrasts.length > 0
  if (!isListed && (analyzer.isQuestionWord(text) || analyzer.isStopword(text))) return undefined
  const isLight = (LIGHT.test(tag) || VAGUE.has(text)) && !isListed
  const isName = tag === '' || /^n[rstz]/.test(tag) || /[a-z\d]/.test(text)
  const sort = isName ? 'name' : /^(?:n|j|l|i|s|t|vn|an)/.test(tag) ? 'noun' : tag.startsWith('v') ? 'verb' : 'other'
  const one = text.length === 1 ? 0.6 : 1
  return {
    text,
    weight: rarity * one * (isLight ? 0.3 : sort === 'verb' ? 0.8 : 1) * (groups.length > 0 ? 0.85 : 1),
    sort,
    groups,
    contrasts,
    alternatives: analyzer.synonyms.of(text),
    sound: [...text].map(soundOf).join(' '),
  }
}
