import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auroc } from '../../server/evaluation/auroc.ts'
import { type Example, learnLogistic, logisticLogit } from '../../server/evaluation/learn-logistic.ts'
import { learnTrees, treesLogit } from '../../server/evaluation/learn-trees.ts'
import { seededRandom } from '../../server/evaluation/seeded-random.ts'

function examples(count: number, target: (x: number, y: number) => boolean): Example[] {
  const random = seededRandom(7)
  return Array.from({ length: count }, () => {
    const x = random.next()
    const y = random.next()
    return { values: Float64Array.of(x, y, random.next()), target: target(x, y) ? 1 : 0, weight: 1 }
  })
}

function right(rows: readonly Example[], logit: (values: Float64Array) => number): number {
  return rows.filter(({ values, target }) => logit(values) > 0 === (target === 1)).length / rows.length
}

describe('auroc', () => {
  it('counts pairs, ties as half', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        let won = 0
        for (const high of positives) for (const low of negatives) won += high > low ? 1 : high === low ? 0.5 : 0
        expect(auroc(positives, negatives)).toBeCloseTo(won / (positives.length * negatives.length), 10)
      }),
    )
  })
})

describe('learnLogistic', () => {
  it('finds a straight border', () => {
    const model = learnLogistic(
      examples(600, (x, y) => x + y > 1),
      { damping: 1e-3, rounds: 300 },
    )
    const others = examples(900, (x, y) => x + y > 1).slice(600)
    expect(right(others, (values) => logisticLogit(model, values))).toBeGreaterThan(0.95)
  })
})

describe('learnTrees', () => {
  it('finds what no straight border can, the same way each time', () => {
    const rows = examples(3000, (x, y) => x > 0.5 !== y > 0.5)
    const model = learnTrees(rows.slice(0, 2000), { count: 40, depth: 3, rate: 0.2 })
    expect(right(rows.slice(2000), (values) => treesLogit(model, values))).toBeGreaterThan(0.9)
    expect(learnTrees(rows.slice(0, 2000), { count: 40, depth: 3, rate: 0.2 })).toEqual(model)
  })
})
