import type { ConsoleLanguage } from '../view.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const localeOf = (language: ConsoleLanguage): string => (language === 'en' ? 'en' : 'zh-CN')

/** How long ago, in words: 「5 分钟前」; from a week on, the day. Times are epoch milliseconds. */
export function ago(at: number, language: ConsoleLanguage, now = Date.now()): string {
  const passed = Math.max(0, now - at)
  if (passed < MINUTE) return language === 'en' ? 'just now' : '刚刚'
  const words = new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'auto' })
  if (passed < HOUR) return words.format(-Math.floor(passed / MINUTE), 'minute')
  if (passed < DAY) return words.format(-Math.floor(passed / HOUR), 'hour')
  if (passed < 7 * DAY) return words.format(-Math.floor(passed / DAY), 'day')
  return day(at, language)
}

export function day(at: number, language: ConsoleLanguage): string {
  return new Intl.DateTimeFormat(localeOf(language), { year: 'numeric', month: 'long', day: 'numeric' }).format(at)
}

/** Day and time of day, to the minute. */
export function moment(at: number, language: ConsoleLanguage): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}

/** The calendar day where the reader is, YYYY-MM-DD, as date fields have it. */
export function dayKey(at = Date.now()): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The first millisecond of a day where the reader is, `later` days after it; undefined where it is no day. */
export function startOfDay(key: string, later = 0): number | undefined {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(key)
  if (found === null) return undefined
  return new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + later).getTime()
}
