/** `[feature, threshold, left, right, value]`; a leaf has -1 for a feature. */
export type Node = [number, number, number, number, number]

export interface TreeTask {
  /** Bin numbers, one column of `rowCount` for each feature, and the upper limits of each feature's bins. */
  readonly bins: Uint8Array
  readonly limits: readonly Float32Array[]
  readonly rowCount: number
  /** The rows to learn from, and the features to choose from. */
  readonly rows: readonly number[]
  readonly features: readonly number[]
  /** First and second derivative of what is to be made greater, by row. */
  readonly slopes: Float32Array
  readonly curvatures: Float32Array
  readonly leaves: number
  readonly leastRows: number
  readonly learningRate: number
  /** The most bins of a feature. */
  readonly bin: number
}

const CALM = 1

interface Split {
  readonly gain: number
  readonly feature: number
  readonly bin: number
}

interface Leaf {
  readonly node: number
  readonly rows: Uint32Array
  readonly slope: number
  readonly curvature: number
  readonly split: Split | undefined
}

/** Grows one regression tree, the most useful split first. */
export function growTree(task: TreeTask): { nodes: Node[]; leafValue(row: number): number } {
  const { bins, limits, rowCount, learningRate } = task
  const nodes: Node[] = []
  const binsOfNode: number[] = []
  const makeLeaf = (rows: Uint32Array): Leaf => {
    let slope = 0
    let curvature = 0
    for (const row of rows) {
      slope += task.slopes[row] ?? 0
      curvature += task.curvatures[row] ?? 0
    }
    const value = Number(((learningRate * slope) / (curvature + CALM)).toPrecision(5))
    nodes.push([-1, 0, 0, 0, value])
    return { node: nodes.length - 1, rows, slope, curvature, split: bestSplit(task, rows, slope, curvature) }
  }
  let leaves = [makeLeaf(Uint32Array.from(task.rows))]
  while (leaves.length < task.leaves) {
    const open = leaves.filter((leaf) => leaf.split !== undefined)
    open.sort((left, right) => (right.split?.gain ?? 0) - (left.split?.gain ?? 0) || left.node - right.node)
    const leaf = open[0]
    if (leaf?.split === undefined) break
    const { feature, bin } = leaf.split
    const isLow = (row: number) => (bins[feature * rowCount + row] ?? 0) <= bin
    const low = makeLeaf(leaf.rows.filter(isLow))
    const high = makeLeaf(leaf.rows.filter((row) => !isLow(row)))
    nodes[leaf.node] = [feature, limits[feature]?.[bin] ?? 0, low.node, high.node, 0]
    binsOfNode[leaf.node] = bin
    leaves = [...leaves.filter((other) => other !== leaf), low, high]
  }
  const leafValue = (row: number) => {
    let at = 0
    for (let node = nodes[0]; node !== undefined; node = nodes[at]) {
      const [feature, , low, high, value] = node
      if (feature === -1) return value
      at = (bins[feature * rowCount + row] ?? 0) <= (binsOfNode[at] ?? 0) ? low : high
    }
    return 0
  }
  return { nodes, leafValue }
}

function bestSplit(task: TreeTask, rows: Uint32Array, slope: number, curvature: number): Split | undefined {
  const { bins, rowCount, slopes, curvatures, leastRows } = task
  const own = (slope * slope) / (curvature + CALM)
  const sums = new Float64Array(task.bin)
  const weights = new Float64Array(task.bin)
  const counts = new Uint32Array(task.bin)
  let best: Split | undefined
  for (const feature of task.features) {
    sums.fill(0)
    weights.fill(0)
    counts.fill(0)
    const column = feature * rowCount
    for (const row of rows) {
      const bin = bins[column + row] ?? 0
      sums[bin] = (sums[bin] ?? 0) + (slopes[row] ?? 0)
      weights[bin] = (weights[bin] ?? 0) + (curvatures[row] ?? 0)
      counts[bin] = (counts[bin] ?? 0) + 1
    }
    let lowSlope = 0
    let lowCurvature = 0
    let lowCount = 0
    for (let bin = 0; bin < task.bin - 1; bin++) {
      lowSlope += sums[bin] ?? 0
      lowCurvature += weights[bin] ?? 0
      lowCount += counts[bin] ?? 0
      if (lowCount < leastRows) continue
      if (rows.length - lowCount < leastRows) break
      const highSlope = slope - lowSlope
      const gain = lowSlope ** 2 / (lowCurvature + CALM) + highSlope ** 2 / (curvature - lowCurvature + CALM) - own
      if (gain > (best?.gain ?? 1e-6)) best = { gain, feature, bin }
    }
  }
  return best
}
