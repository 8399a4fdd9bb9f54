import { describe, expect, it } from 'vitest'
import { alignSpeech } from '../../server/speech/align-speech.ts'
import { alignWords } from '../../server/speech/align-words.ts'
import { createPinyinOf } from '../../server/speech/pinyin-of.ts'
import { visemeUnits } from '../../server/speech/viseme-units.ts'

const RATE = 16_000
const sounds = createPinyinOf('')('妈妈爱马，妈妈也爱我')
const track = visemeUnits(sounds)
/** Onset of each syllable in the track. */
const onsetUnits = track.units.flatMap((unit, at) =>
  unit.viseme !== 'sil' && unit.sound !== track.units[at - 1]?.sound ? [at] : [],
)

/** A hum with a dip at each onset, and silence where the text pauses. */
function hum(onsets: readonly number[], silence: readonly [number, number], length: number, lead = 0): Float32Array {
  return Float32Array.from({ length: ((length + lead) * RATE) / 1000 }, (_, at) => {
    const ms = (at * 1000) / RATE - lead
    if (ms < 0 || (ms >= silence[0] && ms < silence[1])) return 0
    const since = Math.min(...onsets.filter((onset) => onset <= ms).map((onset) => ms - onset))
    return Math.sin(at / 9) * (since < 20 ? 0.05 : 0.6)
  })
}

describe('alignSpeech', () => {
  it('finds syllables that are not where the model has them', () => {
    const truth = [0, 240, 520, 730, 1_200, 1_420, 1_700, 1_890, 2_140]
    const samples = hum(truth, [1_010, 1_200], 2_450, 300)
    const { start, end, times } = alignSpeech({ rate: RATE, samples }, track, sounds)
    expect(start).toBeGreaterThanOrEqual(280)
    expect(start).toBeLessThanOrEqual(320)
    expect(Math.abs(end - 2_750)).toBeLessThanOrEqual(20)
    const errors = onsetUnits.map((unit, index) => Math.abs((times[unit] ?? 0) - 300 - (truth[index] ?? 0)))
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(30)
    expect(Math.max(...errors)).toBeLessThan(90)
    const silence = track.units.findIndex(({ viseme }) => viseme === 'sil')
    expect(Math.abs((times[silence] ?? 0) - 1_310)).toBeLessThan(60)
  })

  it('gives every unit a time that never falls, whatever the sound', () => {
    const noise = Float32Array.from({ length: RATE }, (_, at) => Math.sin(at * at))
    for (const samples of [
      noise,
      noise.subarray(0, 800),
      new Float32Array(RATE),
      Float32Array.of(1),
      new Float32Array(),
    ]) {
      const { times } = alignSpeech({ rate: RATE, samples }, track, sounds)
      expect(times.length).toBe(track.units.length)
      for (const [index, time] of times.entries()) expect(time).toBeGreaterThanOrEqual(times[index - 1] ?? 0)
    }
  })
})

describe('alignWords', () => {
  const spoken = '妈妈爱马，妈妈也爱我'
  const edges = { start: 0, end: 3_000 }

  it('shares the time of a word among its syllables', () => {
    const words = [
      { word: '妈妈', start: 100, end: 500 },
      { word: '爱马', start: 500, end: 1_000 },
      { word: '，', start: 1_000, end: 1_100 },
      { word: '妈妈也爱我', start: 1_500, end: 2_500 },
    ]
    const { times = [] } = alignWords(words, spoken, sounds, track, edges) ?? {}
    expect(onsetUnits.map((unit) => times[unit])).toEqual([100, 300, 500, 750, 1_500, 1_700, 1_900, 2_100, 2_300])
  })

  it('gives up where the words are others', () => {
    expect(alignWords([{ word: '爸爸', start: 0, end: 1 }], spoken, sounds, track, edges)).toBeUndefined()
    expect(alignWords([{ word: '妈妈', start: 0, end: 1 }], spoken, sounds, track, edges)).toBeUndefined()
  })
})
