import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ComparedText, createNearDuplicates, piecesOf } from '../../server/knowledge/near-duplicates.ts'

const letters = fc.array(fc.constantFrom(...'我们在车间里看见老师傅焊了一道缝然后说行'), {
  minLength: 5,
  maxLength: 400,
})
const text = letters.map((all) => all.join(''))

function compared(id: string, words: string): ComparedText {
  return { id, title: id, hash: words, text: () => Promise.resolve(words) }
}

/** The same measure by sets of strings. */
function shareOf(one: string, two: string): number {
  const pieces = (words: string) =>
    new Set(Array.from({ length: Math.max(1, words.length - 4) }, (_, at) => words.slice(at, at + 5)))
  const [left, right] = [pieces(one), pieces(two)]
  const shared = [...left].filter((piece) => right.has(piece)).length
  return shared / (left.size + right.size - shared)
}

describe('near duplicates', () => {
  it('are those that share four fifths of their pieces, by the exact share', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(), async (one, two, place) => {
        const cut = place % one.length
        for (const other of [two, one.slice(0, cut) + one.slice(cut + 1), one + two.slice(0, 8), one]) {
          const [found] = await createNearDuplicates().find(one, [compared('a', other)])
          const share = shareOf(one, other)
          if (share >= 0.8) expect(found?.similarity).toBeCloseTo(share, 6)
          else expect(found).toBeUndefined()
        }
      }),
      { numRuns: 150 },
    )
  })

  it('are the same text where only blanks, marks and width differ', async () => {
    const words = '第一条　焊条要先烘干，烘到350度。'
    const [found] = await createNearDuplicates().find('第一条 焊条要先烘干,\n烘到３５０度', [compared('a', words)])
    expect(found).toEqual({ documentId: 'a', title: 'a', similarity: 1 })
    expect(await createNearDuplicates().find('。，', [compared('a', '。')])).toEqual([])
  })

  it('are found among a thousand long texts within a second', async () => {
    const long = (seed: number) =>
      Array.from({ length: 6_000 }, (_, at) =>
        String.fromCharCode(0x4e00 + ((seed * 7919 + at * at * (seed + 3)) % 5_000)),
      ).join('')
    const others = Array.from({ length: 1_000 }, (_, seed) => compared(String(seed), long(seed)))
    const duplicates = createNearDuplicates()
    await duplicates.find(long(1), others)
    const started = performance.now()
    const found = await duplicates.find(`${long(500)}又加了一句`, others)
    expect(performance.now() - started).toBeLessThan(1_000)
    expect(found.map(({ documentId }) => documentId)).toEqual(['500'])
    expect(piecesOf(long(500)).length).toBeGreaterThan(2_000)
  })
})
