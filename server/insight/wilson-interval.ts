/** The 97.5 % quantile of the normal distribution: with it, the interval holds the true share 95 times of 100. */
const Z = 1.959963984540054

/**
 * The 95 % interval of a share of which `hits` of `of` were seen (Wilson 1927, the score interval): unlike the usual
 * one it holds for few samples and for none or all of them, too. Shares are 0 to 1; `of` is at least 1.
 */
export function wilsonInterval(hits: number, of: number): { low: number; high: number } {
  const share = hits / of
  const middle = share + (Z * Z) / (2 * of)
  const width = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of))
  const whole = 1 + (Z * Z) / of
  // At the ends rounding would leave a trace beside 0 and 1.
  return {
    low: hits === 0 ? 0 : Math.max(0, (middle - width) / whole),
    high: hits === of ? 1 : Math.min(1, (middle + width) / whole),
  }
}
