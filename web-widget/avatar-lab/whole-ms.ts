import type { Moment } from '../talking-avatar/speech-player.ts'

/**
 * How far (ms) a moment lies into its clause as the timeline shows it. A voice of the browser speaks a clause in
 * pieces, each with a time of its own: those are put back into the time of the whole at `speed`.
 */
export function wholeMs({ part, track, textFrom, ms, level }: Moment, speed: number): number {
  if (level !== null || track.at.length === part.track.at.length) {
    const own = track.length > 0 && level === null ? part.track.length / speed / track.length : 1
    return ms * own
  }
  const first = part.track.reached.findIndex((told) => told > textFrom)
  const start = part.track.at[Math.max(0, first)] ?? 0
  const next = part.track.at[Math.max(0, first) + track.at.length] ?? part.track.length
  return (start + (track.length > 0 ? (ms / track.length) * (next - start) : 0)) / speed
}
