/** One waiting reader. A wake-up that comes while it reads is kept, so that none falls between reading and waiting. */
export interface Waiter {
  /** Forgets earlier wake-ups; call it before reading. */
  reset(): void
  /** Resolves at a wake-up since `reset`, after `milliseconds`, or when `signal` aborts; whichever is first. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>
  /** Takes the reader off the list. */
  leave(): void
}

/** Who waits for news of which answer on this node. */
export interface WakeUps {
  join(answerId: string): Waiter
  wake(answerId: string): void
  wakeAll(): void
}

/** An empty list of waiting readers. */
export function createWakeUps(): WakeUps {
  const waiting = new Map<string, Set<() => void>>()

  function join(answerId: string): Waiter {
    let woken = false
    let resolve: (() => void) | undefined
    const wake = () => {
      woken = true
      resolve?.()
    }
    const readers = waiting.get(answerId) ?? new Set()
    waiting.set(answerId, readers.add(wake))
    return {
      reset: () => {
        woken = false
      },
      async wait(milliseconds, signal) {
        if (woken || signal.aborted) return
        await new Promise<void>((done) => {
          const finish = () => {
            clearTimeout(timer)
            signal.removeEventListener('abort', finish)
            resolve = undefined
            done()
          }
          const timer = setTimeout(finish, milliseconds)
          signal.addEventListener('abort', finish, { once: true })
          resolve = finish
        })
      },
      leave() {
        readers.delete(wake)
        if (readers.size === 0 && waiting.get(answerId) === readers) waiting.delete(answerId)
      },
    }
  }

  return {
    join,
    wake: (answerId) => {
      for (const wake of waiting.get(answerId) ?? []) wake()
    },
    wakeAll: () => {
      for (const readers of waiting.values()) for (const wake of readers) wake()
    },
  }
}
