/** What the clock needs of an `AudioContext`; older engines lack the last three. */
export interface ClockSource {
  readonly currentTime: number
  readonly baseLatency?: number
  readonly outputLatency?: number
  getOutputTimestamp?(): { contextTime?: number; performanceTime?: number }
}

/** A reading further than this (s) from the context's own time is not believed. */
const FARTHEST_S = 1.5
/** The time stamp of a graph that has hardly run is not settled yet. */
const SETTLED_S = 0.02

/**
 * Which moment of the context's time (s) leaves the loudspeaker now. From the output time stamp; where there is none,
 * from the reported latency of the output, then of the graph. `now` is `performance.now()`.
 */
export function heardTime(source: ClockSource, now: number): number {
  const latest = source.currentTime
  const stamp = source.getOutputTimestamp?.()
  const { contextTime, performanceTime } = stamp ?? {}
  if (contextTime !== undefined && performanceTime !== undefined && contextTime > SETTLED_S && performanceTime > 0) {
    const heard = contextTime + (now - performanceTime) / 1000
    if (Number.isFinite(heard) && heard <= latest + 0.1 && latest - heard < FARTHEST_S) return heard
  }
  const latency = positive(source.outputLatency) ?? positive(source.baseLatency) ?? 0
  return latest - latency
}

function positive(latency: number | undefined): number | null {
  return latency !== undefined && Number.isFinite(latency) && latency > 0 ? Math.min(latency, FARTHEST_S) : null
}
