import { expect, it } from 'vitest'
import { startEarly } from '../../server/turn/start-early.ts'

async function readAll<T>(iterator: AsyncIterator<T>): Promise<T[]> {
  const values: T[] = []
  for (;;) {
    const { value, done } = await iterator.next()
    if (done) return values
    values.push(value)
  }
}

it('begins before anybody reads, and loses nothing', async () => {
  let begun = false
  const early = startEarly(
    (async function* () {
      begun = true
      yield 1
      yield 2
    })(),
  )
  expect(begun).toBe(true)
  expect(await readAll(early)).toEqual([1, 2])
})

it('tells a failure to whoever reads, and to nobody else', async () => {
  const failing = () =>
    startEarly(
      // biome-ignore lint/correctness/useYield: it fails before there is a value
      (async function* () {
        throw new Error('away')
      })(),
    )
  // Unread: an unhandled rejection would fail the run.
  failing()
  await new Promise(setImmediate)
  await expect(failing().next()).rejects.toThrow('away')
})

it('ends the source when it is left', async () => {
  let ended = false
  const early = startEarly(
    (async function* () {
      try {
        yield 1
        yield 2
      } finally {
        ended = true
      }
    })(),
  )
  await early.return?.()
  expect(ended).toBe(true)
})
