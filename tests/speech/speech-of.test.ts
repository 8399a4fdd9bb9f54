import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeUnits } from '../../server/speech/encode-units.ts'
import { createPinyinOf } from '../../server/speech/pinyin-of.ts'
import { speechOf, spokenClauses } from '../../server/speech/speech-of.ts'

const read = createPinyinOf('')
const cut = (text: string, startsAnswer = false) =>
  spokenClauses(text, read, startsAnswer).map(({ start, end }) => text.slice(start, end))

describe('spokenClauses', () => {
  it('begins an answer with a short clause', () => {
    const text = '焊条受了潮，焊缝里就会有气孔，所以要先烘干，再放进保温筒里随用随取。'
    expect(cut(text, true)[0]).toBe('焊条受了潮，焊缝里就会有气孔，')
    expect(cut('我是林悦的分身，讲焊工的故事给你们听。', true)[0]).toBe('我是林悦的分身，')
    expect(cut('好，', true)).toEqual(['好，'])
  })

  it('cuts where there is no pause between words, at the limit', () => {
    const text = '中华人民共和国全国劳动模范代表大会职工技术交流中心主任办公室'
    const clauses = cut(text, true)
    expect(clauses.length).toBe(2)
    expect(clauses[0]?.length).toBeLessThanOrEqual(20)
    expect(clauses[0]).toMatch(/(?:职工|大会)$/)
  })

  it('leaves marks with the words that they belong to', () => {
    const text = '师傅跟我说过这样一句老话：“手上有活，心里不慌。”我到今天都还记得清清楚楚。'
    expect(cut(text)).toEqual(['师傅跟我说过这样一句老话：', '“手上有活，心里不慌。”我到今天都还记得清清楚楚。'])
  })

  it('has no clause where nothing is said', () => {
    for (const text of ['', '😀👍', '……', '```\ncode\n```', 'https://example.com/a', ' \n '])
      expect(cut(text), text).toEqual([])
  })

  it('leaves the last clause a figure of the number that was cut', () => {
    const clauses = spokenClauses('99.87%CNC\u000099.87%', read, true)
    expect(clauses.map(({ start, end }) => [start, end])).toEqual([
      [0, 15],
      [15, 16],
    ])
    for (const { start, end, reached } of clauses) expect(Math.max(...reached)).toBeLessThanOrEqual(end - start)
  })

  it('covers any text, in clauses of at most 40 syllables, the same every time', () => {
    const piece = fc.oneof(
      fc.constantFrom('劳模', '，', '。', '2023年', 'CNC', '😀', '“', '”', '\n', '99.87%', 'hello ', '、', '（', '）'),
      fc.string({ unit: 'binary', maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.boolean(), (pieces, startsAnswer) => {
        const text = pieces.join('')
        const clauses = spokenClauses(text, read, startsAnswer)
        const speech = speechOf(clauses, true)
        let at = 0
        for (const [index, { start, end, units, length }] of speech.clauses.entries()) {
          expect(start).toBe(at)
          expect(end).toBeGreaterThan(start)
          at = end
          const decoded = decodeUnits(units)
          expect(decoded.length).toBe(clauses[index]?.track.units.length)
          expect(decoded.reduce((sum, { advance }) => sum + advance, 0)).toBeLessThanOrEqual(end - start)
          expect(decoded.at(-1)?.at ?? 0).toBeLessThanOrEqual(length + 10)
          expect(clauses[index]?.sounds.filter(({ kind }) => kind === 'syllable').length).toBeLessThanOrEqual(40)
        }
        if (clauses.length > 0) expect(at).toBe(text.length)
        expect(speechOf(spokenClauses(text, read, startsAnswer), true)).toEqual(speech)
      }),
      { numRuns: 300 },
    )
  })

  it('takes 2,000 characters of anything', () => {
    for (const unit of ['劳模', 'English words ', '😀', 'if (a < b) { return 1 }\n', '1', '，']) {
      const text = unit.repeat(Math.ceil(2_000 / unit.length)).slice(0, 2_000)
      // Time of the processor, not of the clock: others may be at work on it too.
      const started = process.cpuUsage()
      const { clauses } = speechOf(spokenClauses(text, read, true), true)
      expect(process.cpuUsage(started).user / 1_000, unit).toBeLessThan(500)
      expect(clauses.at(-1)?.end ?? 2_000).toBe(text.length)
    }
  })
})

describe('speechOf', () => {
  it('lights a caption up as it is spoken', () => {
    const text = '2023年，CNC'
    const [clause] = speechOf(spokenClauses(text, read, false), false).clauses
    const reached = decodeUnits(clause?.units ?? '').map(
      (
        (sum) =>
        ({ advance }) =>
          (sum += advance)
      )(0),
    )
    expect(reached[0]).toBe(1)
    expect(reached.at(-1)).toBe(text.length)
    expect(clause?.audio).toBe(false)
  })
})
