import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { startRetention } from '../../server/transcripts/retention.ts'

const DAY_MS = 86_400_000

beforeEach(() => {
  vi.useFakeTimers({ now: 100 * DAY_MS })
})
afterEach(() => {
  vi.useRealTimers()
})

function recordingLog() {
  const lines: { level: string; details: object }[] = []
  return {
    lines,
    info: (details: object) => void lines.push({ level: 'info', details }),
    error: (details: object) => void lines.push({ level: 'error', details }),
  }
}

it('forgets at once and then every interval, until it is stopped', async () => {
  const asked: number[] = []
  const log = recordingLog()
  const transcripts = {
    forgetOlderThan: (before: number) => {
      asked.push(before)
      return Promise.resolve(asked.length === 1 ? 3 : 0)
    },
  }
  const stop = startRetention(transcripts, { days: 30, intervalMs: 1_000, log })
  await vi.advanceTimersByTimeAsync(2_500)
  expect(asked).toEqual([70 * DAY_MS, 70 * DAY_MS + 1_000, 70 * DAY_MS + 2_000])
  expect(log.lines).toEqual([{ level: 'info', details: { sessions: 3 } }])
  stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked).toHaveLength(3)
})

it('tries again after a round that failed, and never runs two rounds at once', async () => {
  const log = recordingLog()
  let calls = 0
  let finish: () => void = () => undefined
  const transcripts = {
    forgetOlderThan: () => {
      calls += 1
      if (calls === 1) return Promise.reject(new Error('down'))
      return new Promise<number>((resolve) => {
        finish = () => resolve(0)
      })
    },
  }
  const stop = startRetention(transcripts, { days: 1, intervalMs: 1_000, log })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(log.lines).toMatchObject([{ level: 'error', details: { err: { message: 'down' } } }])
  expect(calls).toBe(2)
  stop()
  finish()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(calls).toBe(2)
})
