/** How long a question may stay without `turn-accepted` before it is shown as not sent. */
export const ACCEPT_TIMEOUT_MS = 10_000

export interface OverdueQuestions {
  /** Counts from now on whether this question is acknowledged in time. */
  watch(turnId: string): void
  dispose(): void
}

/**
 * Calls `overdue` for a question that nobody acknowledged in time. One that waits behind another on a good connection
 * (`waitsBehind`) is given more time.
 */
export function createOverdueQuestions(
  waitsBehind: (turnId: string) => boolean,
  overdue: (turnId: string) => void,
): OverdueQuestions {
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const watch = (turnId: string): void => {
    clearTimeout(timers.get(turnId))
    timers.set(
      turnId,
      setTimeout(() => {
        timers.delete(turnId)
        if (waitsBehind(turnId)) watch(turnId)
        else overdue(turnId)
      }, ACCEPT_TIMEOUT_MS),
    )
  }
  return {
    watch,
    dispose() {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
