import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffTexts } from '../../server/knowledge/diff-texts.ts'

const without = (kind: string, pieces: ReturnType<typeof diffTexts>) =>
  pieces
    .filter((piece) => piece.kind !== kind)
    .map((piece) => piece.text)
    .join('')

describe('the difference of two versions', () => {
  it('makes both texts, whatever they are', () => {
    const text = fc
      .array(fc.constantFrom('师傅', '我', '焊了。', '三处', '漏！', '\n', '\n\n', ' ', 'A b; ', '”', '', '？'), {
        maxLength: 60,
      })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, text, (from, to) => {
        const pieces = diffTexts(from, to)
        expect(without('added', pieces)).toBe(from)
        expect(without('removed', pieces)).toBe(to)
      }),
      { numRuns: 500 },
    )
  })

  it('shows the words that changed within a sentence', () => {
    expect(diffTexts('我1999年进厂。师傅姓周。', '我1998年进厂。师傅姓周。')).toEqual([
      { kind: 'same', text: '我' },
      { kind: 'removed', text: '1999' },
      { kind: 'added', text: '1998' },
      { kind: 'same', text: '年进厂。师傅姓周。' },
    ])
  })

  it('takes a hundred pages in a moment, changed here and there or altogether', () => {
    const page = (seed: number) =>
      Array.from(
        { length: 30 },
        (_, line) => `第${seed}页的第${line}句话说的是${(seed * 31 + line * 17) % 97}号焊缝的事。`,
      ).join('')
    const before = Array.from({ length: 100 }, (_, seed) => page(seed)).join('\n\n')
    const after = before.replaceAll('号焊缝', '道焊缝')
    const started = performance.now()
    const pieces = diffTexts(before, after)
    expect(diffTexts(before, before.replace('7号', '8号')).filter(({ kind }) => kind !== 'same').length).toBe(2)
    expect(performance.now() - started).toBeLessThan(4_000)
    expect(without('added', pieces)).toBe(before)
    expect(without('removed', pieces)).toBe(after)
  })
})
