import type { RateLimit } from './rate-limits.ts'

/** Throws a `RangeError` where a limit could never let a token out or never refills. */
export function checkRateLimit(limit: RateLimit): void {
  if (!(limit.capacity >= 1) || !(limit.refillPerSecond > 0) || !Number.isFinite(limit.capacity)) {
    throw new RangeError(
      `A rate limit needs capacity >= 1 and refillPerSecond > 0, not ${limit.capacity} and ${limit.refillPerSecond}`,
    )
  }
}
