import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wrapLines } from '../../../web-widget/lecturer-chat/share-picture.ts'

/** Chinese is two wide, all else one. */
const measure = (part: string): number =>
  [...part].reduce((width, character) => width + (/[\u2e80-\uffff]/.test(character) ? 2 : 1), 0)

describe('the lines of a share picture', () => {
  it('never exceed the width by more than closing marks, and lose no character', () => {
    const words = fc.array(fc.constantFrom('师', '傅', '，', '。', 'weld', 'AI', ' ', '\n', '2026'), { maxLength: 80 })
    fc.assert(
      fc.property(words, fc.integer({ min: 8, max: 40 }), (parts, width) => {
        const text = parts.join('')
        const lines = wrapLines(text, width, measure)
        for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(width)
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
      }),
    )
  })

  it('keeps words whole and closing marks off the start of a line', () => {
    expect(wrapLines('焊工 welding', 9, measure)).toEqual(['焊工', 'welding'])
    expect(wrapLines('一二三四。五', 8, measure)).toEqual(['一二三', '四。五'])
  })
})
