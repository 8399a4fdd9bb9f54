export interface RetryDelayOptions {
  /** Ceiling of the first wait. */
  readonly baseMs?: number
  /** Ceiling of any wait that the server did not ask for. */
  readonly maxMs?: number
  /** 0 up to, not including, 1. */
  readonly random?: () => number
}

/**
 * Milliseconds to wait before try `attempt` + 2 (`attempt` counts the tries that failed, from 0). Where the server asked
 * for a wait, that long and up to a quarter more; otherwise between half of and the whole of a ceiling that doubles each
 * time ("equal jitter", AWS Architecture Blog, "Exponential Backoff and Jitter").
 */
export function retryDelayMs(attempt: number, askedMs: number | undefined, options: RetryDelayOptions = {}): number {
  const { baseMs = 250, maxMs = 4_000, random = Math.random } = options
  if (askedMs !== undefined) return askedMs * (1 + random() / 4)
  const ceiling = Math.min(maxMs, baseMs * 2 ** attempt)
  return ceiling / 2 + (random() * ceiling) / 2
}

/**
 * What `retry-after-ms` (milliseconds) or `retry-after` (seconds or an HTTP date, RFC 9110 section 10.2.3) asks for, in
 * milliseconds from `now` (epoch ms); undefined where neither can be read.
 */
export function retryAfterMs(headers: Headers | undefined, now: number): number | undefined {
  const inMs = readNumber(headers?.get('retry-after-ms'))
  if (inMs !== undefined) return inMs
  const header = headers?.get('retry-after')
  const seconds = readNumber(header)
  if (seconds !== undefined) return seconds * 1000
  // Date.parse takes almost anything; an HTTP date begins with the day of the week.
  const date = header && /^[a-z]{3,9},? /i.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function readNumber(text: string | null | undefined): number | undefined {
  if (!text || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined
  return Number(text)
}
