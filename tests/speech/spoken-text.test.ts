import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { spokenText } from '../../server/speech/spoken-text.ts'

const cases = readFileSync(new URL('spoken-text-cases.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split('\t').map((field) => field.replaceAll('\\n', '\n')) as [string, string])

describe('spokenText', () => {
  test('has at least 500 golden cases, each once', () => {
    expect(cases.length).toBeGreaterThanOrEqual(500)
    expect(new Set(cases.map(([source]) => source)).size).toBe(cases.length)
  })

  test.each(cases)('%s', (source, spoken) => {
    expect(spokenText(source).text).toBe(spoken)
  })

  it('says of every character which part of the source it stands for, in order', () => {
    const piece = fc.oneof(
      fc.constantFrom(...cases.map(([source]) => source)),
      fc.string({ unit: 'binary', maxLength: 12 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const source = pieces.join('')
        const { text, from, to } = spokenText(source)
        expect(from.length).toBe(text.length)
        expect(to.length).toBe(text.length)
        for (let index = 0; index < text.length; index++) {
          expect(from[index]).toBeLessThan(to[index] ?? 0)
          expect(from[index]).toBeGreaterThanOrEqual(from[index - 1] ?? 0)
          expect(to[index]).toBeGreaterThanOrEqual(to[index - 1] ?? 0)
        }
        expect(to.at(-1) ?? 0).toBeLessThanOrEqual(source.length)
      }),
    )
  })

  it('leaves no digit unread and says nothing that is no text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (source) => {
        const { text } = spokenText(source)
        expect(text).toMatch(/^[\p{Script=Han}A-Za-z' 、，—：；。！？…]*$/u)
      }),
    )
  })

  it('reads what 2,000 characters of anything hold in a moment', () => {
    for (const unit of ['劳模工匠1,234.5%', '[[[[', '((((', '----', '1111', 'aB1-', '<b ', '```', '😀']) {
      const source = unit.repeat(Math.ceil(2_000 / unit.length))
      // Time of the processor, not of the clock: others may be at work on it too.
      const started = process.cpuUsage()
      spokenText(source)
      expect(process.cpuUsage(started).user / 1_000, unit).toBeLessThan(250)
    }
  })
})
