import { dict } from '@node-rs/jieba/dict.js'

/** A word of the dictionary as far as comparing needs it. */
export interface KnownWord {
  /** From 0.05 for words of every sentence to 1 for rare and unknown ones. */
  readonly rarity: number
  /** Part of speech as jieba names it; `''` for unknown words. */
  readonly tag: string
}

/** All words of the dictionary together occur so often; rarer ones than the least are as good as unknown. */
const TOTAL = 6e7
const LEAST_FREQUENCY = 50
const UNKNOWN: KnownWord = { rarity: 1, tag: '' }

let words: Map<string, KnownWord> | undefined

/** How rare a folded word is, and what it is. Reads the dictionary at the first call (about 0.1 s). */
export function knownWord(word: string): KnownWord {
  words ??= readDictionary()
  return words.get(word) ?? UNKNOWN
}

function readDictionary(): Map<string, KnownWord> {
  const known = new Map<string, KnownWord>()
  for (const line of Buffer.from(dict).toString('utf8').split('\n')) {
    const [word = '', count = '', tag = ''] = line.trimEnd().split(' ')
    const frequency = Number(count)
    if (!(frequency >= LEAST_FREQUENCY) && !tag.startsWith('n') && !tag.startsWith('v')) continue
    if (frequency < 3 && word.length > 4) continue
    const rarity = Math.min(1, Math.max(0.05, (Math.log(TOTAL / Math.max(3, frequency)) - 5) / 10))
    known.set(word, { rarity, tag })
  }
  return known
}
