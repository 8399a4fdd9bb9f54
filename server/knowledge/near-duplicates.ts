import { setImmediate as pause } from 'node:timers/promises'
import type { NearDuplicate } from '../protocol/console-knowledge.ts'

/** A text that others are compared with. `text` is asked for only where the sketches are alike. */
export interface ComparedText {
  readonly id: string
  readonly title: string
  /** Equal texts have equal hashes; a sketch is kept by it. */
  readonly hash: string
  text(): Promise<string | undefined>
}

export interface NearDuplicates {
  /** Those that share at least four fifths of their pieces with `text`, most alike first. */
  find(text: string, others: readonly ComparedText[]): Promise<NearDuplicate[]>
}

/** Letters in one piece of text. */
const PIECE = 5
/** Of the union of both texts' pieces; 1 is the same text. */
const ALIKE = 0.8
/** A sketch of 192 of the pieces tells the share within some hundredths … */
const SKETCH = 192
/** … so that no text that is alike looks less alike than this. */
const WORTH_A_LOOK = 0.62
const MOST_LISTED = 10
const KEPT_SKETCHES = 20_000

interface Sketch {
  readonly smallest: Uint32Array
  readonly count: number
}

/** Compares texts by the share of equal pieces of five letters (Jaccard's index), blanks and punctuation left out. */
export function createNearDuplicates(): NearDuplicates {
  const sketches = new Map<string, Sketch>()

  async function sketchOf(other: ComparedText): Promise<Sketch | undefined> {
    const known = sketches.get(other.hash)
    if (known !== undefined) return known
    const text = await other.text()
    if (text === undefined) return undefined
    // Other work goes on between two texts.
    await pause()
    const made = sketch(piecesOf(text))
    if (sketches.size >= KEPT_SKETCHES) sketches.clear()
    sketches.set(other.hash, made)
    return made
  }

  return {
    async find(text, others) {
      const pieces = piecesOf(text)
      const own = sketch(pieces)
      const found: NearDuplicate[] = []
      if (own.count === 0) return found
      for (const other of others) {
        const theirs = await sketchOf(other)
        if (theirs === undefined || sharedShare(own, theirs) < WORTH_A_LOOK) continue
        const words = await other.text()
        if (words === undefined) continue
        const similarity = jaccard(pieces, piecesOf(words))
        if (similarity >= ALIKE) found.push({ documentId: other.id, title: other.title, similarity })
      }
      return found.sort((one, two) => two.similarity - one.similarity).slice(0, MOST_LISTED)
    },
  }
}

/** Hashes of the distinct pieces, in order. A text shorter than one piece is one piece. */
export function piecesOf(text: string): Uint32Array {
  const letters = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
  if (letters === '') return new Uint32Array()
  const hashes = new Uint32Array(Math.max(1, letters.length - PIECE + 1))
  for (let start = 0; start < hashes.length; start++) hashes[start] = hashOf(letters, start)
  hashes.sort()
  let kept = 0
  for (let place = 0; place < hashes.length; place++) {
    if (place === 0 || hashes[place] !== hashes[place - 1]) hashes[kept++] = hashes[place] ?? 0
  }
  return hashes.slice(0, kept)
}

/** FNV-1a over code units with the last mixing of MurmurHash 3, so that the smallest hashes are a fair sample. */
function hashOf(letters: string, start: number): number {
  let hash = 0x811c9dc5
  const end = Math.min(letters.length, start + PIECE)
  for (let place = start; place < end; place++) hash = Math.imul(hash ^ letters.charCodeAt(place), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function sketch(pieces: Uint32Array): Sketch {
  return { smallest: pieces.slice(0, SKETCH), count: pieces.length }
}

/** Jaccard's index guessed from the smallest hashes of the union (bottom-k sketches). */
function sharedShare(one: Sketch, two: Sketch): number {
  if (Math.min(one.count, two.count) < WORTH_A_LOOK * Math.max(one.count, two.count)) return 0
  let left = 0
  let right = 0
  let seen = 0
  let shared = 0
  while (seen < SKETCH && left < one.smallest.length && right < two.smallest.length) {
    const first = one.smallest[left] ?? 0
    const second = two.smallest[right] ?? 0
    if (first === second) shared++
    if (first <= second) left++
    if (second <= first) right++
    seen++
  }
  return seen === 0 ? 0 : shared / Math.max(seen, Math.min(SKETCH, one.count, two.count))
}

function jaccard(one: Uint32Array, two: Uint32Array): number {
  let left = 0
  let right = 0
  let shared = 0
  while (left < one.length && right < two.length) {
    const first = one[left] ?? 0
    const second = two[right] ?? 0
    if (first === second) shared++
    if (first <= second) left++
    if (second <= first) right++
  }
  return shared / (one.length + two.length - shared)
}
