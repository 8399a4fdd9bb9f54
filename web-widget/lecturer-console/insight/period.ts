const DAY_MS = 86_400_000
const CHINA_OFFSET_MS = 8 * 3_600_000
const MOST_DAYS = 732

export const PERIODS = [7, 30, 90] as const
const USUAL = 30

/** A period in whole days of China, as the server counts them. `days` where it ends today. Times are epoch milliseconds. */
export interface Period {
  readonly days: number | null
  readonly from: number
  readonly to: number
}

/** The period that an address names: `days`, or `from` and `to` as days, both included. */
export function periodOf(parameters: Readonly<Record<string, string>>, now: number): Period {
  const own = ownPeriod(parameters.from ?? '', parameters.to ?? '')
  if (own !== undefined) return own
  const days = PERIODS.find((period) => String(period) === parameters.days) ?? USUAL
  const to = startOfChinaDay(chinaDayKey(now)) + DAY_MS
  return { days, from: to - days * DAY_MS, to }
}

/** From the first to the last day, YYYY-MM-DD, both included; undefined where that is no period. */
export function ownPeriod(first: string, last: string): Period | undefined {
  const [from, to] = [startOfChinaDay(first), startOfChinaDay(last) + DAY_MS]
  if (Number.isNaN(from) || Number.isNaN(to) || from < 0 || to <= from) return undefined
  return (to - from) / DAY_MS > MOST_DAYS ? undefined : { days: null, from, to }
}

/** The day in China, YYYY-MM-DD. */
export function chinaDayKey(at: number): string {
  return new Date(at + CHINA_OFFSET_MS).toISOString().slice(0, 10)
}

function startOfChinaDay(key: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(key) ? Date.parse(`${key}T00:00:00+08:00`) : Number.NaN
}
