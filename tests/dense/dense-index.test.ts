import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildDenseIndex, greatest } from '../../server/dense/dense-index.ts'
import { unitVector } from '../../server/dense/embedder.ts'

const vectorOf = (length: number) =>
  fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length })
    .filter((values) => Math.hypot(...values) > 1e-3)
    .map(unitVector)

describe('exact search over vectors', () => {
  it('finds what brute force finds', async () => {
    const searches = fc
      .integer({ min: 1, max: 37 })
      .chain((length) =>
        fc.record({ query: vectorOf(length), vectors: fc.array(vectorOf(length), { minLength: 1, maxLength: 40 }) }),
      )
    await fc.assert(
      fc.asyncProperty(searches, fc.nat(45), async ({ query, vectors }, limit) => {
        const cosines = await buildDenseIndex(vectors).compare(query)
        const expected = vectors.map((vector) => vector.reduce((sum, value, at) => sum + value * (query[at] ?? 0), 0))
        for (const [row, cosine] of cosines.entries())
          expect(Math.abs(cosine - (expected[row] ?? 0))).toBeLessThan(1e-6)
        const best = greatest(cosines, limit)
        const all = [...cosines.keys()].sort(
          (left, right) => (cosines[right] ?? 0) - (cosines[left] ?? 0) || left - right,
        )
        expect(best).toEqual(all.slice(0, limit))
      }),
    )
  })

  it('takes the first of equal ones', () => {
    expect(greatest(Float32Array.of(0.5, 0.9, 0.5, 0.9, 0.5), 4)).toEqual([1, 3, 0, 2])
  })

  it('lets the event loop turn while it compares many, and stops when aborted', async () => {
    let state = 1
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      return state
    }
    const values = () => Float32Array.from({ length: 64 }, next)
    const vectors = Array.from({ length: 100_000 }, () => unitVector(values()))
    const index = buildDenseIndex(vectors)
    let turns = 0
    const count = () => {
      turns += 1
      again = setImmediate(count)
    }
    let again = setImmediate(count)
    const cosines = await index.compare(vectors[70_000] ?? new Float32Array())
    clearImmediate(again)
    expect(greatest(cosines, 1)[0]).toBe(70_000)
    expect(turns).toBeGreaterThanOrEqual(2)
    const leave = new AbortController()
    const late = index.compare(vectors[0] ?? new Float32Array(), leave.signal)
    leave.abort(new Error('enough'))
    await expect(late).rejects.toThrow('enough')
  })

  it('refuses vectors that do not compare', async () => {
    expect(() => buildDenseIndex([unitVector([1, 0]), unitVector([1, 0, 0])])).toThrow(RangeError)
    await expect(buildDenseIndex([unitVector([1, 0])]).compare(unitVector([1]))).rejects.toThrow(RangeError)
    expect(() => unitVector([0, 0])).toThrow('without a direction')
    expect(() => unitVector([1, Number.NaN])).toThrow('without a direction')
  })
})
