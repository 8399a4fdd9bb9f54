import { checkRateLimit } from './check-rate-limit.ts'
import type { RateLimits } from './rate-limits.ts'

/** The most buckets held at once; beyond it the one that was looked at longest ago goes. */
export const MAX_BUCKETS = 100_000

/** How many old buckets each `take` looks at: more than it can add, so that the full ones never pile up. */
const LOOKED_AT = 2

interface Bucket {
  tokens: number
  at: number
  /** When it is full again: from then on it says no more than a bucket that does not exist. */
  fullAt: number
}

/** Rate limits of one process, in bounded memory. `now` (milliseconds, never backwards) is for tests. */
export function createMemoryRateLimits(now: () => number = () => performance.now()): RateLimits {
  const buckets = new Map<string, Bucket>()

  function dropFull(time: number): void {
    let looked = 0
    for (const [key, bucket] of buckets) {
      if (looked++ === LOOKED_AT) return
      buckets.delete(key)
      if (bucket.fullAt > time) buckets.set(key, bucket)
    }
  }

  function dropOverMost(): void {
    for (const key of buckets.keys()) {
      if (buckets.size <= MAX_BUCKETS) return
      buckets.delete(key)
    }
  }

  return {
    async take(key, limit) {
      checkRateLimit(limit)
      const time = now()
      dropFull(time)
      const { capacity, refillPerSecond } = limit
      const before = buckets.get(key) ?? { tokens: capacity, at: time, fullAt: time }
      const refilled = before.tokens + (Math.max(0, time - before.at) / 1000) * refillPerSecond
      const tokens = Math.min(capacity, refilled)
      if (tokens < 1) return { allowed: false, retryAfterMs: Math.ceil(((1 - tokens) / refillPerSecond) * 1000) }
      const left = tokens - 1
      buckets.delete(key)
      buckets.set(key, { tokens: left, at: time, fullAt: time + ((capacity - left) / refillPerSecond) * 1000 })
      dropOverMost()
      return { allowed: true }
    },

    async close() {
      buckets.clear()
    },
  }
}
