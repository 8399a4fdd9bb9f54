/** A token bucket: `capacity` at once, refilled at `refillPerSecond`. */
export interface RateLimit {
  readonly capacity: number
  readonly refillPerSecond: number
}

export type RateDecision = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterMs: number }

/** Counts what visitors do, across all nodes of a site. */
export interface RateLimits {
  /** Takes one token from the bucket `key`. Where the shared store is down, it allows (and its log says so). */
  take(key: string, limit: RateLimit): Promise<RateDecision>
  close(): Promise<void>
}
