/** Random choices that are the same for the same seed. */
export interface SeededRandom {
  /** 0 ≤ x < 1 */
  next(): number
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** @throws RangeError for an empty list. */
  pick<T>(items: readonly T[]): T
  shuffle<T>(items: readonly T[]): T[]
}

/** The mulberry32 generator (Tommy Ettinger, public domain). */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  return {
    next,
    between,
    pick: <T>(items: readonly T[]): T => {
      const item = items[between(0, items.length - 1)]
      if (item === undefined) throw new RangeError('Nothing to pick from')
      return item
    },
    shuffle: <T>(items: readonly T[]): T[] => {
      const shuffled = items.map((item) => ({ item, rank: next() }))
      return shuffled.sort((one, other) => one.rank - other.rank).map(({ item }) => item)
    },
  }
}
