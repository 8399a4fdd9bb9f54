import type { Postings } from './postings.ts'
import type { QueryPlan } from './query-plan.ts'

/** What the text of a passage shows that postings do not; shares (0 to 1) of what the question could reach at most. */
export interface PassageReading {
  /** Single ideographs, runs of three and of four, dictionary words of the question. */
  singles: number
  triples: number
  fours: number
  words: number
  /** The best single sentence: nearness. */
  window: number
  /** Weight of the question's pairs that stand in each field, and in any. */
  titlePairs: number
  headingPairs: number
  textPairs: number
  cover: number
  /** How much of the title, and of the best heading, the question says. */
  titleCover: number
  headingCover: number
}

export interface PassageReader {
  /** Takes up a question; its passages are then read one by one. */
  begin(plan: QueryPlan): void
  /** Reads one passage into `reading`, which is overwritten with each call. */
  read(passage: number): Readonly<PassageReading>
}

const MOST_POSITIONS = 300
const SATURATION = 1.2
/** In the best sentence a single ideograph counts half. */
const WINDOW_SINGLE = 0.5
const TITLE = 0
const HEADINGS = 1
/** In `slots`: a mark that ends a sentence, or (code 0) a field. */
const END = 0xffff
const ENDS = ['\0', ...'。；;！!？?\n'].map((mark) => mark.charCodeAt(0))
const SPACE = 0x20

/**
 * Makes a reader for one index. It walks over the folded text once and, for each ideograph that the question holds,
 * goes through the positions of the question where it stands, longest run first; everything else follows from the
 * lengths of these runs.
 */
