import type { VisemeTrack } from './viseme-track.ts'

/** The part of a track whose text lies in `[from, to)`, counted anew from its first movement and character. */
export function cutTrack(track: VisemeTrack, from: number, to: number): VisemeTrack {
  const first = track.reached.findIndex((told) => told > from)
  let end = track.reached.findIndex((told) => told > to)
  if (end < 0) end = track.at.length
  if (first < 0 || first >= end) return { at: [], visemes: [], weights: [], reached: [], length: 0 }
  const start = track.at[first] ?? 0
  return {
    at: track.at.slice(first, end).map((time) => time - start),
    visemes: track.visemes.slice(first, end),
    weights: track.weights.slice(first, end),
    reached: track.reached.slice(first, end).map((told) => told - from),
    length: (track.at[end] ?? track.length) - start,
  }
}
