import type { Citation } from '../protocol/citation.ts'
import { listedItem } from '../retrieval/list-items.ts'
import type { Question } from '../retrieval/question.ts'
import { questionType } from '../retrieval/question-type.ts'
import { questionSpans } from '../retrieval/question-words.ts'

/** An earlier turn of the conversation, as far as later questions lean on it. */
export interface EarlierTurn {
  readonly question: string
  /** What the earlier question was understood to ask. */
  readonly searchText: string
  readonly answer: string
  readonly citations: readonly (Pick<Citation, 'documentId' | 'end'> & Partial<Pick<Citation, 'start'>>)[]
}

/** Openings that continue what was said before. */
const CONTINUES =
  /^(那么?|然后|后来|接着|接下来|之后|再后来|还有|另外|除此之外|所以|结果|可是|但是|具体|继续|再说|再讲|多说|详细|原来|原先|以前|后面|最后)/
/** Words that point at something said before. */
const POINTS =
  /((?<!吉)他们?|她们?|它们?|这个|那个|这些|那些|这样|那样|这件|那件|这次|那次|这里|那里|这位|那位|其中|前者|后者|上面|刚才|刚刚|当时|那时|这[一三两]|那[一三两])/
/** Questions that have no subject of their own. */
const BARE =
  /^(为什么|怎么|怎样|怎么样|怎么办|怎么做|多少|多久|多大|几|谁|哪|什么时候|什么|在哪|结果|真的|是吗|有吗|呢|为啥|咋|有多|有几|是因为)/
/** Names the lecturer, or asks about the world at large: such a question stands alone. */
const OWN_SUBJECT = /你|您|帮我|请|什么是|是谁[?？]?$/
/** Asks how the story goes on and names nothing of its own. */
const READ_ON =
  /^那?么?(?:这|那)?(?:件事|个事|事)?(?:他们?|她们?|它们?|你们?|您)?(?:再?后来|然后|接着|接下来|之后|以后|再往后|后面|结果|最后|还有|继续|再说|再讲|多说|多讲|往下)(?:他们?|她们?|它们?|你们?|您)?(?:又|还)?(?:呢|说|讲|怎么样|怎样|如何|怎么了|发生了?什么|有什么|的事|一点|些|点|吧|啊|吗|了|说说|讲讲)*$/
const PERSON = /(?<!吉)他|她/
const ORDINAL =
  /第\s*([一二三四五六七八九十两\d]{1,3})\s*(点|条|个|项|类|种|步|级|支|件|方面|部分|句话?|遍|样|招|轮|层|区|大)/
