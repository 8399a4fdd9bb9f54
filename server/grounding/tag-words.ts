import { Jieba } from '@node-rs/jieba'
import { dict } from '@node-rs/jieba/dict.js'
import { PEOPLE_WORDS, PLACE_WORDS } from './place-words.ts'

/** A word of a text with its part of speech as jieba names it (nr person, ns place, nt and nz other names, v verb …). */
export interface TaggedWord {
  readonly word: string
  readonly tag: string
  readonly start: number
  readonly end: number
}

const SMALL = '是说话在和与也都叫的了从就曾任获为被把将对向'

/** Sentences are tagged several times while they are checked: the last ones are kept. */
const kept = new Map<string, readonly TaggedWord[]>()
const KEPT = 500
const KEPT_LENGTH = 400

let jieba: Jieba | undefined

/** The words of a folded text in order. Loads the dictionary at the first call (about 0.2 s). */
export function tagWords(folded: string): readonly TaggedWord[] {
  if (folded.length > KEPT_LENGTH) return tag(folded, true)
  const known = kept.get(folded)
  if (known !== undefined) return known
  const words = tag(folded, true)
  if (kept.size >= KEPT) kept.clear()
  kept.set(folded, words)
  return words
}

/** The same with words of the dictionary only: what it does not know falls into single letters. */
export function tagKnownWords(folded: string): TaggedWord[] {
  return tag(folded, false)
}

function tag(folded: string, guess: boolean): TaggedWord[] {
  jieba ??= Jieba.withDict(dict)
  const words: TaggedWord[] = []
  let start = 0
  for (const { word, tag: given } of jieba.tag(folded, guess)) {
    const tag = PLACE_WORDS.has(word) ? 'ns' : PEOPLE_WORDS.has(word) ? 'nr' : given
    const end = start + word.length
    // What jieba guesses (tag x) often takes in the small word after a name: 袁浩是.
    if (tag === 'x' && word.length > 2 && SMALL.includes(word.charAt(word.length - 1))) {
      words.push(
        { word: word.slice(0, -1), tag, start, end: end - 1 },
        { word: word.slice(-1), tag: 'u', start: end - 1, end },
      )
    } else words.push({ word, tag, start, end })
    start = end
  }
  return words
}
