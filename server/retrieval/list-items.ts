const DIGITS = '零一二三四五六七八九'
const NUMERAL = '[\\d一二三四五六七八九十]{1,3}'
const MARKS: readonly RegExp[] = [
  new RegExp(`^第(${NUMERAL})(?:[点条项类步件种句招样遍]|[,:：，、是]|[个级层档](?=[^月年天]))`, 'u'),
  new RegExp(`^[（(]?(${NUMERAL})[)）.、．](?!\\d)`, 'u'),
  /^([一二三四五六七八九十])(?:是|来)[^,，]/u,
]
const IN_TURN = ['首先', '其次', '再次']

/** The number that a sentence bears in a list (第二点, 2., 二、, 二是, 其次), from 1; undefined where it bears none. */
export function listNumber(sentence: string): number | undefined {
  const words = sentence.replace(/^\s*(?:[-*•]\s*)?(?:\*\*)?/u, '')
  for (const mark of MARKS) {
    const numeral = mark.exec(words)?.[1]
    if (numeral !== undefined) return numberOf(numeral)
  }
  const turn = IN_TURN.indexOf(words.slice(0, 2))
  return turn < 0 ? undefined : turn + 1
}

function numberOf(numeral: string): number {
  if (/^\d+$/u.test(numeral)) return Number(numeral)
  const [tens = '', ones = ''] = numeral.includes('十') ? numeral.split('十') : ['0', numeral]
  return (tens === '0' ? 0 : tens === '' ? 10 : DIGITS.indexOf(tens) * 10) + (ones === '' ? 0 : DIGITS.indexOf(ones))
}

/** A row of two or more short things, such as 登顶计划、登峰计划和登榜计划. */
const ROW = /[^\s，。：:；！？、“”（）()]{1,14}(?:、[^\s，。：:；！？、“”（）()]{1,14})+/gu

/** Thing number `number`, from 1, of the first row of things in a text that is long enough; undefined where there is none. */
export function listedItem(text: string, number: number): string | undefined {
  for (const [row] of text.matchAll(ROW)) {
    const items = row.split('、')
    const last = items.pop() ?? ''
    const things = [...items, ...last.split(/和|以及|还有/u)]
    if (things.length < Math.max(2, number)) continue
    const thing = things[number - 1]
    return number === 1 ? thing?.replace(/^.*(?:是|有|叫|为|分)(?=.{2})/u, '') : thing
  }
  return undefined
}
