import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VISEMES } from '../../../server/protocol/speech.ts'
import { decodeUnits, encodeUnits } from '../../../server/speech/encode-units.ts'
import { cutTrack } from '../../../web-widget/talking-avatar/cut-track.ts'
import { CLOSED, mouthOf } from '../../../web-widget/talking-avatar/mouth.ts'
import { followMouth, spokenMouth } from '../../../web-widget/talking-avatar/mouth-motion.ts'
import type { Moment } from '../../../web-widget/talking-avatar/speech-player.ts'
import { VISEME_NAMES } from '../../../web-widget/talking-avatar/viseme-names.ts'
import {
  decodeTimes,
  decodeTrack,
  fitTrack,
  targetAt,
  textReached,
  type VisemeTrack,
} from '../../../web-widget/talking-avatar/viseme-track.ts'
import { partOf, trackOf } from './parts.ts'

const AA = VISEME_NAMES.indexOf('aa')
const PP = VISEME_NAMES.indexOf('PP')
const momentAt = (track: VisemeTrack, ms: number, level: number | null = 1): Moment => ({
  part: partOf(0),
  track,
  textFrom: 0,
  ms,
  level,
  voiced: true,
})

test('the widget numbers the visemes as the protocol does', () => {
  expect(VISEME_NAMES).toEqual(VISEMES)
})

test('reads units as the server packs them', () => {
  const unit = fc.record({
    gap: fc.integer({ min: 0, max: 200 }),
    viseme: fc.nat({ max: 14 }),
    grows: fc.nat({ max: 3 }),
  })
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 60 }), (list) => {
      let at = 0
      let told = 0
      const units = list.map(({ gap, viseme }) => {
        at += gap
        return { at, viseme: VISEMES[viseme] ?? 'sil', weight: 0.5, sound: 0 }
      })
      const reached = list.map(({ grows }) => {
        told += grows
        return told
      })
      const encoded = encodeUnits(units, reached)
      const known = decodeUnits(encoded)
      const track = decodeTrack({ units: encoded, length: at + 100, start: 0, end: told })
      expect(track.at).toEqual(known.map((each) => each.at))
      expect(track.visemes).toEqual(known.map((each) => each.viseme))
      expect(track.reached.at(-1) ?? 0).toBe(told)
    }),
  )
})

test('takes whatever comes: junk is no movement, times that do not fit are left aside', () => {
  fc.assert(
    fc.property(fc.string(), (junk) => {
      const track = decodeTrack({ units: junk, length: 100, start: 0, end: 4 })
      for (let ms = -200; ms < 400; ms += 37) {
        for (const value of targetAt(track, ms)) expect(Number.isFinite(value)).toBe(true)
      }
      expect(decodeTimes(junk, trackOf([1, 10]))?.length ?? 2).toBe(2)
    }),
  )
  expect(decodeTimes(null, trackOf([1]))).toBeNull()
  const times = Buffer.from(Uint16Array.from([0, 300]).buffer).toString('base64')
  expect(decodeTimes(times, trackOf([1, 10]))).toEqual([0, 300])
})

test('stretches the model to the sound, or takes the times of the sound', () => {
  const track = trackOf([PP, AA], 100)
  expect(fitTrack(track, 400, null).at).toEqual([0, 200])
  expect(fitTrack(track, 400, [0, 350]).at).toEqual([0, 350])
})

test('a cut part of a track begins at 0 and keeps its text', () => {
  const track = trackOf([1, 2, 3, 4, 5])
  const second = cutTrack(track, 2, 4)
  expect(second.at).toEqual([0, 80])
  expect(second.reached).toEqual([1, 2])
  expect(second.length).toBe(160)
  expect(cutTrack(track, 0, 2).length + second.length + cutTrack(track, 4, 5).length).toBe(track.length)
})

test('the caption never runs ahead of the clause', () => {
  const track = trackOf([AA, AA, AA])
  expect([-50, 0, 90, 1_000].map((ms) => textReached(track, ms))).toEqual([0, 1, 2, 3])
})

test('lips are shut at every p, b and m, however short, at 60 and at 30 frames a second', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 35, max: 90 }),
      fc.constantFrom(1000 / 60, 1000 / 30),
      fc.double({ min: 0, max: 30, noNaN: true }),
      (closure, frame, phase) => {
        const track: VisemeTrack = {
          at: [0, 180, 180 + closure],
          visemes: [AA, PP, AA],
          weights: [1, 0.9, 1],
          reached: [1, 2, 2],
          length: 400,
        }
        let mouth = CLOSED
        let least = 1
        for (let ms = phase - 200; ms < 400; ms += frame) {
          mouth = followMouth(mouth, momentAt(track, ms), 0, frame)
          if (ms > 150 && ms < 180 + closure + 10) least = Math.min(least, mouth[0])
        }
        expect(least).toBeLessThan(0.08)
      },
    ),
  )
})

test('an open vowel is nearly reached in a syllable of normal length', () => {
  const track = trackOf([PP, AA, AA], 90)
  let mouth = CLOSED
  let most = 0
  for (let ms = -100; ms < 270; ms += 16.7) {
    mouth = followMouth(mouth, momentAt(track, ms), 0, 16.7)
    most = Math.max(most, mouth[0])
  }
  expect(most).toBeGreaterThan(0.8)
})

test('loudness gates the opening: silence shuts the mouth, a whisper opens it less', () => {
  const track = trackOf([AA, AA, AA], 200)
  expect(spokenMouth(momentAt(track, 100, 0), 0)).toEqual(CLOSED)
  const quiet = spokenMouth(momentAt(track, 100, 0.1), 0)[0]
  const loud = spokenMouth(momentAt(track, 100, 1), 0)[0]
  expect(quiet).toBeLessThan(loud)
  expect(spokenMouth(momentAt(track, 100, null), 0)).toEqual(mouthOf(AA, 1))
})

test('never mimes without a sound', () => {
  expect(spokenMouth({ ...momentAt(trackOf([AA]), 10), voiced: false }, 0)).toEqual(CLOSED)
  expect(spokenMouth(null, 0)).toEqual(CLOSED)
})
