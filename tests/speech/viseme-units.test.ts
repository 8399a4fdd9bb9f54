import { describe, expect, it, test } from 'vitest'
import { VISEMES } from '../../server/protocol/speech.ts'
import { FINALS, splitSyllable } from '../../server/speech/mandarin-finals.ts'
import { createPinyinOf } from '../../server/speech/pinyin-of.ts'
import { MS_PER_UNIT, partsOf, visemeUnits } from '../../server/speech/viseme-units.ts'
import { gb2312Syllables } from '../bench/avatar/server.ts'

const read = createPinyinOf('')
const shapes = (syllable: string) =>
  partsOf({ syllable, tone: 1, erhua: false }, false)
    .map(([viseme, , weight]) => `${viseme}(${weight})`)
    .join(' ')

describe('visemes of Mandarin', () => {
  it('maps all 402 syllables of GB 2312', () => {
    const syllables = gb2312Syllables()
    expect(syllables.length).toBe(402)
    expect(syllables.filter((syllable) => splitSyllable(syllable) === undefined)).toEqual([])
  })

  it('shares every final out wholly', () => {
    for (const [final, parts] of Object.entries(FINALS)) {
      expect(
        parts.reduce((sum, [, share]) => sum + share, 0),
        final,
      ).toBeCloseTo(1)
    }
  })

  test.each([
    ['yi', 'I(0.9)'],
    ['wo', 'U(0.8) O(0.9)'],
    ['you', 'I(0.7) O(0.8) U(0.8)'],
    ['yuan', 'U(0.9) E(0.8) nn(0.5)'],
    ['ji', 'SS(0.6) I(0.9)'],
    ['ju', 'CH(0.6) U(0.9)'],
    ['shi', 'CH(0.7) CH(0.4) I(0.35)'],
    ['zi', 'SS(0.6) SS(0.5) I(0.35)'],
    ['ban', 'PP(1) aa(0.9) nn(0.5)'],
    ['liu', 'nn(0.6) I(0.7) O(0.8) U(0.8)'],
    ['gui', 'kk(0.5) U(0.8) E(0.8) I(0.8)'],
    ['lun', 'nn(0.6) U(0.8) E(0.7) nn(0.5)'],
    ['xiong', 'CH(0.6) U(0.9) kk(0.3)'],
    ['er', 'aa(0.6) RR(0.7)'],
    ['ng', 'nn(0.6)'],
  ])('%s', (syllable, expected) => {
    expect(shapes(syllable)).toBe(expected)
  })
})

describe('visemeUnits', () => {
  it('lengthens the syllable before a pause, and closes the mouth in it', () => {
    const [alone, before] = ['妈', '妈，'].map((text) => visemeUnits(read(`${text}妈`)))
    const silence = before?.units.find(({ viseme }) => viseme === 'sil')
    const second = alone?.units.find(({ sound }) => sound === 1)
    expect(silence?.weight).toBe(0)
    expect((silence?.at ?? 0) - (second?.at ?? 0)).toBeCloseTo(2.2 * 0.25 * MS_PER_UNIT)
  })

  it('gives the pause at the end beside the length', () => {
    expect(visemeUnits(read('好。')).pause).toBeCloseTo(3.2 * MS_PER_UNIT)
    expect(visemeUnits(read('好')).pause).toBe(0)
    expect(visemeUnits([]).units).toEqual([])
  })

  it('shapes Latin letters and words', () => {
    for (const text of ['C N C', 'Python', 'hello world', 'WWW', "don't", 'xyzzy']) {
      const { units, length } = visemeUnits(read(text))
      expect(units.length, text).toBeGreaterThan(2)
      expect(length, text).toBeGreaterThan(100)
      for (const { viseme } of units) expect(VISEMES).toContain(viseme)
    }
  })

  it('gives about four syllables a second', () => {
    const { length } = visemeUnits(read('我们把手艺传给下一代年轻人'))
    expect((13 * 1000) / length).toBeGreaterThan(3.5)
    expect((13 * 1000) / length).toBeLessThan(4.8)
  })
})
