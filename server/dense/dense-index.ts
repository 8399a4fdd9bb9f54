import { setImmediate as turn } from 'node:timers/promises'

export interface DenseIndex {
  readonly size: number
  readonly dimensions: number
  /** The cosine of the query with every vector, in order. Long work lets the event loop go on in between; an aborted signal ends it by throwing. */
  compare(query: Float32Array, signal?: AbortSignal): Promise<Float32Array>
}

/** Numbers multiplied between two turns of the event loop: about 2 ms. */
const WORK_AT_ONCE = 3_000_000

/** Puts unit vectors of one length in a row for exact search. Throws RangeError where their lengths differ. */
export function buildDenseIndex(vectors: readonly Float32Array[]): DenseIndex {
  const dimensions = vectors[0]?.length ?? 0
  const matrix = new Float32Array(vectors.length * dimensions)
  for (const [row, vector] of vectors.entries()) {
    if (vector.length !== dimensions)
      throw new RangeError(`vectors of ${dimensions} and ${vector.length} numbers do not compare`)
    matrix.set(vector, row * dimensions)
  }
  const rowsAtOnce = Math.max(1, Math.floor(WORK_AT_ONCE / Math.max(1, dimensions)))
  return {
    size: vectors.length,
    dimensions,
    async compare(query, signal) {
      if (query.length !== dimensions)
        throw new RangeError(`a query of ${query.length} numbers does not compare with ${dimensions}`)
      const cosines = new Float32Array(vectors.length)
      for (let row = 0; row < vectors.length; row += rowsAtOnce) {
        if (row > 0) await turn()
        signal?.throwIfAborted()
        compareRows(matrix, query, cosines, row, Math.min(vectors.length, row + rowsAtOnce))
      }
      return cosines
    },
  }
}

function compareRows(matrix: Float32Array, query: Float32Array, cosines: Float32Array, from: number, to: number): void {
  const { length } = query
  const whole = length - (length % 4)
  for (let row = from; row < to; row += 1) {
    const start = row * length
    // Four sums that do not wait for each other are about twice as fast as one.
    let first = 0
    let second = 0
    let third = 0
    let fourth = 0
    let at = 0
    for (; at < whole; at += 4) {
      first += (matrix[start + at] as number) * (query[at] as number)
      second += (matrix[start + at + 1] as number) * (query[at + 1] as number)
      third += (matrix[start + at + 2] as number) * (query[at + 2] as number)
      fourth += (matrix[start + at + 3] as number) * (query[at + 3] as number)
    }
    for (; at < length; at += 1) first += (matrix[start + at] as number) * (query[at] as number)
    cosines[row] = first + second + (third + fourth)
  }
}

/** The places of the `limit` greatest values, greatest first; of equal ones the first in order. */
export function greatest(values: Float32Array, limit: number): number[] {
  const places: number[] = []
  if (limit <= 0) return places
  let least = Number.NEGATIVE_INFINITY
  for (const [place, value] of values.entries()) {
    if (places.length === limit && value <= least) continue
    let low = 0
    let high = places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((values[places[middle] ?? 0] ?? 0) >= value) low = middle + 1
      else high = middle
    }
    places.splice(low, 0, place)
    if (places.length > limit) places.pop()
    if (places.length === limit) least = values[places[limit - 1] ?? 0] ?? 0
  }
  return places
}
