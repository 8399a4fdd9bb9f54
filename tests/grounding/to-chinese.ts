const DIGITS = '零一二三四五六七八九'

/** A whole number from 1 to 99,999,999 as people write it in Chinese: 10203 → 一万零二百零三. */
export function toChinese(value: number): string {
  const high = Math.floor(value / 10_000)
  const low = value % 10_000
  if (high === 0) return below10000(low).replace(/^一十/, '十')
  const tail = low === 0 ? '' : `${low < 1000 ? '零' : ''}${below10000(low)}`
  return `${below10000(high).replace(/^一十/, '十')}万${tail}`
}

function below10000(value: number): string {
  let text = ''
  let zero = false
  for (const [unit, name] of [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const) {
    const digit = Math.floor(value / unit) % 10
    if (digit === 0) {
      zero = text !== ''
      continue
    }
    text += `${zero ? '零' : ''}${DIGITS.charAt(digit)}${name}`
    zero = false
  }
  return text
}
