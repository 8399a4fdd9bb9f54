import type { ModelUsage } from './chat-model.ts'

export interface TokenBudgetOptions {
  /** Input and output tokens in any 60 seconds; no limit where it is left out. */
  readonly tokensPerMinute?: number
  /** Input and output tokens in a calendar day. */
  readonly tokensPerDay?: number
  /** Money in a calendar day, in the currency of the prices. */
  readonly moneyPerDay?: number
  /** Price of 1,000 input tokens; 0 where it is left out. */
  readonly pricePer1kInput?: number
  /** Price of 1,000 output tokens; 0 where it is left out. */
  readonly pricePer1kOutput?: number
  /** Where the day begins at midnight; an IANA name. */
  readonly timeZone?: string
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/** What one call may use at most, held until it is known what it did use. */
export interface BudgetReservation {
  /** Puts what was used in the place of what was reserved. Only the first call counts. */
  settle(used: ModelUsage): void
}

export interface BudgetSpent {
  readonly tokensThisMinute: number
  readonly tokensToday: number
  readonly moneyToday: number
}

export interface TokenBudget {
  /** Holds `most` for one call; null where that would go over a limit. */
  reserve(most: ModelUsage): BudgetReservation | null
  /** Spent and reserved at this moment. */
  spent(): BudgetSpent
}

const MINUTE_MS = 60_000

interface Entry {
  readonly at: number
  readonly day: string
  tokens: number
  money: number
}

/**
 * A ceiling on what the model may cost: tokens in any minute, tokens and money in a day. It counts in this process and
 * from its start; several processes need a share of the limit each. A reservation counts in full until it is settled,
 * so calls side by side cannot go over together; only a call that used more than it reserved can.
 * Throws RangeError for a limit or price below 0, or an unknown time zone.
 */
export function createTokenBudget(options: TokenBudgetOptions): TokenBudget {
  const { tokensPerMinute, tokensPerDay, moneyPerDay, now = Date.now } = options
  const { pricePer1kInput = 0, pricePer1kOutput = 0, timeZone = 'Asia/Shanghai' } = options
  for (const amount of [tokensPerMinute, tokensPerDay, moneyPerDay, pricePer1kInput, pricePer1kOutput]) {
    if (amount !== undefined && !(amount >= 0)) throw new RangeError('limits and prices must be 0 or more')
  }
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })

  let recent: Entry[] = []
  let day = ''
  let tokensToday = 0
  let moneyToday = 0

  const tokensOf = (usage: ModelUsage) => usage.inputTokens + usage.outputTokens
  const moneyOf = (usage: ModelUsage) =>
    (usage.inputTokens * pricePer1kInput + usage.outputTokens * pricePer1kOutput) / 1000

  function catchUp(): number {
    const at = now()
    const today = calendar.format(at)
    if (today !== day) {
      day = today
      tokensToday = 0
      moneyToday = 0
    }
    recent = recent.filter((entry) => at - entry.at < MINUTE_MS)
    return at
  }

  const tokensThisMinute = () => recent.reduce((sum, entry) => sum + entry.tokens, 0)

  return {
    reserve(most) {
      const at = catchUp()
      const entry: Entry = { at, day, tokens: tokensOf(most), money: moneyOf(most) }
      if (tokensPerMinute !== undefined && tokensThisMinute() + entry.tokens > tokensPerMinute) return null
      if (tokensPerDay !== undefined && tokensToday + entry.tokens > tokensPerDay) return null
      if (moneyPerDay !== undefined && moneyToday + entry.money > moneyPerDay) return null
      recent.push(entry)
      tokensToday += entry.tokens
      moneyToday += entry.money

      let settled = false
      return {
        settle(used) {
          if (settled) return
          settled = true
          catchUp()
          const tokens = tokensOf(used)
          const money = moneyOf(used)
          // What began yesterday belongs to yesterday.
          if (entry.day === day) {
            tokensToday += tokens - entry.tokens
            moneyToday += money - entry.money
          }
          entry.tokens = tokens
          entry.money = money
        },
      }
    },
    spent() {
      catchUp()
      return { tokensThisMinute: tokensThisMinute(), tokensToday, moneyToday }
    },
  }
}

/** Every code point from the radicals on costs a token in most vocabularies; elsewhere about three characters do. */
const WIDE_CHARACTER = /[\u2e80-\uffef\u{10000}-\u{10ffff}]/gu

/** A careful guess (rather too high) at the number of tokens in `text`, for servers that do not say. */
export function estimateTokens(text: string): number {
  const wide = text.match(WIDE_CHARACTER)?.length ?? 0
  return wide + Math.ceil(Math.max(0, text.length - wide) / 3)
}
