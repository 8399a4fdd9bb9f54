import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuse } from '../../server/dense/fuse.ts'
import { createScopePassages } from '../../server/dense/scope-passages.ts'
import type { RankedPassage } from '../../server/retrieval/passage.ts'
import { story } from './story-passages.ts'

const document = story(
  'stories/tester/long',
  '长故事',
  Array.from({ length: 24 }, (_, at) => `第${at}段的话。`),
)
const passages = createScopePassages(() => [document])(['stories'])

const cases = fc.record({
  found: fc.uniqueArray(fc.record({ place: fc.nat(23), score: fc.double({ min: 0.01, max: 30, noNaN: true }) }), {
    selector: ({ place }) => place,
    maxLength: 24,
  }),
  cosines: fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 24, maxLength: 24 })
    .map((values) => Float32Array.from(values)),
  weight: fc.double({ min: 0, max: 1, noNaN: true }),
  limit: fc.integer({ min: 1, max: 30 }),
})
const rankedOf = (found: readonly { place: number; score: number }[]): RankedPassage[] =>
  found
    .flatMap(({ place, score }) => {
      const passage = passages[place]
      return passage === undefined ? [] : [{ passage, score }]
    })
    .sort((left, right) => right.score - left.score)

describe('fusing ranks by words and by meaning', () => {
  it('gives each passage once, best first, none above the best score by words', () => {
    fc.assert(
      fc.property(cases, ({ found, cosines, weight, limit }) => {
        const lexical = rankedOf(found)
        const fused = fuse({ lexical, passages, cosines, candidates: 10, weight, limit })
        expect(fused.length).toBeLessThanOrEqual(limit)
        expect(new Set(fused.map(({ passage }) => passage.id)).size).toBe(fused.length)
        const scores = fused.map(({ score }) => score)
        expect(scores).toEqual([...scores].sort((left, right) => right - left))
        const most = lexical[0]?.score ?? 1
        for (const score of scores) expect(score).toBeLessThanOrEqual(most * (1 + 1e-6))
      }),
    )
  })

  it('is the order by words with no weight, and the order by meaning with all of it', () => {
    fc.assert(
      fc.property(cases, ({ found, cosines }) => {
        const lexical = rankedOf(found)
        const byWords = fuse({ lexical, passages, cosines, candidates: 24, weight: 0, limit: 24 })
        expect(byWords.slice(0, lexical.length).map(({ score }) => score)).toEqual(lexical.map(({ score }) => score))
        const byMeaning = fuse({ lexical: [], passages, cosines, candidates: 24, weight: 1, limit: 5 })
        const places = byMeaning.map(({ passage }) => cosines[passage.ordinal] ?? Number.NaN)
        expect(places).toEqual([...places].sort((left, right) => right - left))
        if (places.length > 0) expect(places[0]).toBeCloseTo(Math.max(...cosines), 6)
      }),
    )
  })

  it('never ranks a passage lower for lying closer to the question', () => {
    fc.assert(
      fc.property(cases, fc.nat(23), ({ found, cosines, weight }, place) => {
        const rankOf = (values: Float32Array) => {
          const all = fuse({ lexical: rankedOf(found), passages, cosines: values, candidates: 24, weight, limit: 48 })
          const at = all.findIndex(({ passage }) => passage.ordinal === place)
          return at === -1 ? 48 : at
        }
        const closer = Float32Array.from(cosines)
        closer[place] = 1
        expect(rankOf(closer)).toBeLessThanOrEqual(rankOf(cosines))
      }),
    )
  })
})
