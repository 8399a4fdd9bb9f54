import { type DecisionTree, treeValue } from '../retrieval/decision-trees.ts'
import type { Example } from './learn-logistic.ts'
import { seededRandom } from './seeded-random.ts'

export interface TreesOptions {
  readonly count?: number
  readonly depth?: number
  /** How much of each tree's correction is taken. */
  readonly rate?: number
  readonly seed?: number
}

export interface TreesModel {
  readonly bias: number
  readonly trees: readonly DecisionTree[]
}

const BINS = 32
const DAMPING = 20
/** Each side of a cut needs this much curvature: about four times as many examples. */
const LEAST_CURVATURE = 30
const ROW_SHARE = 0.7
const COLUMN_SHARE = 0.3

/** Gradient-boosted trees for the logistic loss (second-order gains as in XGBoost, values in 32 quantile bins, rows and columns sampled). */
export function learnTrees(examples: readonly Example[], options: TreesOptions = {}): TreesModel {
  const { count = 200, depth = 4, rate = 0.08, seed = 1 } = options
  const random = seededRandom(seed)
  const binned = bin(examples)
  const total = examples.reduce((sum, { weight }) => sum + weight, 0)
  const positive = examples.reduce((sum, { weight, target }) => sum + weight * target, 0)
  const bias = Math.log(positive / (total - positive))
  const logits = new Float64Array(examples.length).fill(bias)
  const slopes = new Float64Array(examples.length)
  const curvatures = new Float64Array(examples.length)
  const trees: DecisionTree[] = []
  for (let made = 0; made < count; made += 1) {
    for (const [row, { target, weight }] of examples.entries()) {
      const probability = 1 / (1 + Math.exp(-at(logits, row)))
      slopes[row] = weight * (probability - target)
      curvatures[row] = weight * Math.max(1e-6, probability * (1 - probability))
    }
    const rows = Uint32Array.from(examples.keys()).filter(() => random.next() < ROW_SHARE)
    const columns = binned.edges.flatMap((edges, column) =>
      edges.length > 0 && random.next() < COLUMN_SHARE ? [column] : [],
    )
    const tree = grow({ binned, slopes, curvatures, columns, depth, rate }, rows)
    trees.push(tree)
    for (const [row, { values }] of examples.entries()) logits[row] = at(logits, row) + treeValue(tree, values)
  }
  return { bias, trees }
}

/** The logit that a model gives. */
export function treesLogit({ bias, trees }: TreesModel, values: Float64Array): number {
  return trees.reduce((sum, tree) => sum + treeValue(tree, values), bias)
}

interface Binned {
  /** For each column the cuts between its bins. */
  readonly edges: readonly (readonly number[])[]
  /** For each column the bin of each row. */
  readonly bins: readonly Uint8Array[]
}

function bin(examples: readonly Example[]): Binned {
  const size = examples[0]?.values.length ?? 0
  const edges: number[][] = []
  const bins: Uint8Array[] = []
  for (let column = 0; column < size; column += 1) {
    const values = Float64Array.from(examples, ({ values: own }) => own[column] ?? 0)
    const cuts = cutsOf(values)
    edges.push(cuts)
    bins.push(Uint8Array.from(values, (value) => binOf(cuts, value)))
  }
  return { edges, bins }
}

function cutsOf(values: Float64Array): number[] {
  const sorted = values.toSorted()
  const distinct = [...new Set(sorted)]
  const cuts =
    distinct.length <= BINS
      ? distinct.slice(1).map((value, index) => (value + (distinct[index] ?? 0)) / 2)
      : Array.from({ length: BINS - 1 }, (_, index) => at(sorted, Math.floor((sorted.length * (index + 1)) / BINS)))
  // The model is stored with this precision, and must decide as it was learned.
  return [...new Set(cuts.map((cut) => Number(cut.toPrecision(4))))].sort((left, right) => left - right)
}

function binOf(cuts: readonly number[], value: number): number {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (value > (cuts[middle] ?? 0)) low = middle + 1
    else high = middle
  }
  return low
}

interface Growth {
  readonly binned: Binned
  readonly slopes: Float64Array
  readonly curvatures: Float64Array
  readonly columns: readonly number[]
  readonly depth: number
  readonly rate: number
}

function grow(growth: Growth, rows: Uint32Array): DecisionTree {
  const { binned, slopes, curvatures, depth, rate } = growth
  const inner = 2 ** depth - 1
  const columns = new Array<number>(inner).fill(-1)
  const cuts = new Array<number>(inner).fill(0)
  const leaves = new Array<number>(inner + 1).fill(0)
  const open: { node: number; rows: Uint32Array }[] = [{ node: 0, rows }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, rows: own } = next
    if (node >= inner) {
      let slope = 0
      let curvature = 0
      for (const row of own) {
        slope += at(slopes, row)
        curvature += at(curvatures, row)
      }
      leaves[node - inner] = Math.round((-1e4 * rate * slope) / (curvature + DAMPING)) / 1e4
      continue
    }
    const split = bestSplit(growth, own)
    if (split === undefined) {
      open.push({ node: 2 * node + 1, rows: own })
      continue
    }
    columns[node] = split.column
    cuts[node] = binned.edges[split.column]?.[split.bin] ?? 0
    const bins = binned.bins[split.column]
    open.push({ node: 2 * node + 1, rows: own.filter((row) => (bins?.[row] ?? 0) <= split.bin) })
    open.push({ node: 2 * node + 2, rows: own.filter((row) => (bins?.[row] ?? 0) > split.bin) })
  }
  return { columns, cuts, leaves }
}

/** The cut that lowers the loss most, where one does. */
function bestSplit(growth: Growth, rows: Uint32Array): { column: number; bin: number } | undefined {
  const { binned, slopes, curvatures } = growth
  let allSlope = 0
  let allCurvature = 0
  for (const row of rows) {
    allSlope += at(slopes, row)
    allCurvature += at(curvatures, row)
  }
  if (allCurvature < 2 * LEAST_CURVATURE) return undefined
  const gainOf = (slope: number, curvature: number) => (slope * slope) / (curvature + DAMPING)
  const without = gainOf(allSlope, allCurvature)
  let best: { column: number; bin: number } | undefined
  let bestGain = 1e-3
  const slopeOf = new Float64Array(BINS + 1)
  const curvatureOf = new Float64Array(BINS + 1)
  for (const column of growth.columns) {
    const bins = binned.bins[column]
    const count = binned.edges[column]?.length ?? 0
    if (bins === undefined) continue
    slopeOf.fill(0)
    curvatureOf.fill(0)
    for (const row of rows) {
      const own = bins[row] ?? 0
      slopeOf[own] = at(slopeOf, own) + at(slopes, row)
      curvatureOf[own] = at(curvatureOf, own) + at(curvatures, row)
    }
    let slope = 0
    let curvature = 0
    for (let cut = 0; cut < count; cut += 1) {
      slope += at(slopeOf, cut)
      curvature += at(curvatureOf, cut)
      if (curvature < LEAST_CURVATURE || allCurvature - curvature < LEAST_CURVATURE) continue
      const gain = gainOf(slope, curvature) + gainOf(allSlope - slope, allCurvature - curvature) - without
      if (gain > bestGain) {
        bestGain = gain
        best = { column, bin: cut }
      }
    }
  }
  return best
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0
}
