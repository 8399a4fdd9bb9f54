import type { Postings } from './postings.ts'
import type { QueryPlan } from './query-plan.ts'

/** The signals that one passage is scored by; each is a share of what the question could reach at most, where it is a match. */
export const FEATURES = ['first', 'singles', 'triples', 'fours', 'words', 'window', 'titlePairs', 'headingPairs', 'group', 'groupSize', 'feedback', 'cover', 'length'] as const
export type Feature = (typeof FEATURES)[number]
export const FEATURE_COUNT = FEATURES.length

const SATURATION = 1.2

/** Reads candidates' texts for what postings do not tell: single ideographs, long runs, dictionary words, nearness. */
export interface PassageReader {
  begin(plan: QueryPlan): void
  read(passage: number, out: Float32Array, offset: number): void
}

export function createPassageReader(postings: Postings): PassageReader {
  const { units, unitStarts, textStarts } = postings
  const averageLength = units.length / Math.max(1, postings.passageCount)
  const slots = new Uint16Array(65536)
  let plan: QueryPlan | undefined
  let nextSame = new Int16Array(0)
  let lastSeen = new Int32Array(0)
  let runs = new Uint8Array(0)
  let singles = new Float32Array(0)
  let triples = new Float32Array(0)
  let fours = new Float32Array(0)
  let words = new Float32Array(0)
  let pairField = new Uint8Array(0)
  let seenPair = new Int32Array(0)
  let seenSingle = new Int32Array(0)
  let sentence = 0
  let maxSingles = 0
  let maxTriples = 0
  let maxFours = 0
  let maxWords = 0
  let maxPairs = 0
  let wordWeights = new Float32Array(0)
  return {
    begin(next) {
      if (plan !== undefined) for (const code of plan.codes) slots[code] = 0
      plan = next
      const size = next.codes.length
      nextSame = new Int16Array(size).fill(-1)
      lastSeen = new Int32Array(size)
      runs = new Uint8Array(size)
      singles = new Float32Array(size)
      triples = new Float32Array(size)
      fours = new Float32Array(size)
      words = new Float32Array(size)
      pairField = new Uint8Array(size)
      seenPair = new Int32Array(size).fill(-1)
      seenSingle = new Int32Array(size).fill(-1)
      wordWeights = new Float32Array(size)
      maxSingles = maxTriples = maxFours = maxWords = maxPairs = 1e-6
      for (let position = 0; position < size; position++) {
        const code = next.codes[position] ?? 0
        if (code === 0) continue
        // Later positions first, so that a run is extended before its predecessor is overwritten.
        nextSame[position] = (slots[code] ?? 0) - 1
        slots[code] = position + 1
        if (nextSame[position] === -1) maxSingles += next.singleWeights[position] ?? 0
        const pair = next.pairWeights[position] ?? 0
        maxPairs += pair
        const pairBefore = next.pairWeights[position - 1] ?? 0
        if (pair > 0 && pairBefore > 0) maxTriples += Math.min(pair, pairBefore)
        const pairBefore2 = next.pairWeights[position - 2] ?? 0
        if (pair > 0 && pairBefore > 0 && pairBefore2 > 0) maxFours += Math.min(pair, pairBefore, pairBefore2)
        const length = next.wordLengths[position] ?? 0
        if (length >= 2) {
          let weight = 0
          for (let at = position - length + 2; at <= position; at++) weight = Math.max(weight, next.pairWeights[at] ?? 0)
          wordWeights[position] = weight
          maxWords += weight
        }
      }
    },
    read(passage, out, offset) {
      if (plan === undefined) return
      const { codes, singleWeights, pairWeights, wordLengths } = plan
      const size = codes.length
      const start = unitStarts[passage] ?? 0
      const end = unitStarts[passage + 1] ?? 0
      const textStart = textStarts[passage] ?? 0
      const norm = 1 / (0.4 + (0.6 * (end - start)) / averageLength)
      singles.fill(0)
      triples.fill(0)
      fours.fill(0)
      words.fill(0)
      pairField.fill(0)
      lastSeen.fill(-2)
      let field = 0
      let inSentence = 0
      let best = 0
      sentence++
      for (let at = start; at < end; at++) {
        const code = units[at] ?? 0
        const slot = slots[code] ?? 0
        if (slot === 0 || code === 0) {
          if (code === 0 || code === 0x3002 || code === 0x3b || code === 0x21 || code === 0x3f || code === 0x0a || code === 0xff1b) {
            if (code === 0) {
              field++
            }
            if (inSentence > best) best = inSentence
            inSentence = 0
            sentence++
          }
          continue
        }
        let position = slot - 1
        for (; position !== -1; position = nextSame[position] ?? -1) {
          const run = position > 0 && lastSeen[position - 1] === at - 1 ? (runs[position - 1] ?? 0) + 1 : 1
          lastSeen[position] = at
          runs[position] = run > 250 ? 250 : run
          if (run >= 2) {
            if ((seenPair[position] ?? 0) !== sentence) {
              seenPair[position] = sentence
              inSentence += pairWeights[position] ?? 0
            }
            pairField[position] = (pairField[position] ?? 0) | (1 << field)
            if (run >= 3) triples[position] = (triples[position] ?? 0) + norm
            if (run >= 4) fours[position] = (fours[position] ?? 0) + norm
            const length = wordLengths[position] ?? 0
            if (length >= 2 && run >= length) words[position] = (words[position] ?? 0) + norm
          }
          if (nextSame[position] === -1) {
            singles[position] = (singles[position] ?? 0) + norm
            if ((seenSingle[position] ?? 0) !== sentence) {
              seenSingle[position] = sentence
              inSentence += 0.5 * (singleWeights[position] ?? 0)
            }
          }
        }
      }
      if (inSentence > best) best = inSentence
      let sumSingles = 0
      let sumTriples = 0
      let sumFours = 0
      let sumWords = 0
      let titlePairs = 0
      let headingPairs = 0
      let cover = 0
      for (let position = 0; position < size; position++) {
        const single = singles[position] ?? 0
        if (single > 0) sumSingles += ((singleWeights[position] ?? 0) * single) / (single + SATURATION)
        const pair = pairWeights[position] ?? 0
        const fields = pairField[position] ?? 0
        if (fields !== 0) {
          cover += pair
          if ((fields & 1) !== 0) titlePairs += pair
          if ((fields & 2) !== 0) headingPairs += pair
        }
        const triple = triples[position] ?? 0
        if (triple > 0) sumTriples += (Math.min(pair, pairWeights[position - 1] ?? 0) * triple) / (triple + SATURATION)
        const four = fours[position] ?? 0
        if (four > 0) sumFours += (Math.min(pair, pairWeights[position - 1] ?? 0, pairWeights[position - 2] ?? 0) * four) / (four + SATURATION)
        const word = words[position] ?? 0
        if (word > 0) sumWords += ((wordWeights[position] ?? 0) * word) / (word + SATURATION)
      }
      out[offset + 1] = sumSingles / maxSingles
      out[offset + 2] = sumTriples / maxTriples
      out[offset + 3] = sumFours / maxFours
      out[offset + 4] = sumWords / maxWords
      out[offset + 5] = best / (maxPairs + 0.5 * maxSingles)
      out[offset + 6] = titlePairs / maxPairs
      out[offset + 7] = headingPairs / maxPairs
      out[offset + 11] = cover / maxPairs
      out[offset + 12] = Math.log((end - textStart + 1) / averageLength)
    },
  }
}
