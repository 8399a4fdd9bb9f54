/** The day in China at the instant `now` (epoch ms), YYYY-MM-DD. China has one time zone, UTC+8, without summer time. */
export function chinaDay(now: number): string {
  return new Date(now + 8 * 3_600_000).toISOString().slice(0, 10)
}
