const DAY_MS = 86_400_000

/** Two messages further apart than this get a time between them. */
export const SEPARATOR_GAP_MS = 5 * 60_000

/**
 * The time as WeChat writes it between messages: the clock today, 昨天 and the clock, the weekday within a week, the
 * date before that; by `Intl` in the language `tag`. `at` and `now` are epoch ms, in the visitor's time zone.
 */
export function separatorText(at: number, now: number, tag: string): string {
  const clock = clockText(at, tag)
  const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS)
  if (days <= 0) return clock
  if (days === 1) return `${new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(-1, 'day')} ${clock}`
  if (days < 7) return `${new Intl.DateTimeFormat(tag, { weekday: 'long' }).format(at)} ${clock}`
  return `${dateText(at, tag)} ${clock}`
}

export function clockText(at: number, tag: string): string {
  return new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
}

export function dateText(at: number, tag: string): string {
  return new Intl.DateTimeFormat(tag, { year: 'numeric', month: 'long', day: 'numeric' }).format(at)
}

/** The day without its year where that is the year of `now`: 11月20日. */
export function dayText(at: number, now: number, tag: string): string {
  if (new Date(at).getFullYear() !== new Date(now).getFullYear()) return dateText(at, tag)
  return new Intl.DateTimeFormat(tag, { month: 'long', day: 'numeric' }).format(at)
}

/** The date in the form 2026-11-22, for the mark that leaves the page with a copied answer. */
export function isoDate(at: number): string {
  const date = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}
