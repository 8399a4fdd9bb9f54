import type { Turn } from '../connection/conversation-state.ts'

/** After this long without a break a visitor is told once more that nobody is there but a machine. */
const LONG_MS = 2 * 3_600_000
/** A pause of this length is a break. */
const BREAK_MS = 30 * 60_000

/**
 * When (epoch ms) the talk began that has gone on for two hours without a break of half an hour; null while there is
 * none. The rules for services that act like a person ask for a reminder then.
 */
export function longTalkSince(turns: readonly Pick<Turn, 'askedAt'>[], now: number): number | null {
  let since = now
  for (let index = turns.length - 1; index >= 0; index--) {
    const askedAt = turns[index]?.askedAt ?? 0
    if (since - askedAt >= BREAK_MS) break
    since = Math.min(since, askedAt)
  }
  return now - since >= LONG_MS ? since : null
}
