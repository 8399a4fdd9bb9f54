/** Work in small pieces, so that everything else goes on meanwhile. */
export interface WorkSlices {
  /** Resolves at once while the slice lasts; otherwise after everything else had its turn. One for each piece of work. */
  begin(): () => Promise<void>
}

const SLICE_MS = 12

/**
 * Shares the process between pieces of work: however many go on, at most one slice of them runs between two looks of
 * the event loop at everything else.
 */
export function createWorkSlices(sliceMs: number = SLICE_MS): WorkSlices {
  let last: Promise<void> = Promise.resolve()
  return {
    begin() {
      let until = performance.now() + sliceMs
      return async () => {
        if (performance.now() < until) return
        last = last.then(() => new Promise((resolve) => setImmediate(resolve)))
        await last
        until = performance.now() + sliceMs
      }
    },
  }
}
