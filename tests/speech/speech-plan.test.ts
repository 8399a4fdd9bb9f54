import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPieces } from '../../server/speech/speech-plan.ts'
import { spokenText } from '../../server/speech/spoken-text.ts'
import { toneMarked } from '../../server/speech/tone-marked.ts'

const words = [
  '2023年',
  '99.87%',
  '焊条',
  '，',
  '。',
  'CNC',
  '👍',
  ' ',
  '\n',
  '①',
  '**重点**',
  '350℃',
  '(',
  ')',
  'ａ',
  '1/2',
  '-5',
]

describe('the pieces of a reading', () => {
  it('are together the whole source and the whole spoken text, in turn changed and unchanged', () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
    )
    fc.assert(
      fc.property(text, (source) => {
        const spoken = spokenText(source)
        const pieces = readPieces(source, spoken)
        expect(pieces.map((piece) => piece.source).join('')).toBe(source)
        expect(pieces.map((piece) => piece.spoken).join('')).toBe(spoken.text)
        for (const [index, piece] of pieces.entries()) {
          expect(piece.changed).toBe(piece.source !== piece.spoken)
          expect(piece.changed).not.toBe(pieces[index - 1]?.changed)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('the tone mark', () => {
  it.each([
    ['han', 4, 'hàn'],
    ['xue', 2, 'xué'],
    ['jiu', 3, 'jiǔ'],
    ['gui', 4, 'guì'],
    ['kou', 3, 'kǒu'],
    ['lv', 4, 'lǜ'],
    ['nve', 4, 'nüè'],
    ['xiong', 2, 'xióng'],
    ['de', 0, 'de'],
    ['ng', 2, 'ńg'],
  ])('of %s %i is %s', (syllable, tone, marked) => {
    expect(toneMarked(syllable, tone)).toBe(marked)
  })
})
