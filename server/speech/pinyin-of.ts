import { pinyin } from 'pinyin-pro'
import { readPolyphones } from './polyphones.ts'
import { pauseRank } from './spoken-words.ts'

/** A syllable of Mandarin. `start` and `end` are UTF-16 offsets in the spoken text. */
export interface Syllable {
  readonly kind: 'syllable'
  /** Pinyin without its tone, ü as v. */
  readonly syllable: string
  /** 1 to 4; 0 for a neutral tone. */
  readonly tone: number
  /** Whether 儿 colours its end. */
  readonly erhua: boolean
  readonly start: number
  readonly end: number
}

/** What the mouth does for a stretch of spoken text: a syllable, a Latin word or letter, or a pause. */
export type Sound =
  | Syllable
  | { readonly kind: 'latin'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'pause'; readonly text: string; readonly start: number; readonly end: number }

/** Reads spoken text: polyphones by their context, names and terms by the dictionary. */
export type PinyinOf = (spoken: string) => Sound[]

const HAN = /^\p{Script=Han}$/u
/** Words in which 儿 is a syllable of its own. */
const FULL_ER_BEFORE = '女婴幼孤少胎患健男孩宠产育托弃生血小'
const FULL_ER_AFTER = '子童女媳孙科歌时'

/**
 * A reader with a dictionary of its own, one line a word: the word, then the pinyin of each of its characters with the
 * tone as a digit (`重庆 chong2 qing4`); `#` begins a comment. The longest word wins. Throws on a line whose
 * syllables are not as many as its characters; only a last 儿 may be written into the syllable before it (`ger3`).
 */
export function createPinyinOf(dictionary: string): PinyinOf {
  const words = readDictionary(dictionary)
  return (spoken) => {
    const chars = [...spoken]
    const readings = readContext(spoken, chars.length)
    readPolyphones(chars, readings)
    overlay(chars, readings, words)
    return soundsOf(chars, readings)
  }
}

/** Says the first words, so that no visitor waits for the tables to load (about 60 ms). */
export function warmPinyin(read: PinyinOf): void {
  read('大家好，我是讲师的AI分身，来自重庆。')
}

type Words = ReadonlyMap<string, readonly { readonly word: readonly string[]; readonly syllables: readonly string[] }[]>

function readDictionary(text: string): Words {
  const words = new Map<string, { word: string[]; syllables: string[] }[]>()
  for (const line of text.split('\n')) {
    const [word = '', ...syllables] = (line.split('#')[0] ?? '').trim().split(/\s+/)
    if (word === '') continue
    const chars = [...word]
    const last = syllables.at(-1) ?? ''
    if (chars.at(-1) === '儿' && syllables.length === chars.length - 1) {
      syllables[syllables.length - 1] = last.replace(/r(?=\d$)/, '')
      syllables.push('er0')
    }
    if (chars.length !== syllables.length || !syllables.every((syllable) => /^[a-zvê]+[0-4]$/.test(syllable)))
      throw new Error(`pronunciations.txt: "${line.trim()}" does not have one syllable for each character`)
    const first = chars[0] ?? ''
    const same = words.get(first) ?? []
    same.push({ word: chars, syllables })
    same.sort((left, right) => right.word.length - left.word.length)
    words.set(first, same)
  }
  return words
}

/** The reading of each character in its context; where the counts differ (unusual characters), one by one. */
function readContext(spoken: string, count: number): string[] {
  const options = { type: 'array', toneType: 'num', v: true } as const
  const readings = pinyin(spoken, options)
  return readings.length === count ? readings : [...spoken].map((char) => pinyin(char, options)[0] ?? '')
}

function overlay(chars: readonly string[], readings: string[], words: Words): void {
  for (let at = 0; at < chars.length; at++) {
    const found = words
      .get(chars[at] ?? '')
      ?.find(({ word }) => word.every((char, index) => chars[at + index] === char))
    if (found === undefined) continue
    readings.splice(at, found.syllables.length, ...found.syllables)
    at += found.syllables.length - 1
  }
}

function soundsOf(chars: readonly string[], readings: readonly string[]): Sound[] {
  const sounds: Sound[] = []
  let start = 0
  for (const [index, char] of chars.entries()) {
    const end = start + char.length
    const last = sounds.at(-1)
    const [, syllable, tone] = /^([a-zvêü]+)([0-4])$/.exec(readings[index] ?? '') ?? []
    if (HAN.test(char) && syllable !== undefined) {
      const coloured =
        char === '儿' &&
        last?.kind === 'syllable' &&
        last.end === start &&
        !FULL_ER_BEFORE.includes(chars[index - 1] ?? '') &&
        !FULL_ER_AFTER.includes(chars[index + 1] ?? ' ')
      if (coloured) sounds[sounds.length - 1] = { ...last, erhua: true, end }
      else sounds.push({ kind: 'syllable', syllable, tone: Number(tone), erhua: false, start, end })
    } else if (/^[A-Za-z']$/.test(char)) {
      if (last?.kind === 'latin' && last.end === start)
        sounds[sounds.length - 1] = { ...last, text: last.text + char, end }
      else sounds.push({ kind: 'latin', text: char, start, end })
    } else if (pauseRank(char) > 0) sounds.push({ kind: 'pause', text: char, start, end })
    start = end
  }
  return sounds
}