const YEARS_ON = /([一二两三四五六七八九十\d]{1,2})年(?:以后|之后|后)/
const ENGLISH_FOLLOW_UP = new RegExp(
  [
    /^(and|then|so|what about|how about|what else|tell me more|go on)\b/,
    // A question word with hardly anything after it has no subject of its own.
    /^(why|who|when|where|how (much|many|long))(\W+\w+){0,2}\W*$/,
    /\b(he|him|his|she|her|they|them|their|it|its|that|those|these|(?<!\b(is|are|was|were) )there)\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
)

const NUMERALS = '零一二三四五六七八九十'
/** A question of so few characters that addresses nobody is taken as a further one. */
const LONGEST_SHORT = 8

/**
 * Makes a question stand alone by the turn before it.「那他后来呢？」after「林师傅第一次焊接失败是怎么回事？」searches for both, looks
 * first in the document that the last answer came from, and after the part that was told.「第二点呢？」names the second thing of the last
 * answer. `names` are those of the persona: who is asked for by name is the speaker.
 */
export function understand(text: string, history: readonly EarlierTurn[], names: readonly string[] = []): Question {
  const own = spokenTo(text, names)
  const last = history.at(-1)
  if (last === undefined || !leansOnHistory(own)) return { text, searchText: own, followUp: false }
  const cited = last.citations[0]
  const told = last.citations.filter(({ documentId }) => documentId === cited?.documentId)
  const end = Math.max(0, ...told.map((citation) => citation.end))
  const near = Math.min(end, ...told.map(({ start }) => start ?? end))
  const ordinal = ordinalOf(own)
  const item = ordinal === undefined ? undefined : listedItem(last.answer, ordinal)
  const readsOn = ordinal === undefined && READ_ON.test(bareOf(own))
  const focus = cited && {
    documentId: cited.documentId,
    afterOffset: readsOn ? end : 0,
    ...(readsOn ? { aboutPerson: PERSON.test(own) } : { near }),
    told:
      ordinal !== undefined && item === undefined
        ? []
        : told.flatMap(({ start, end }) => (start === undefined ? [] : [{ start, end }])),
  }
  return {
    text,
    searchText: searchTextOf(own, last, item),
    followUp: true,
    ...(focus === undefined ? {} : { focus }),
    ...(ordinal === undefined ? {} : { ordinal }),
    ...(readsOn ? { readsOn } : {}),
  }
}

/** The question with the speaker's own name taken as 你. */
function spokenTo(text: string, names: readonly string[]): string {
  let own = text
  for (const name of [...names].sort((left, right) => right.length - left.length)) {
    if (!own.includes(name)) continue
    own = own
      .replace(new RegExp(`^(?:请问|那)?${escaped(name)}(?:老师|师傅)?[,，:：!！ ]?(?=.*[你您])`, 'u'), '')
      .replace(new RegExp(`${escaped(name)}(?=[的是有在得怎为哪什当叫去来进几多最第曾做干学]|[?？]?$)`, 'gu'), '你')
  }
  return own.trim() === '' ? text : own
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function searchTextOf(text: string, last: EarlierTurn, item: string | undefined): string {
  if (item !== undefined) return text.replace(ORDINAL, item)
  const later = laterYear(text, last)
  return [topicOf(last.searchText), ...(later === undefined ? [] : [`${later}年`]), text].join('\n')
}

/** What a question is about, without the words that ask. */
function topicOf(searchText: string): string {
  const type = questionType(searchText)
  const asked = [
    { start: type.start, end: type.end },
    ...(/[\u4e00-\u9fff]/u.test(searchText) ? questionSpans(searchText) : []),
  ]
  return [...searchText]
    .filter((_, index) => !asked.some(({ start, end }) => index >= start && index < end))
    .join('')
    .replace(/[?？\s]+/gu, '')
}

/** 2010 for「那两年以后呢？」after a question about 2008. */
function laterYear(text: string, last: EarlierTurn): number | undefined {
  const years = YEARS_ON.exec(text)?.[1]
  const from = /(?:19|20)\d\d(?=年)/.exec(last.searchText)?.[0] ?? /(?:19|20)\d\d(?=年)/.exec(last.answer)?.[0]
  return years === undefined || from === undefined ? undefined : Number(from) + numberOf(years)
}

function leansOnHistory(text: string): boolean {
  const bare = bareOf(text)
  if (bare.length === 0) return false
  if (!/\p{Script=Han}/u.test(bare)) return ENGLISH_FOLLOW_UP.test(text.trim()) && text.length < 80
  if (bare.length > 24) return CONTINUES.test(bare) && POINTS.test(bare)
  if (CONTINUES.test(bare) || POINTS.test(bare) || ORDINAL.test(bare)) return true
  if ((BARE.test(bare) && bare.length <= 9) || (bare.endsWith('呢') && bare.length <= 10) || bare.length <= 3)
    return true
  return bare.length <= LONGEST_SHORT && !OWN_SUBJECT.test(text)
}

function bareOf(text: string): string {
  return text.replace(/[\s，。？！、,.?!~…]+/g, '')
}

function ordinalOf(text: string): number | undefined {
  const numeral = ORDINAL.exec(text)?.[1]
  return numeral === undefined ? undefined : numberOf(numeral)
}

function numberOf(numeral: string): number {
  if (/^\d+$/.test(numeral)) return Number(numeral)
  const [tens, ones] = numeral.includes('十') ? numeral.split('十') : ['', numeral]
  const digit = (character: string | undefined, empty: number) =>
    character === undefined || character === '' ? empty : character === '两' ? 2 : NUMERALS.indexOf(character)
  return numeral.includes('十') ? digit(tens, 1) * 10 + digit(ones, 0) : digit(ones, 0)
}
