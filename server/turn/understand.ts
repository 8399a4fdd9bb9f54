import type { Citation } from '../protocol/citation.ts'
import type { Question } from './question.ts'

/** An earlier turn of the conversation, as far as later questions lean on it. */
export interface EarlierTurn {
  readonly question: string
  /** What the earlier question was understood to ask. */
  readonly searchText: string
  readonly answer: string
  readonly citations: readonly Pick<Citation, 'documentId' | 'end'>[]
}

/** Openings that continue what was said before. */
const CONTINUES =
  /^(那么?|然后|后来|接着|接下来|之后|再后来|还有|另外|除此之外|所以|结果|可是|但是|具体|继续|再说|再讲|多说|详细)/
/** Words that point at something said before. */
const POINTS =
  /(他们?|她们?|它们?|这个|那个|这些|那些|这样|那样|这件|那件|这次|那次|这里|那里|这位|那位|其中|前者|后者|上面|刚才|刚刚|当时|那时|这[一三两]|那[一三两])/
/** Questions that have no subject of their own. */
const BARE =
  /^(为什么|怎么|怎样|怎么样|怎么办|怎么做|多少|多久|多大|几|谁|哪|什么时候|什么|在哪|结果|真的|是吗|有吗|呢|为啥|咋)/
/** Asks how the story goes on, not for another fact of what was told. */
const GOES_ON = /(后来|然后|接着|接下来|之后|再往后|再后来|结果|最后|继续|还有呢|再(说|讲)|多(说|讲))/
const ORDINAL = /第\s*([一二三四五六七八九十两\d]{1,3})\s*(点|条|个|项|类|种|步|级|支|件|方面|部分|名|位|层|区|大)/
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

/**
 * Makes a question stand alone by the turn before it.「那他后来呢？」after「林师傅第一次焊接失败是怎么回事？」searches for both, looks
 * first in the document that the last answer came from, and after the part that was told.
 */
export function understand(text: string, history: readonly EarlierTurn[]): Question {
  const ordinal = ordinalOf(text)
  const last = history.at(-1)
  if (last === undefined || !leansOnHistory(text)) {
    return { text, searchText: text, followUp: false, ...(ordinal === undefined ? {} : { ordinal }) }
  }
  const cited = last.citations[0]
  const goesOn = GOES_ON.test(text)
  const told = last.citations
    .filter((citation) => citation.documentId === cited?.documentId)
    .map((citation) => citation.end)
  return {
    text,
    searchText: `${last.searchText}\n${text}`,
    followUp: true,
    ...(cited === undefined
      ? {}
      : { focus: { documentId: cited.documentId, afterOffset: goesOn ? Math.max(...told) : 0 } }),
    ...(ordinal === undefined ? {} : { ordinal }),
  }
}

function leansOnHistory(text: string): boolean {
  const bare = text.replace(/[\s，。？！、,.?!~…]+/g, '')
  if (bare.length === 0) return false
  if (!/\p{Script=Han}/u.test(bare)) return ENGLISH_FOLLOW_UP.test(text.trim()) && text.length < 80
  if (bare.length > 24) return CONTINUES.test(bare) && POINTS.test(bare)
  if (CONTINUES.test(bare) || POINTS.test(bare) || ORDINAL.test(bare)) return true
  return (BARE.test(bare) && bare.length <= 9) || (bare.endsWith('呢') && bare.length <= 10) || bare.length <= 3
}

function ordinalOf(text: string): number | undefined {
  const numeral = ORDINAL.exec(text)?.[1]
  if (numeral === undefined) return undefined
  if (/^\d+$/.test(numeral)) return Number(numeral)
  const [tens, ones] = numeral.includes('十') ? numeral.split('十') : ['', numeral]
  const digit = (character: string | undefined, empty: number) =>
    character === undefined || character === '' ? empty : character === '两' ? 2 : NUMERALS.indexOf(character)
  return numeral.includes('十') ? digit(tens, 1) * 10 + digit(ones, 0) : digit(ones, 0)
}