export function createPassageReader({ units, unitStarts, passageCount }: Postings): PassageReader {
  const averageLength = units.length / Math.max(1, passageCount)
  /**
   * Position of an ideograph in the question (its last one) plus 1; 0 for none. The others are linked by
   * `previousSame`.
   */
  const slots = new Uint16Array(65536)
  for (const code of ENDS) slots[code] = END
  const previousSame = new Int16Array(MOST_POSITIONS)
  const lastSeen = new Int32Array(MOST_POSITIONS)
  const runs = new Uint16Array(MOST_POSITIONS)
  const singles = new Float32Array(MOST_POSITIONS)
  const triples = new Float32Array(MOST_POSITIONS)
  const fours = new Float32Array(MOST_POSITIONS)
  const words = new Float32Array(MOST_POSITIONS)
  const pairFields = new Uint8Array(MOST_POSITIONS)
  const pairSentence = new Int32Array(MOST_POSITIONS)
  const singleSentence = new Int32Array(MOST_POSITIONS)
  const tripleWeights = new Float32Array(MOST_POSITIONS)
  const fourWeights = new Float32Array(MOST_POSITIONS)
  const wordWeights = new Float32Array(MOST_POSITIONS)
  const reading = emptyReading()
  const most = { singles: 0, triples: 0, fours: 0, words: 0, pairs: 0 }
  let plan: QueryPlan | undefined
  let size = 0
  let sentence = 0

  const begin = (next: QueryPlan) => {
    if (plan !== undefined) for (const code of plan.codes) if (code !== 0) slots[code] = 0
    plan = next
    size = Math.min(next.codes.length, MOST_POSITIONS)
    most.singles = most.triples = most.fours = most.words = most.pairs = 1e-6
    for (let at = 0; at < size; at++) {
      const code = next.codes[at] ?? 0
      tripleWeights[at] = fourWeights[at] = wordWeights[at] = 0
      previousSame[at] = -1
      if (code === 0) continue
      previousSame[at] = (slots[code] ?? 0) - 1
      slots[code] = at + 1
      if (previousSame[at] === -1) most.singles += next.singleWeights[at] ?? 0
      const pair = next.pairWeights[at] ?? 0
      most.pairs += pair
      const triple = Math.min(pair, next.pairWeights[at - 1] ?? 0)
      const four = Math.min(triple, next.pairWeights[at - 2] ?? 0)
      let word = 0
      for (let of = at - (next.wordLengths[at] ?? 0) + 2; of <= at; of++)
        word = Math.max(word, next.pairWeights[of] ?? 0)
      if ((next.wordLengths[at] ?? 0) < 2) word = 0
      tripleWeights[at] = triple
      fourWeights[at] = four
      wordWeights[at] = word
      most.triples += triple
      most.fours += four
      most.words += word
    }
  }

  const summarise = (pairWeights: Float32Array, singleWeights: Float32Array) => {
    let [sumSingles, sumTriples, sumFours, sumWords] = [0, 0, 0, 0]
    let [title, heading, text, any] = [0, 0, 0, 0]
    for (let at = 0; at < size; at++) {
      const single = singles[at] ?? 0
      if (single > 0) sumSingles += ((singleWeights[at] ?? 0) * single) / (single + SATURATION)
      const fields = pairFields[at] ?? 0
      if (fields === 0) continue
      const pair = pairWeights[at] ?? 0
      any += pair
      if ((fields & 1) !== 0) title += pair
      if ((fields & 2) !== 0) heading += pair
      if ((fields & 4) !== 0) text += pair
      const triple = triples[at] ?? 0
      sumTriples += ((tripleWeights[at] ?? 0) * triple) / (triple + SATURATION)
      const four = fours[at] ?? 0
      sumFours += ((fourWeights[at] ?? 0) * four) / (four + SATURATION)
      const word = words[at] ?? 0
      sumWords += ((wordWeights[at] ?? 0) * word) / (word + SATURATION)
    }
    reading.singles = sumSingles / most.singles
    reading.triples = sumTriples / most.triples
    reading.fours = sumFours / most.fours
    reading.words = sumWords / most.words
    reading.titlePairs = title / most.pairs
    reading.headingPairs = heading / most.pairs
    reading.textPairs = text / most.pairs
    reading.cover = any / most.pairs
  }

  const read = (passage: number) => {
    if (plan === undefined) return reading
    const { pairWeights, singleWeights, wordLengths } = plan
    const start = unitStarts[passage] ?? 0
    const end = unitStarts[passage + 1] ?? 0
    const share = 1 / (0.4 + (0.6 * (end - start)) / averageLength)
    for (let at = 0; at < size; at++) {
      singles[at] = triples[at] = fours[at] = words[at] = pairFields[at] = 0
      lastSeen[at] = -2
    }
    let field = TITLE
    let inSentence = 0
    let best = 0
    let partStart = start
    let partMatched = 0
    let lastMatched = -2
    let titleCover = 0
    let headingCover = 0
    sentence++
    for (let at = start; at < end; at++) {
      const code = units[at] ?? 0
      const slot = slots[code] ?? 0
      if (slot === 0 || slot === END) {
        if (field <= HEADINGS && (code === 0 || (field === HEADINGS && code === SPACE))) {
          const covered = at > partStart ? partMatched / (at - partStart) : 0
          if (field === TITLE) titleCover = covered
          else if (covered > headingCover && at - partStart >= 2) headingCover = covered
          partStart = at + 1
          partMatched = 0
        }
        if (slot === END) {
          if (code === 0) field++
          if (inSentence > best) best = inSentence
          inSentence = 0
          sentence++
        }
        continue
      }
      let position = slot - 1
      let longest = 0
      for (; position !== -1; position = previousSame[position] ?? -1) {
        const run = position > 0 && lastSeen[position - 1] === at - 1 ? (runs[position - 1] ?? 0) + 1 : 1
        lastSeen[position] = at
        runs[position] = run
        if (run > longest) longest = run
        if (run >= 2) {
          if (pairSentence[position] !== sentence) {
            pairSentence[position] = sentence
            inSentence += pairWeights[position] ?? 0
          }
          pairFields[position] = (pairFields[position] ?? 0) | (1 << field)
          if (run >= 3) triples[position] = (triples[position] ?? 0) + share
          if (run >= 4) fours[position] = (fours[position] ?? 0) + share
          const length = wordLengths[position] ?? 0
          if (length >= 2 && run >= length) words[position] = (words[position] ?? 0) + share
        }
        if (previousSame[position] !== -1) continue
        singles[position] = (singles[position] ?? 0) + share
        if (singleSentence[position] === sentence) continue
        singleSentence[position] = sentence
        inSentence += WINDOW_SINGLE * (singleWeights[position] ?? 0)
      }
      if (longest >= 2) {
        partMatched += lastMatched === at - 1 ? 1 : 2
        lastMatched = at
      }
    }
    reading.window = Math.max(best, inSentence) / (most.pairs + WINDOW_SINGLE * most.singles)
    reading.titleCover = titleCover
    reading.headingCover = headingCover
    summarise(pairWeights, singleWeights)
    return reading
  }
  return { begin, read }
}

function emptyReading(): PassageReading {
  const shares = { singles: 0, triples: 0, fours: 0, words: 0, window: 0 }
  const fields = { titlePairs: 0, headingPairs: 0, textPairs: 0, cover: 0, titleCover: 0, headingCover: 0 }
  return { ...shares, ...fields }
}
