import fc from 'fast-check'
import { expect, it } from 'vitest'
import { wilsonInterval } from '../../server/insight/wilson-interval.ts'

it('gives the interval that tables give', () => {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20.
  expect(wilsonInterval(81, 263).low).toBeCloseTo(0.2553, 4)
  expect(wilsonInterval(81, 263).high).toBeCloseTo(0.3662, 4)
  expect(wilsonInterval(15, 148).low).toBeCloseTo(0.0624, 4)
  expect(wilsonInterval(15, 148).high).toBeCloseTo(0.1605, 4)
  expect(wilsonInterval(0, 20)).toEqual({ low: 0, high: expect.closeTo(0.1611, 4) })
})

it('holds the share that was seen, within 0 and 1, and narrows with more samples', () => {
  const samples = fc
    .integer({ min: 1, max: 5_000 })
    .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)))
  fc.assert(
    fc.property(samples, ([hits, of]) => {
      const { low, high } = wilsonInterval(hits, of)
      const more = wilsonInterval(hits * 4, of * 4)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(1)
      expect(low).toBeLessThanOrEqual(hits / of)
      expect(high).toBeGreaterThanOrEqual(hits / of)
      expect(more.high - more.low).toBeLessThan(high - low)
    }),
  )
})
