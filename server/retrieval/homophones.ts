import { pinyin } from 'pinyin-pro'
import { findTerm, type Postings, pairKey, termFrequency } from './postings.ts'
import { isHan } from './script.ts'

const syllables = new Map<number, readonly string[]>()

/** The ideographs of an index by how they sound, for finding what was meant where a question holds a wrong one of the same sound. */
export interface Homophones {
  /** Other ideographs of the index with one of the same syllables, tones apart. */
  of(code: number): readonly number[]
}

/** Reads the sounds of all ideographs in an index; the first time about 10 microseconds each. */
export function createHomophones(postings: Postings): Homophones {
  let bySound: Map<string, number[]> | undefined
  const known = new Map<number, readonly number[]>()
  const soundsOf = () => {
    bySound ??= groupBySound(postings)
    return bySound
  }
  return {
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

/** What one of the same sound must be better by, in the scale of `likelihood`. */
const MARGIN = 2.2

/**
 * Puts right the ideographs of a question that seem to be mistaken for one of the same sound, as pinyin keyboards and speech recognition do: those
 * whose pairs with both neighbours the index hardly knows, while another of the same sound makes pairs that it does know.
 * `codes` is the folded question (0 where there is no ideograph), `fixed` tells the positions that stand in a known word. Gives the codes to search
 * for, the same array where nothing is to be put right.
 */
export function correctHomophones(
  codes: Uint16Array,
  fixed: Uint8Array,
  postings: Postings,
  homophones: Homophones,
): Uint16Array {
  let corrected = codes
  for (let position = 0; position < codes.length; position++) {
    const code = codes[position] ?? 0
    if (code === 0 || fixed[position] === 1) continue
    const before = corrected[position - 1] ?? 0
    const after = codes[position + 1] ?? 0
    const own = likelihood(postings, before, code, after)
    if (own > 3) continue
    let best = 0
    let bestLikelihood = own + MARGIN
    for (const other of homophones.of(code)) {
      const likely = likelihood(postings, before, other, after)
      if (likely > bestLikelihood) {
        best = other
        bestLikelihood = likely
      }
    }
    if (best === 0) continue
    if (corrected === codes) corrected = codes.slice()
    corrected[position] = best
  }
  return corrected
}

/** How well an ideograph fits between its neighbours: how much more often the pairs occur than by chance, as logarithms. */
function likelihood(postings: Postings, before: number, code: number, after: number): number {
  const single = termFrequency(postings, findTerm(postings, code))
  return bond(postings, before, code, single) + bond(postings, code, after, single)
}

function bond(postings: Postings, first: number, second: number, single: number): number {
  if (first === 0 || second === 0) return 0
  const together = termFrequency(postings, findTerm(postings, pairKey(first, second)))
  return together === 0 ? 0 : 1 + Math.log(1 + together) + Math.log(1 + together / (single + 1)) * 2
}
