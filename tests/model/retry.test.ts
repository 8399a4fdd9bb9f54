import fc from 'fast-check'
import { expect, test } from 'vitest'
import { retryAfterMs, retryDelayMs } from '../../server/model/retry.ts'

test('retryDelayMs doubles its ceiling up to the most, and stays in its upper half', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, chance) => {
      const delay = retryDelayMs(attempt, undefined, { baseMs: 100, maxMs: 3_000, random: () => chance })
      const ceiling = Math.min(3_000, 100 * 2 ** attempt)
      expect(delay).toBeGreaterThanOrEqual(ceiling / 2)
      expect(delay).toBeLessThanOrEqual(ceiling)
    }),
  )
  expect(retryDelayMs(0, 700, { random: () => 0 })).toBe(700)
  expect(retryDelayMs(0, 800, { random: () => 0.5 })).toBe(900)
})

test('retryAfterMs reads milliseconds, seconds and dates', () => {
  const now = Date.parse('2026-03-01T00:00:00Z')
  const read = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now)
  expect(read({ 'retry-after-ms': '250', 'retry-after': '9' })).toBe(250)
  expect(read({ 'retry-after': '1.5' })).toBe(1_500)
  expect(read({ 'retry-after': 'Sun, 01 Mar 2026 00:00:07 GMT' })).toBe(7_000)
  expect(read({ 'retry-after': 'Sat, 28 Feb 2026 00:00:00 GMT' })).toBe(0)
  expect(read({ 'retry-after': 'soon' })).toBeUndefined()
  expect(read({ 'retry-after': '-3' })).toBeUndefined()
  expect(retryAfterMs(undefined, now)).toBeUndefined()
})
