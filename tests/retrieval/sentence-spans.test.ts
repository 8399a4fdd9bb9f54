import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sentenceSpans } from '../../server/retrieval/sentence-spans.ts'

const cut = (text: string) => sentenceSpans(text).map(({ start, end }) => text.slice(start, end))

describe('sentenceSpans', () => {
  it('cuts after Chinese and English ends of sentence', () => {
    expect(cut('我进厂了。真的？真的！一是稳；二是准。')).toEqual([
      '我进厂了。',
      '真的？',
      '真的！',
      '一是稳；',
      '二是准。',
    ])
    expect(cut('Mr. Wang came at 3.5 km. He left.')).toEqual(['Mr. Wang came at 3.5 km.', 'He left.'])
  })

  it('keeps a closing quotation mark with its sentence and cuts nothing inside a short quotation', () => {
    expect(cut('他说：“慢一点。稳一点。”我就慢下来。')).toEqual(['他说：“慢一点。稳一点。”', '我就慢下来。'])
    expect(cut('“好！”师傅说。我笑了。')).toEqual(['“好！”师傅说。', '我笑了。'])
    expect(cut('「走。」他就走了。')).toEqual(['「走。」', '他就走了。'])
  })

  it('cuts inside a quotation that is a story of its own', () => {
    const long = `他说：“${'我们那时候天天练，手都练肿了。'.repeat(6)}”`
    expect(cut(long).length).toBeGreaterThan(3)
  })

  it('takes headings and list items by line', () => {
    expect(cut('## 三条规矩\n\n1. 不许迟到\n2. 不许藏焊缝。\n- 不许说差不多')).toEqual([
      '## 三条规矩',
      '1. 不许迟到',
      '2. 不许藏焊缝。',
      '- 不许说差不多',
    ])
  })

  it('does not end at an ellipsis that goes on, nor inside numbers', () => {
    expect(cut('那天……，我没说话。焊脚8.5毫米。')).toEqual(['那天……，我没说话。', '焊脚8.5毫米。'])
  })

  it('holds all that is visible, in order, without overlap', () => {
    const piece = fc.constantFrom(
      '我',
      '焊',
      '他说',
      '。',
      '！',
      '？',
      '；',
      '…',
      '\n',
      '“',
      '”',
      '「',
      '」',
      '《',
      '》',
      '（',
      '）',
      ' ',
      '.',
      'Dr',
      'a',
      '3',
      ',',
      '，',
      '：',
      '# ',
      '1. ',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 80 }).map((pieces) => pieces.join('')),
        (text) => {
          let reached = 0
          for (const { start, end } of sentenceSpans(text)) {
            expect(start).toBeGreaterThanOrEqual(reached)
            expect(end).toBeGreaterThan(start)
            expect(text.slice(reached, start).trim()).toBe('')
            expect(text.slice(start, end)).toBe(text.slice(start, end).trim())
            reached = end
          }
          expect(text.slice(reached).trim()).toBe('')
        },
      ),
      { numRuns: 500 },
    )
  })
})
