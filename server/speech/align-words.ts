import type { Alignment } from './align-speech.ts'
import type { Sound } from './pinyin-of.ts'
import type { WordTime } from './speech-endpoint.ts'
import type { VisemeTrack } from './viseme-units.ts'

/**
 * The movements of a clause by the times that the endpoint gives for its words: each syllable has an equal share of
 * its word. Undefined where the words are not those of the text (a vendor's own reading of numbers, for example):
 * then the sound itself is looked at.
 */
export function alignWords(
  words: readonly WordTime[],
  spoken: string,
  sounds: readonly Sound[],
  track: VisemeTrack,
  edges: { readonly start: number; readonly end: number },
): Alignment | undefined {
  const origin = sounds[0]?.start ?? 0
  const onsets = new Map<number, number>()
  let at = 0
  for (const { word, start, end } of words) {
    const text = word.trim()
    if (text === '') continue
    const found = spoken.indexOf(text, at)
    if (found === -1 || /[\p{L}\p{N}]/u.test(spoken.slice(at, found))) return undefined
    for (let index = 0; index < text.length; index++)
      onsets.set(found + index, start + ((end - start) * index) / text.length)
    at = found + text.length
  }
  const soundTimes = sounds.map((sound) => (sound.kind === 'pause' ? undefined : onsets.get(sound.start - origin)))
  if (sounds.some((sound, index) => sound.kind !== 'pause' && soundTimes[index] === undefined)) return undefined
  return { ...edges, times: placeUnits(track, soundTimes, edges.end) }
}

function placeUnits(track: VisemeTrack, soundTimes: readonly (number | undefined)[], end: number): number[] {
  const times: number[] = []
  for (const [index, unit] of track.units.entries()) {
    const first = track.units.findIndex(({ sound }) => sound === unit.sound)
    const next = track.units.findIndex(({ sound, viseme }) => sound > unit.sound && viseme !== 'sil')
    const from = soundTimes[unit.sound] ?? times[index - 1] ?? 0
    const to = soundTimes[track.units[next]?.sound ?? -1] ?? end
    const modelFrom = track.units[first]?.at ?? 0
    const modelTo = track.units[next]?.at ?? track.length
    const time = from + ((to - from) * (unit.at - modelFrom)) / Math.max(1, modelTo - modelFrom)
    times.push(Math.round(Math.max(times[index - 1] ?? 0, time)))
  }
  return times
}
