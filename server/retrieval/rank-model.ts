import { FEATURES } from './candidate-features.ts'
import weights from './rank-weights.json' with { type: 'json' }

/**
 * A node of a tree: a leaf where `feature` is -1, else on to `left` where the feature is at most `threshold`, to
 * `right` otherwise.
 */
export interface TreeNode {
  readonly feature: number
  readonly threshold: number
  readonly left: number
  readonly right: number
  readonly value: number
}

/** Small decision trees whose sum orders candidates. Made by `server/evaluation/train-ranking.ts`. */
export interface RankModel {
  readonly features: readonly string[]
  /** `[feature, threshold, left, right, value]` for each node, the root first. */
  readonly trees: readonly (readonly (readonly [number, number, number, number, number])[])[]
}

/** Scores rows of features: the higher the better, without a unit. */
export type RankCandidates = (rows: Float32Array, count: number, scores: Float32Array) => void

let shipped: RankCandidates | undefined

/** The ordering that ships with the program; read once. */
export function shippedRanking(): RankCandidates {
  // JSON cannot tell the compiler that every node has five numbers.
  shipped ??= compileRanking(weights as unknown as RankModel)
  return shipped
}

/**
 * Makes a model fast to apply.
 * @throws where it was made for other features.
 */
export function compileRanking(model: RankModel): RankCandidates {
  if (model.features.join() !== FEATURES.join()) throw new Error('The ranking weights were made for other features')
  const nodes = model.trees.flat()
  const width = FEATURES.length
  const feature = new Int8Array(nodes.map(([index]) => index))
  const threshold = new Float32Array(nodes.map(([, limit]) => limit))
  const value = new Float32Array(nodes.map(([, , , , leaf]) => leaf))
  const left = new Uint16Array(nodes.length)
  const right = new Uint16Array(nodes.length)
  const roots: number[] = []
  let base = 0
  for (const tree of model.trees) {
    roots.push(base)
    for (const [index, [, , onLeft, onRight]] of tree.entries()) {
      left[base + index] = base + onLeft
      right[base + index] = base + onRight
    }
    base += tree.length
  }
  return (rows, count, scores) => {
    scores.fill(0, 0, count)
    // Tree by tree: the few nodes of one stay near while all rows pass through it.
    for (const root of roots) {
      for (let row = 0; row < count; row++) {
        const offset = row * width
        let node = root
        for (let index = feature[node] ?? -1; index >= 0; index = feature[node] ?? -1) {
          const isLow = (rows[offset + index] ?? 0) <= (threshold[node] ?? 0)
          node = (isLow ? left[node] : right[node]) ?? root
        }
        scores[row] = (scores[row] ?? 0) + (value[node] ?? 0)
      }
    }
  }
}
