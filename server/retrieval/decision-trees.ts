/**
 * A full binary tree of some depth: inner node `n` goes to `2n + 1` where `values[columns[n]] <= cuts[n]`, else to `2n + 2`; a node that does not decide has
 * the column -1 and goes left. `leaves` are the values of the last level, from the left.
 */
export interface DecisionTree {
  readonly columns: readonly number[]
  readonly cuts: readonly number[]
  readonly leaves: readonly number[]
}

/** What the tree says of some values. */
export function treeValue({ columns, cuts, leaves }: DecisionTree, values: ArrayLike<number>): number {
  let node = 0
  while (node < columns.length) {
    const column = columns[node] ?? -1
    const right = column >= 0 && (values[column] ?? 0) > (cuts[node] ?? 0)
    node = 2 * node + (right ? 2 : 1)
  }
  return leaves[node - columns.length] ?? 0
}
