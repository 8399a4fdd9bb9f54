import { expect, it } from 'vitest'
import { createWorkSlices } from '../../../server/corrections/preview/work-slices.ts'

/** Keeps the processor busy. */
function work(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

it('lets everything else have its turn, however much work goes on', async () => {
  const slices = createWorkSlices(5)
  let longest = 0
  let before = performance.now()
  const ticks = setInterval(() => {
    longest = Math.max(longest, performance.now() - before)
    before = performance.now()
  }, 1)
  const many = Array.from({ length: 8 }, async () => {
    const breathe = slices.begin()
    for (let step = 0; step < 40; step += 1) {
      work(1)
      await breathe()
    }
  })
  await Promise.all(many)
  clearInterval(ticks)
  // Without taking turns, eight slices of 5 ms would follow each other again and again: 320 ms at least.
  expect(longest).toBeLessThan(160)
})

it('costs no waiting while the slice lasts', async () => {
  const breathe = createWorkSlices(10_000).begin()
  let others = 0
  const other = setImmediate(() => {
    others += 1
  })
  for (let step = 0; step < 100; step += 1) await breathe()
  clearImmediate(other)
  expect(others).toBe(0)
})
