const DIGITS = '零一二三四五六七八九'
const MARK =
  /^\s*(?:[-*•]\s*)?(?:第([\d一二三四五六七八九十]{1,3})(?:[点条个项类步件种,:：，、]|是)|[(（]?(\d{1,2}|[一二三四五六七八九十]{1,3})[)）.、．]|(首先|其次|再次|最后)|([一二三四五六七八九十])(?:是|来)[^,，]?)/u

/** The number that a sentence bears in a list (第二点, 2., 二、, 二是, 其次), from 1; undefined where it bears none. */
export function listNumber(sentence: string): number | undefined {
  const match = MARK.exec(sentence)
  if (match === null) return undefined
  const numeral = match[1] ?? match[2] ?? match[4]
  if (numeral !== undefined) return numberOf(numeral)
  return match[3] === '首先' ? 1 : match[3] === '其次' ? 2 : match[3] === '再次' ? 3 : undefined
}

function numberOf(numeral: string): number {
  if (/^\d+$/u.test(numeral)) return Number(numeral)
  const [tens = '', ones = ''] = numeral.includes('十') ? numeral.split('十') : ['0', numeral]
  return (tens === '0' ? 0 : tens === '' ? 10 : DIGITS.indexOf(tens) * 10) + (ones === '' ? 0 : DIGITS.indexOf(ones))
}
