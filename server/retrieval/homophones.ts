import { pinyin } from 'pinyin-pro'
import { findTerm, type Postings, pairKey, termFrequency } from './postings.ts'
import { isHan } from './script.ts'
import { readTitles, soundingTitles, type TitlesBySound } from './title-sounds.ts'

const syllables = new Map<number, readonly string[]>()

/**
 * The ideographs of an index by how they sound, for finding what was meant where a question holds a wrong one of
 * the same sound.
 */
export interface Homophones {
  /** Other ideographs of the index with one of the same syllables, tones apart. */
  of(code: number): readonly number[]
  /** The titles of the index by how they sound. */
  titles(): TitlesBySound
}

/** Reads the sounds of all ideographs in an index; the first time about 10 microseconds each. */
export function createHomophones(postings: Postings): Homophones {
  let bySound: Map<string, number[]> | undefined
  let titles: TitlesBySound | undefined
  const known = new Map<number, readonly number[]>()
  const soundsOf = () => {
    bySound ??= groupBySound(postings)
    return bySound
  }
  return {
    titles() {
      titles ??= readTitles(postings, syllablesOf)
      return titles
    },
    of(code) {
      const found = known.get(code)
      if (found !== undefined) return found
      const sounds = soundsOf()
      const others = new Set(syllablesOf(code).flatMap((syllable) => sounds.get(syllable) ?? []))
      others.delete(code)
      const list = [...others]
      known.set(code, list)
      return list
    },
  }
}

function groupBySound(postings: Postings): Map<string, number[]> {
  const bySound = new Map<string, number[]>()
  for (const key of postings.keys) {
    if (key > 0xffff) break
    if (!isHan(key)) continue
    for (const syllable of syllablesOf(key)) {
      const group = bySound.get(syllable)
      if (group === undefined) bySound.set(syllable, [key])
      else group.push(key)
    }
  }
  return bySound
}

function syllablesOf(code: number): readonly string[] {
  const known = syllables.get(code)
  if (known !== undefined) return known
  const character = String.fromCharCode(code)
  const readings = isHan(code) ? pinyin(character, { multiple: true, toneType: 'none', type: 'array' }) : []
  const distinct = [...new Set(readings)].filter((reading) => reading !== character)
  syllables.set(code, distinct)
  return distinct
}

/** What one of the same sound must be better by, in the scale of `fitness`. */
const MARGIN = 2.2
/** An ideograph that fits this well is not doubted. */
const CERTAIN = 4

/** How many other readings of a doubtful ideograph are searched for beside the best. */
const ALTERNATIVES = 3
/**
 * An ideograph that stands in more than this share, and number, of the passages fits anywhere: it must fit better
 * by so much.
 */
const COMMON_SHARE = 0.2
const COMMON_COUNT = 20
const COMMON_MARGIN = 1.5

export interface Corrected {
  /** The question's ideographs, the wrong ones replaced. */
  readonly codes: Uint16Array
  /** Other ideographs that may have been meant, beside those in `codes`. */
  readonly alternatives: readonly Correction[]
}

/** An ideograph to put in the place of another; the greater the gain, the surer. */
export interface Correction {
  readonly position: number
  readonly code: number
  readonly gain: number
}

/**
 * Puts right the ideographs of a question that seem to be mistaken for one of the same sound, as pinyin keyboards
 * and speech recognition do: those whose pairs with both neighbours the index hardly knows, while another of the
 * same sound makes pairs that it does know. A whole title that is named by its sound comes before all. The most certain correction comes first, since it may explain its
 * neighbours. `codes` is the folded question (0 where there is no ideograph); positions that are `fixed` (1) stay.
 * Where nothing is to be put right, `codes` comes back as it is.
 */
export function correctHomophones(
  codes: Uint16Array,
  fixed: Uint8Array,
  postings: Postings,
  homophones: Homophones,
): Corrected {
  const alternatives: Correction[] = []
  const corrected = codes.slice()
  let isChanged = false
  for (const { position, title } of soundingTitles(codes, fixed, postings, homophones.titles(), syllablesOf)) {
    const isFree = title.every((_code, index) => corrected[position + index] === codes[position + index])
    if (!isFree) continue
    corrected.set(title, position)
    isChanged = true
  }
  const open = new Map<number, Correction>()
  const weigh = (position: number) => {
    open.delete(position)
    if (codes[position] !== corrected[position] || codes[position] === 0 || fixed[position] !== 0) return
    const [correction, ...others] = corrections(corrected, position, postings, homophones)
    if (correction !== undefined) open.set(position, correction)
    alternatives.push(...others)
  }
  for (let position = 0; position < codes.length; position++) weigh(position)
  while (open.size > 0) {
    const [best] = [...open.values()].sort((left, right) => right.gain - left.gain || left.position - right.position)
    if (best === undefined) break
    corrected[best.position] = best.code
    isChanged = true
    for (const position of [best.position - 1, best.position, best.position + 1]) {
      if (position >= 0 && position < codes.length) weigh(position)
    }
  }
  return { codes: isChanged ? corrected : codes, alternatives }
}

/** What may have been meant at a position, the best first. */
function corrections(
  codes: Uint16Array,
  position: number,
  postings: Postings,
  homophones: Homophones,
): readonly Correction[] {
  const before = codes[position - 1] ?? 0
  const after = codes[position + 1] ?? 0
  const own = fitness(postings, before, codes[position] ?? 0, after)
  if (own > CERTAIN) return []
  const common = Math.max(postings.passageCount * COMMON_SHARE, COMMON_COUNT)
  const found: Correction[] = []
  for (const code of homophones.of(codes[position] ?? 0)) {
    const better = fitness(postings, before, code, after) - own
    if (better <= MARGIN) continue
    const gain = termFrequency(postings, findTerm(postings, code)) > common ? better - COMMON_MARGIN : better
    if (gain > MARGIN) found.push({ position, code, gain })
  }
  return found.sort((left, right) => right.gain - left.gain || left.code - right.code).slice(0, 1 + ALTERNATIVES)
}

/**
 * How well an ideograph fits between its neighbours: how often their pairs occur, on the whole and for that
 * ideograph.
 */
function fitness(postings: Postings, before: number, code: number, after: number): number {
  const single = termFrequency(postings, findTerm(postings, code))
  return bond(postings, before, code, single) + bond(postings, code, after, single)
}

function bond(postings: Postings, first: number, second: number, single: number): number {
  if (first === 0 || second === 0) return 0
  const together = termFrequency(postings, findTerm(postings, pairKey(first, second)))
  return together === 0 ? 0 : 1 + Math.log(1 + together) + 2 * Math.log(1 + together / (single + 1))
}
