import { Jieba } from '@node-rs/jieba'
import { dict } from '@node-rs/jieba/dict.js'

/** A word of a text with its part of speech as jieba names it (nr person, ns place, nt and nz other names, v verb …). */
export interface TaggedWord {
  readonly word: string
  readonly tag: string
  readonly start: number
  readonly end: number
}

let jieba: Jieba | undefined

/** The words of a folded text in order. Loads the dictionary at the first call (about 0.2 s). */
export function tagWords(folded: string): TaggedWord[] {
  jieba ??= Jieba.withDict(dict)
  let at = 0
  return jieba.tag(folded, true).map(({ word, tag }) => {
    const start = at
    at += word.length
    return { word, tag, start, end: at }
  })
}
