import type { Speech } from '../protocol/speech.ts'
import { cutClauses } from './cut-clauses.ts'
import { encodeUnits } from './encode-units.ts'
import type { PinyinOf, Sound } from './pinyin-of.ts'
import { spokenText } from './spoken-text.ts'
import { pauseRank } from './spoken-words.ts'
import { MS_PER_UNIT, type VisemeTrack, visemeUnits } from './viseme-units.ts'

/** A clause with everything that a voice and a mouth need for it. */
export interface SpokenClause {
  /** Span of the source text. */
  readonly start: number
  readonly end: number
  /** What is read aloud. */
  readonly spoken: string
  readonly sounds: readonly Sound[]
  readonly track: VisemeTrack
  /** How much of the clause's source has been begun with each unit of the track. */
  readonly reached: readonly number[]
}

/** Between two sentences there is a breath even where no mark says so. */
const LEAST_BREATH = 1.6 * MS_PER_UNIT

/**
 * The clauses of a sentence. The same text always gives the same clauses; `startsAnswer` is whether the sentence
 * begins its answer.
 */
export function spokenClauses(text: string, pinyinOf: PinyinOf, startsAnswer: boolean): SpokenClause[] {
  const whole = spokenText(text)
  const sounds = pinyinOf(whole.text)
  const spans = cutClauses(text, whole, sounds, startsAnswer)
  return spans.map(({ start, end, firstSound, endSound }, index) => {
    const own = sounds.slice(firstSound, endSound)
    const from = own[0]?.start ?? 0
    const track = visemeUnits(own)
    const reached = track.units.map(({ sound }) => {
      const to = whole.to[(own[sound]?.end ?? 1) - 1] ?? start
      return Math.min(to, end) - start
    })
    const last = index === spans.length - 1
    return {
      start,
      end,
      spoken: trimSpoken(whole.text.slice(from, own.at(-1)?.end ?? from)),
      sounds: own,
      track: last ? { ...track, pause: Math.max(track.pause, LEAST_BREATH) } : track,
      reached,
    }
  })
}

/** What `answer-delta` bears for a sentence. `audio` is whether the server has a voice for it. */
export function speechOf(clauses: readonly SpokenClause[], audio: boolean): Speech {
  return {
    clauses: clauses.map(({ start, end, track, reached }) => ({
      start,
      end,
      units: encodeUnits(track.units, reached),
      length: Math.round(track.length),
      pause: Math.round(track.pause),
      audio,
    })),
  }
}

/** A clause that was cut at a comma is spoken with it, so that the voice stays up; a leading pause is none. */
function trimSpoken(text: string): string {
  let start = 0
  while (start < text.length && (text[start] === ' ' || pauseRank(text[start] ?? '') > 0)) start++
  return text.slice(start).trimEnd()
}
