import { passageSentences } from '../model/standalone-sentence.ts'
import type { Persona } from '../personas/persona.ts'
import type { ScoredSentence } from '../retrieval/scored-sentence.ts'
import type { EarlierTurn } from './understand.ts'

const TO_US = '(?:[给跟为和](?:我们?|咱们?|大家|同学们?|孩子们?))?'
const MAY = '(?:请|麻烦|能不能|可不可以|能|可以|想|要|再|先|就|都|多|我们?|大家|孩子们?)*'
const TELL = '(?:讲讲?|说说?|来|摆|聊聊?|听听?)(?:一|几|两)?(?:个|段|点|些|下)?'
const TALE = '(?:小?故事|经历|往事|龙门阵)'
const END = '(?:吧|呗|啊|呀|嘛|吗|么|听听?|好吗|好不好|行吗|可以吗|可不可以)*'
const WHOSE = '(?:[你您](?:们|自己)?的?|自己的?|别的|其他的?|好听的?|有意思的?)?'
const ANY = [
  new RegExp(`^${MAY}[你您]?${MAY}${TO_US}${MAY}${TELL}${WHOSE}${TALE}${TO_US}${END}$`, 'u'),
  new RegExp(`^(?:再|换)(?:讲|说|来)?(?:另?一)?[个段](?:别的)?(?:${TALE})?${END}$`, 'u'),
  new RegExp(`^(?:随便|随意)[你您]?(?:讲讲?|说说?|聊聊?)(?:一?[个段点些])?(?:什么|啥|${TALE})?${END}$`, 'u'),
  new RegExp(`^[你您]?(?:都|还)?(?:有没有|有|讲过)(?:什么|啥|哪些)?${WHOSE}${TALE}(?:可以?讲的?|呢|${END})$`, 'u'),
  /^(?:please |can you |could you )*tell (?:me|us) (?:a|another|your|one more) (?:short )?stor(?:y|ies)(?: please)?$/i,
]
const ABOUT = new RegExp(
  `^${MAY}[你您]?${MAY}${TO_US}${MAY}${TELL}(?:关于|有关)?(?<about>(?![个段点些下一])[^你您我]{2,12}?)的?${TALE}${TO_US}${END}$`,
  'u',
)
/** A story is told in so many sentences at a time; 「然后呢」 goes on. */
const AT_A_TIME = 6
const POINTS_BACK = /^[他她它这那]/u

/**
 * What to search for when a visitor wants to be told a story: what it shall be about (「讲个周师傅的故事」), else the
 * persona's first suggestion that was not asked or told in this conversation, the first again after the last.
 * `undefined` where the text is any other question; an institution has no stories of its own.
 */
export function storyWish(text: string, persona: Persona, history: readonly EarlierTurn[]): string | undefined {
  const bare = text.replace(/[\s，。？！、,.?!~～…]+/g, (gap) => (/^ +$/.test(gap) ? ' ' : '')).trim()
  if (persona.speaker !== 'institution' && ANY.some((wish) => wish.test(bare))) {
    const told = new Set(history.flatMap(({ question, searchText }) => [question, searchText]))
    return persona.suggestions.find((suggestion) => !told.has(suggestion)) ?? persona.suggestions[0]
  }
  return ABOUT.exec(bare)?.groups?.about
}

/** The sentences to tell: the paragraph of the best one from its beginning, and what follows in the same passage. */
export function storyFrom(sentences: readonly ScoredSentence[]): ScoredSentence[] {
  const [best] = sentences
  if (best === undefined) return []
  const { passage, score } = best
  const at = best.start - passage.start
  let paragraph = paragraphAt(passage.text, at)
  while (paragraph > 0 && POINTS_BACK.test(passage.text.slice(paragraph)))
    paragraph = paragraphAt(passage.text, passage.text.slice(0, paragraph).trimEnd().length)
  return passageSentences(passage)
    .filter(({ start }) => start >= paragraph)
    .slice(0, AT_A_TIME)
    .map(({ start, end }, place) => ({
      passage,
      start: passage.start + start,
      end: passage.start + end,
      text: passage.text.slice(start, end),
      score: score - place / 100,
    }))
}

function paragraphAt(text: string, at: number): number {
  return text.lastIndexOf('\n', Math.max(0, at - 1)) + 1
}
