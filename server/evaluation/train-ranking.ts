import { FEATURES } from '../retrieval/candidate-features.ts'
import type { RankModel } from '../retrieval/rank-model.ts'
import { growTree, type Node } from './grow-tree.ts'

/** The candidates of one question: rows of features, and which of them are relevant. */
export interface RankedQuestion {
  readonly rows: Float32Array
  readonly relevant: Uint8Array
  /** How many relevant passages there are, found or not. */
  readonly relevantCount: number
  /** How much the question counts. */
  readonly weight: number
}

export interface RankTraining {
  /** How many models are fitted on other random shares and averaged: what only one of them believes counts less; default 1. */
  readonly bags?: number
  /** The trees of each. */
  readonly trees: number
  readonly leaves: number
  readonly learningRate: number
  /** Shares of features and of questions that each tree sees. */
  readonly featureShare: number
  readonly questionShare: number
  readonly leastRows: number
  readonly seed: number
}

export const RANK_TRAINING: RankTraining = {
  bags: 2,
  trees: 110,
  leaves: 8,
  learningRate: 0.07,
  featureShare: 0.6,
  questionShare: 0.7,
  leastRows: 80,
  seed: 1,
}

const WIDTH = FEATURES.length
const BINS = 64
/** Pairs count where one of the two stands among the first so many. */
const DEPTH = 20
const CLOSE = 0.1

/**
 * Fits trees that order candidates: LambdaMART (Burges, "From RankNet to LambdaRank to LambdaMART", 2010) for nDCG,
 * with histograms. The same input and seed give the same model.
 */
export function trainRanking(questions: readonly RankedQuestion[], training: RankTraining = RANK_TRAINING): RankModel {
  const rowCount = questions.reduce((sum, { relevant }) => sum + relevant.length, 0)
  const { bins, limits } = binFeatures(questions, rowCount)
  const scores = new Float32Array(rowCount)
  const slopes = new Float32Array(rowCount)
  const curvatures = new Float32Array(rowCount)
  const random = createRandom(training.seed)
  const trees: Node[][] = []
  const { bags = 1 } = training
  for (let round = 0; round < bags * training.trees; round++) {
    if (round % training.trees === 0) scores.fill(0)
    slopes.fill(0)
    curvatures.fill(0)
    const rows: number[] = []
    let start = 0
    for (const question of questions) {
      if (random() < training.questionShare) {
        addSlopes(question, start, scores, slopes, curvatures)
        for (let row = start; row < start + question.relevant.length; row++) rows.push(row)
      }
      start += question.relevant.length
    }
    const features = FEATURES.map((_, index) => index).filter(() => random() < training.featureShare)
    const { leaves, leastRows, learningRate } = training
    const tree = growTree({
      bins,
      limits,
      rowCount,
      rows,
      features,
      slopes,
      curvatures,
      leaves,
      leastRows,
      learningRate,
      bin: BINS,
    })
    trees.push(
      tree.nodes.map(([feature, threshold, left, right, value]) => [
        feature,
        threshold,
        left,
        right,
        Number((value / bags).toPrecision(5)),
      ]),
    )
    for (let row = 0; row < rowCount; row++) scores[row] = (scores[row] ?? 0) + tree.leafValue(row)
  }
  return { features: FEATURES, trees }
}

/** The pull on each candidate of a question: for each pair out of order, by what nDCG would gain. */
function addSlopes(
  { relevant, relevantCount, weight }: RankedQuestion,
  start: number,
  scores: Float32Array,
  slopes: Float32Array,
  curvatures: Float32Array,
): void {
  const score = (index: number) => scores[start + index] ?? 0
  const order = Array.from(relevant, (_, index) => index).sort(
    (left, right) => score(right) - score(left) || left - right,
  )
  let ideal = 0
  for (let rank = 0; rank < Math.min(10, relevantCount); rank++) ideal += 1 / Math.log2(rank + 2)
  for (const [rank, index] of order.entries()) {
    if (relevant[index] !== 1) continue
    for (const [otherRank, other] of order.entries()) {
      if (relevant[other] === 1 || (rank >= DEPTH && otherRank >= DEPTH)) continue
      const apart = Math.abs(score(index) - score(other))
      // Divided by how far apart they are, so that pairs that are settled do not outweigh close ones (as LightGBM
      // does).
      const gain = Math.abs(1 / Math.log2(rank + 2) - 1 / Math.log2(otherRank + 2)) / ideal / (CLOSE + apart)
      const doubt = 1 / (1 + Math.exp(score(index) - score(other)))
      const slope = weight * gain * doubt
      const curvature = weight * gain * doubt * (1 - doubt)
      slopes[start + index] = (slopes[start + index] ?? 0) + slope
      slopes[start + other] = (slopes[start + other] ?? 0) - slope
      curvatures[start + index] = (curvatures[start + index] ?? 0) + curvature
      curvatures[start + other] = (curvatures[start + other] ?? 0) + curvature
    }
  }
}

/** Every feature cut into at most 64 bins of equal counts; one column of bin numbers for each feature. */
function binFeatures(
  questions: readonly RankedQuestion[],
  rowCount: number,
): { bins: Uint8Array; limits: Float32Array[] } {
  const bins = new Uint8Array(rowCount * WIDTH)
  const limits: Float32Array[] = []
  for (let feature = 0; feature < WIDTH; feature++) {
    const values = new Float32Array(rowCount)
    let at = 0
    for (const { rows, relevant } of questions) {
      for (let row = 0; row < relevant.length; row++) values[at++] = rows[row * WIDTH + feature] ?? 0
    }
    const sorted = values.slice().sort()
    const cuts = new Set<number>()
    for (let bin = 1; bin < BINS; bin++)
      cuts.add(Number((sorted[Math.floor((bin * rowCount) / BINS)] ?? 0).toPrecision(5)))
    const limit = Float32Array.from([...cuts].sort((left, right) => left - right))
    limits.push(limit)
    for (let row = 0; row < rowCount; row++) bins[feature * rowCount + row] = binOf(values[row] ?? 0, limit)
  }
  return { bins, limits }
}

function binOf(value: number, limits: Float32Array): number {
  let low = 0
  let high = limits.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= (limits[middle] ?? 0)) high = middle
    else low = middle + 1
  }
  return low
}

/** Numbers from 0 to 1 that the seed decides (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
