/**
 * Numbers terms (32-bit keys) in the order of their first appearance; open addressing, since a `Map` costs several
 * times as much.
 */
export interface TermTable {
  /** The number of a key, a new one where it was not seen before. */
  idOf(key: number): number
  readonly size: number
  /** The key of every number so far. */
  keys(): Uint32Array
}

/** An empty table. */
export function createTermTable(): TermTable {
  let mask = (1 << 16) - 1
  let slots = new Int32Array(mask + 1).fill(-1)
  let keys = new Uint32Array(1 << 15)
  let size = 0

  const slotOf = (key: number): number => {
    let slot = (Math.imul(key, 0x9e3779b1) >>> 8) & mask
    for (let id = slots[slot] ?? -1; id !== -1 && keys[id] !== key; id = slots[slot] ?? -1) slot = (slot + 1) & mask
    return slot
  }
  const grow = () => {
    const wider = new Uint32Array(keys.length * 2)
    wider.set(keys)
    keys = wider
    mask = mask * 2 + 1
    slots = new Int32Array(mask + 1).fill(-1)
    for (let id = 0; id < size; id++) slots[slotOf(keys[id] ?? 0)] = id
  }
  return {
    idOf(key) {
      const slot = slotOf(key)
      const found = slots[slot] ?? -1
      if (found !== -1) return found
      const id = size
      keys[id] = key
      slots[slot] = id
      size++
      if (size === keys.length) grow()
      return id
    },
    get size() {
      return size
    },
    keys: () => keys.slice(0, size),
  }
}
