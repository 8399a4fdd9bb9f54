/** Decides which animation frames are drawn: all of them, or every other one where the machine cannot keep up. */
export interface Governor {
  /** Whether the frame at `now` (ms) is to be drawn. */
  frame(now: number): boolean
  /** Frames were paused: what came before says nothing. */
  rest(): void
  readonly halved: boolean
}

/** When the slowest twentieth of the frames of this span took longer than this, every other frame is left out. */
const SPAN_MS = 2_000
const SLOW_MS = 20
/** After this long it is tried again. */
const AGAIN_MS = 20_000
/** 30 frames a second, with some play. */
const HALF_MS = 28

export function createGovernor(): Governor {
  let before: number | null = null
  let since: number | null = null
  let gaps: number[] = []
  let halved = false
  let halvedAt = 0
  let drawnAt = Number.NEGATIVE_INFINITY
  const rest = (): void => {
    before = null
    since = null
    gaps = []
  }
  return {
    get halved() {
      return halved
    },
    rest,
    frame(now) {
      if (before !== null) gaps.push(now - before)
      before = now
      since ??= now
      if (now - since >= SPAN_MS) {
        gaps.sort((a, b) => a - b)
        const slow = (gaps[Math.floor(gaps.length * 0.95)] ?? 0) > SLOW_MS
        if (slow && !halved) {
          halved = true
          halvedAt = now
        } else if (halved && !slow && now - halvedAt > AGAIN_MS) halved = false
        gaps = []
        since = now
      }
      if (halved && now - drawnAt < HALF_MS) return false
      drawnAt = now
      return true
    },
  }
}
