import type { SpeechPart, SpeechPlayer } from './speech-player.ts'
import { fitTrack, type VisemeTrack } from './viseme-track.ts'

interface Shown {
  readonly part: SpeechPart
  readonly track: VisemeTrack
  readonly from: number
  readonly timer: ReturnType<typeof setTimeout>
}

/** No voice at all: captions run at the speed of speech, and the mouth stays still. */
export function createCaptionPlayer(): SpeechPlayer {
  let shown: Shown[] = []
  let freeFrom = 0
  return {
    rung: 'captions',
    load: () => Promise.resolve(),
    play(part, pace, over) {
      const track = fitTrack(part.track, part.track.length / pace.speed, null)
      const from = Math.max(performance.now(), freeFrom)
      freeFrom = from + track.length + (part.pause / pace.speed) * pace.pauses
      const timer = setTimeout(() => {
        shown = shown.filter((other) => other !== entry)
        over(null)
      }, freeFrom - performance.now())
      const entry: Shown = { part, track, from, timer }
      shown.push(entry)
    },
    moment() {
      const now = performance.now()
      let current: Shown | undefined
      for (const entry of shown) if (entry.from <= now) current = entry
      if (current === undefined) return null
      const { part, track, from } = current
      return { part, track, textFrom: 0, ms: now - from, level: null, voiced: false }
    },
    stop() {
      for (const { timer } of shown) clearTimeout(timer)
      shown = []
      freeFrom = 0
    },
  }
}
