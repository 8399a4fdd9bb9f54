import { chinaDay } from '../turn/china-day.ts'

export const DAY_MS = 86_400_000
/** China's one time zone is eight hours ahead of UTC, all year. */
export const CHINA_OFFSET_MS = 8 * 3_600_000
/** The longest period that figures are given for: two years and a day. */
export const MOST_DAYS = 732

/** The number of the day of China that an instant (epoch ms) is in, counted from 1970-01-01. */
export function dayNumber(at: number): number {
  return Math.floor((at + CHINA_OFFSET_MS) / DAY_MS)
}

/** The day of a number from {@link dayNumber}, YYYY-MM-DD. */
export function dayName(number: number): string {
  return chinaDay(number * DAY_MS - CHINA_OFFSET_MS)
}

/** The numbers of all days of China that the period from `from` to `to` (not included) touches, in order. */
export function daysOf({ from, to }: { readonly from: number; readonly to: number }): number[] {
  if (to <= from) return []
  const first = dayNumber(from)
  return Array.from({ length: dayNumber(to - 1) - first + 1 }, (_, index) => first + index)
}
