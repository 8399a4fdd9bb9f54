/** Watches for a stretch without a token. Time that the reader takes for itself is not counted. */
export interface SilenceWatch {
  /** Starts counting: someone waits for the server. */
  listen(): void
  /** Stops counting: the reader has something to do. */
  rest(): void
  /** A token came: the count begins anew. */
  heard(): void
  /** From now on no more than `ms` are left, however long the limit is. */
  hurry(ms: number): void
  /** Milliseconds left before the silence is too long. */
  left(): number
}

/** Calls `onSilence` once when `limitMs` of listening have passed since the start or the last token. */
export function createSilenceWatch(limitMs: number, onSilence: () => void): SilenceWatch {
  let remaining = limitMs
  let since: number | null = null
  let timer: NodeJS.Timeout | undefined

  function count(ms: number): void {
    remaining = ms
    if (since === null) return
    since = performance.now()
    clearTimeout(timer)
    timer = setTimeout(onSilence, Math.max(0, ms))
  }

  const left = () => (since === null ? remaining : remaining - (performance.now() - since))

  return {
    left,
    listen() {
      if (since !== null) return
      since = performance.now()
      timer = setTimeout(onSilence, Math.max(0, remaining))
    },
    rest() {
      remaining = left()
      since = null
      clearTimeout(timer)
    },
    heard: () => count(limitMs),
    hurry: (ms) => count(Math.min(ms, left())),
  }
}
