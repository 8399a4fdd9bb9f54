import { findTerm, type Postings, pairKey, termFrequency } from './postings.ts'
import { isHan } from './script.ts'

/** A title of this many ideographs is looked for by its sound: one alone fits anywhere, long ones are found by their parts. */
const SHORTEST = 2
const LONGEST = 8
/** What stands in more passages than this as it was written is not doubted. */
const KNOWN = 2

/** The titles of an index by the sound of their first ideograph. */
export type TitlesBySound = ReadonlyMap<string, readonly Uint16Array[]>

/** Reads the titles once: those all of ideographs, a note in brackets apart. */
export function readTitles(postings: Postings, soundsOf: (code: number) => readonly string[]): TitlesBySound {
  const { units, unitStarts, textStarts, passageCount } = postings
  const seen = new Set<string>()
  const titles = new Map<string, Uint16Array[]>()
  for (let passage = 0; passage < passageCount; passage++) {
    const start = unitStarts[passage] ?? 0
    const most = Math.min(textStarts[passage] ?? start, start + LONGEST + 1)
    let end = start
    while (end < most && isHan(units[end] ?? 0)) end++
    const length = end - start
    if (length < SHORTEST || length > LONGEST) continue
    const title = units.subarray(start, end)
    const text = String.fromCharCode(...title)
    if (seen.has(text)) continue
    seen.add(text)
    for (const sound of soundsOf(title[0] ?? 0)) {
      const group = titles.get(sound)
      if (group === undefined) titles.set(sound, [title])
      else group.push(title)
    }
  }
  return titles
}

/**
 * Where a question names a title by its sound only, as 须申 for 许申: the whole title must sound the same, at most
 * half of it be written otherwise, and what is written be hardly known to the index. Gives the position and the
 * title, the longest first.
 */
export function soundingTitles(
  codes: Uint16Array,
  fixed: Uint8Array,
  postings: Postings,
  titles: TitlesBySound,
  soundsOf: (code: number) => readonly string[],
): { readonly position: number; readonly title: Uint16Array }[] {
  const found: { position: number; title: Uint16Array }[] = []
  for (let position = 0; position + SHORTEST <= codes.length; position++) {
    if (codes[position] === 0) continue
    for (const sound of soundsOf(codes[position] ?? 0)) {
      for (const title of titles.get(sound) ?? []) {
        if (isMeant(title, position)) found.push({ position, title })
      }
    }
  }
  return found.sort((left, right) => right.title.length - left.title.length || left.position - right.position)

  function isMeant(title: Uint16Array, position: number): boolean {
    if (position + title.length > codes.length) return false
    let wrong = 0
    for (let index = 0; index < title.length; index++) {
      const written = codes[position + index] ?? 0
      const meant = title[index] ?? 0
      if (written === meant) continue
      if (fixed[position + index] !== 0 || ++wrong * 2 > title.length) return false
      const sounds = soundsOf(written)
      if (!soundsOf(meant).some((sound) => sounds.includes(sound))) return false
    }
    if (wrong === 0) return false
    for (let index = 0; index + 1 < title.length; index++) {
      const [first, second] = [codes[position + index] ?? 0, codes[position + index + 1] ?? 0]
      const isChanged = first !== title[index] || second !== title[index + 1]
      if (isChanged && termFrequency(postings, findTerm(postings, pairKey(first, second))) > KNOWN) return false
    }
    return true
  }
}
