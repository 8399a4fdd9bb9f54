import type { Sound } from './pinyin-of.ts'
import type { SpokenText } from './spoken-text.ts'
import { pauseRank } from './spoken-words.ts'

/** A clause: its span of the source text, and its sounds by their places. */
export interface ClauseSpan {
  readonly start: number
  readonly end: number
  readonly firstSound: number
  /** Not part of the clause. */
  readonly endSound: number
}

/** The first clause of an answer is short, so that its voice is heard early; browsers cut speech longer than 40. */
const FIRST = { least: 6, most: 20 }
const LATER = { least: 10, most: 40 }
/** A list is cut between its items only where it is long. */
const LIST_LEAST = 20
/** What is left over is not worth a breath of its own. */
const TAIL = 4
const OPENERS = /[\s“‘「『（(《〈【〔[*_`~]/

let segmenter: Intl.Segmenter | undefined

/**
 * Cuts a sentence into clauses at its pauses: 10 to 40 syllables each, the first one of an answer 6 to 20. A stretch
 * without a pause is cut between words at the limit. The spans follow each other and cover the whole source; there is
 * no clause where nothing is spoken.
 */
export function cutClauses(
  source: string,
  spoken: SpokenText,
  sounds: readonly Sound[],
  startsAnswer: boolean,
): ClauseSpan[] {
  const cuts: number[] = []
  let limits = startsAnswer ? FIRST : LATER
  let count = 0
  let lastPause = 0
  let words: Set<number> | undefined
  let left = sounds.reduce((sum, sound) => sum + weightOf(sound), 0)
  for (let index = 0; index < sounds.length; index++) {
    const sound = sounds[index]
    if (sound === undefined) break
    const from = cuts.at(-1) ?? 0
    if (count + weightOf(sound) > limits.most && count > 0) {
      words ??= wordStarts(spoken.text)
      const at = lastPause > from ? lastPause : lastWordStart(sounds, words, from, index)
      cuts.push(at)
      // What stands behind the cut is counted again.
      for (let back = at; back < index; back++) left += weightOf(sounds[back])
      index = at - 1
      count = 0
      limits = LATER
      continue
    }
    count += weightOf(sound)
    left -= weightOf(sound)
    if (sound.kind !== 'pause') continue
    const next = index + 1
    lastPause = next
    const least = pauseRank(sound.text) === 1 && limits === LATER ? LIST_LEAST : limits.least
    if (count < least || left === 0 || (left < TAIL && count + left <= limits.most)) continue
    cuts.push(next)
    count = 0
    limits = LATER
  }
  return spansOf(source, spoken, sounds, cuts)
}

function weightOf(sound: Sound | undefined): number {
  if (sound === undefined || sound.kind === 'pause') return 0
  return sound.kind === 'latin' ? Math.max(1, Math.ceil(sound.text.length / 3)) : 1
}

function wordStarts(text: string): Set<number> {
  segmenter ??= new Intl.Segmenter('zh', { granularity: 'word' })
  return new Set([...segmenter.segment(text)].map(({ index }) => index))
}

/** The last sound before `index` that begins a word, though not in the first half; `index` where there is none. */
function lastWordStart(sounds: readonly Sound[], words: ReadonlySet<number>, from: number, index: number): number {
  for (let at = index; at > from + (index - from) / 2; at--) if (words.has(sounds[at]?.start ?? -1)) return at
  return index
}

function spansOf(source: string, spoken: SpokenText, sounds: readonly Sound[], cuts: readonly number[]): ClauseSpan[] {
  if (!sounds.some((sound) => sound.kind !== 'pause')) return []
  const spans: ClauseSpan[] = []
  let start = 0
  let firstSound = 0
  for (const cut of [...cuts, sounds.length]) {
    const end = cut === sounds.length ? source.length : sourceCut(source, spoken, sounds, cut)
    spans.push({ start, end, firstSound, endSound: cut })
    start = end
    firstSound = cut
  }
  return spans
}

/**
 * Where the source is cut before a sound: opening marks go with what they open. A number has more syllables than
 * figures, so its last syllable may stand past its last figure; the clause of that syllable still gets the figure.
 */
function sourceCut(source: string, spoken: SpokenText, sounds: readonly Sound[], cut: number): number {
  let last = cut - 1
  while (last > 0 && sounds[last]?.kind === 'pause') last--
  const least = spoken.to[(sounds[last]?.end ?? 1) - 1] ?? 0
  let at = Math.max(least, spoken.from[sounds[cut]?.start ?? 0] ?? source.length)
  while (at > least && OPENERS.test(source[at - 1] ?? '')) at--
  return Math.min(at, source.length - 1)
}
