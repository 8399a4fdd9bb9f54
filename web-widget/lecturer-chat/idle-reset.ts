/** Without a touch for this long, a public screen is cleared for the next visitor. */
export const IDLE_MS = 60_000
/** For this long before, a countdown says so. */
export const COUNTDOWN_MS = 10_000

export interface IdleOptions {
  /** The countdown itself: it must not vanish under the finger that is about to press its button. */
  readonly bar: Element
  /** Whether an answer is being given, or nothing is there to clear: the clock stands still. */
  readonly resting: () => boolean
  /** The seconds that are left, or null when the countdown is over or was called off. */
  readonly onCount: (seconds: number | null) => void
  readonly onReset: () => void
}

export interface IdleWatch {
  /** Somebody is there. */
  touch(): void
  dispose(): void
}

/** Watches `root` for touches, keys and scrolling; after a minute without any it counts down and resets. */
export function watchIdle(root: HTMLElement, options: IdleOptions): IdleWatch {
  let since = Date.now()
  let counting = false
  const touch = (): void => {
    since = Date.now()
    if (!counting) return
    counting = false
    options.onCount(null)
  }
  const onEvent = (event: Event): void => {
    if (!event.composedPath().includes(options.bar)) touch()
  }
  const kinds = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchmove', 'scroll', 'input']
  for (const kind of kinds) root.addEventListener(kind, onEvent, { capture: true, passive: true })
  const timer = setInterval(() => {
    if (options.resting()) return touch()
    const left = since + IDLE_MS - Date.now()
    if (left > COUNTDOWN_MS) return
    if (left <= 0) {
      touch()
      options.onReset()
      return
    }
    counting = true
    options.onCount(Math.ceil(left / 1_000))
  }, 500)
  return {
    touch,
    dispose() {
      clearInterval(timer)
      for (const kind of kinds) root.removeEventListener(kind, onEvent, { capture: true })
    },
  }
}
