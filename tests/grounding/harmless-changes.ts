import { type Dice, spoken } from './independent-faults.ts'

type Change = (sentence: string, passage: string, dice: Dice) => string | undefined

const PAIRS = (
  '因为 由于|但是 不过|所以 因此|目前 现在|以及 和|大约 约|并且 而且|其后 后来|许多 很多|非常 十分|获得 得到|担任 出任|位于 坐落于|开始 着手|使用 采用|成立 创立|帮助 协助|举行 举办|父亲 爸爸|母亲 妈妈|' +
  '去世 逝世|修建 建造|认为 觉得|包括 包含|参与 参加|发现 找到'
)
  .split('|')
  .map((pair) => pair.split(' '))

const ended = (sentence: string) => /[。！？]?$/.exec(sentence)?.[0] ?? ''

/** Changes that leave what a sentence says as it is; undefined where there is nothing to change. */
export const HARMLESS_CHANGES = {
  'a lead-in': (sentence, _, dice) => dice.pick(['资料里说，', '简单说，', '据资料记载，', '总的来说，']) + sentence,
  'numbers in words': (sentence) =>
    sentence.replace(/(?<![\d.,:/第a-zA-Z-])\d{1,4}(?=[个名位人岁座条次年届块家天](?!代))/g, (digits) =>
      digits.length === 4
        ? [...digits].map((d) => '〇一二三四五六七八九'.charAt(Number(d))).join('')
        : spoken(Number(digits)),
    ),
  'full-width digits': (sentence) =>
    sentence.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  'thousands separated': (sentence) =>
    sentence.replace(
      /(?<![\d.,])(\d{1,3})(\d{3})(?=[人米元平公户])/g,
      (_, high: string, low: string) => `${high},${low}`,
    ),
  'percent in words': (sentence) =>
    sentence.replace(/(?<![\d.-])(\d{1,2})%/g, (_, n: string) => `百分之${spoken(Number(n))}`),
  'the last clause left out': (sentence) => {
    if (/[“”「」（）()]/.test(sentence)) return undefined
    const clauses = sentence.split('，')
    return clauses.length < 3 ? undefined : clauses.slice(0, -1).join('，') + ended(sentence)
  },
  'words in brackets left out': (sentence) => {
    const shorter = sentence.replace(/（[^（）“”]*）/g, '')
    return shorter.length < 12 ? undefined : shorter
  },
  'a pronoun for the subject': (sentence) =>
    /^(?!禁止|严禁|没有|未|不)\p{Script=Han}{2,4}(?=是|在|于|曾|获|担任|出生)/u.test(sentence) &&
    !/[“「]/.test(sentence)
      ? sentence.replace(/^\p{Script=Han}{2,4}(?=是|在|于|曾|获|担任|出生)/u, '他')
      : undefined,
  'a synonym': (sentence, _, dice) => {
    if (/[“”「」《》]/.test(sentence)) return undefined
    const usable = PAIRS.flatMap(([one = '', other = '']) => [
      [one, other],
      [other, one],
    ]).filter(([from = '']) => from.length > 1 && sentence.includes(from))
    const [from = '', to = ''] = usable.length === 0 ? [] : dice.pick(usable)
    return from === '' ? undefined : sentence.replace(from, to)
  },
} satisfies Record<string, Change>
