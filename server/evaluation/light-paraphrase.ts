import type { SeededRandom } from './seeded-random.ts'

/** Pairs that may stand for each other in any sentence without changing what it says. */
const SYNONYMS: readonly (readonly [string, string])[] = (
  '由于 因为|因此 所以|例如 比如|以及 和|目前 现在|之后 以后|但是 不过|称为 叫做|被称为 叫做|成立于 创立于|位于 坐落在|获得 得到|荣获 获得|担任 出任|逝世 去世|建造 修建|使用 采用|' +
  '开始 着手|主要 主要是|曾经 曾|共有 一共有|大约 约|包括 包含|属于 是|并且 而且|此外 另外|随后 接着|同时 与此同时|直到 一直到|以便 好|与 和|及 和|为了 为|时候 时|' +
  '最后 最终|最终 最后|许多 很多|大量 很多|其中 当中|当时 那时|公里 千米|公斤 千克|一名 一位|认为 觉得|举行 举办|建立 设立|创建 创立|重要 要紧|非常 十分|十分 非常|通过 经过|出版 发行|' +
  '完成 做完|发现 找到|参加 参与|需要 要|提供 给出|开通 通车|改名 更名|更名 改名|父亲 爸爸|母亲 妈妈|帮助 协助|导致 造成|造成 导致|影响 作用于|拥有 有|具有 有|任职 工作|就读 上学'
)
  .split('|')
  .map((pair) => {
    const [from = '', to = ''] = pair.split(' ')
    return [from, to]
  })

const OPENERS = ['其中，', '据资料介绍，', '简单来说，', '也就是说，', '另外，', '具体来看，']
const LEADING = /^(?:因此|此外|同时|后来|另外|然而|但是|不过|而且|并且|其后|之后|于是|随后|其中)，?/

const CHINESE = '〇一二三四五六七八九'

/** Up to 99 as people write it: 28 → 二十八. */
function inChinese(value: number): string {
  if (value < 10) return CHINESE.charAt(value)
  const tens = Math.floor(value / 10)
  return `${tens === 1 ? '' : CHINESE.charAt(tens)}十${value % 10 === 0 ? '' : CHINESE.charAt(value % 10)}`
}

type Rewrite = (sentence: string, random: SeededRandom) => string

const REWRITES: readonly Rewrite[] = [
  (sentence, random) => {
    const usable = SYNONYMS.filter(([from]) => sentence.includes(from) && !sentence.includes(`不${from}`))
    if (usable.length === 0) return sentence
    const [from, to] = random.pick(usable)
    return sentence.replace(from, to)
  },
  (sentence) => sentence.replace(LEADING, ''),
  (sentence, random) => (LEADING.test(sentence) ? sentence : random.pick(OPENERS) + sentence),
  // Another order of the clauses in the middle.
  (sentence, random) => {
    const parts = clausesOf(sentence)
    if (parts.clauses.length < 3) return sentence
    const at = random.between(1, parts.clauses.length - 2)
    const [one, other] = [parts.clauses[at] ?? '', parts.clauses[at + 1] ?? '']
    return joinClauses([...parts.clauses.slice(0, at), other, one, ...parts.clauses.slice(at + 2)], parts.end)
  },
  // One clause less.
  (sentence, random) => {
    const parts = clausesOf(sentence)
    if (parts.clauses.length < 3) return sentence
    const at = random.between(1, parts.clauses.length - 1)
    if (sentence.length - (parts.clauses[at] ?? '').length < 15) return sentence
    return joinClauses([...parts.clauses.slice(0, at), ...parts.clauses.slice(at + 1)], parts.end)
  },
  // Years and small numbers in Chinese numerals, or the other way round.
  (sentence) =>
    sentence.replace(
      /(?<![\d.,:])(1\d{3}|20\d{2})年/,
      (_, year: string) => `${[...year].map((d) => CHINESE.charAt(Number(d))).join('')}年`,
    ),
  (sentence) =>
    sentence.replace(/(?<![\d.,:/〇一二三四五六七八九-])([1-9]\d?)(?=[个人名岁月日次座条年])/, (_, digits: string) =>
      inChinese(Number(digits)),
    ),
  (sentence) =>
    sentence.replace(
      /(?<![〇零十百千万第一二三四五六七八九])([三四五六七八九])(?=[个名位座条种次年](?!代))/,
      (_, numeral: string) => String(CHINESE.indexOf(numeral)),
    ),
]

function clausesOf(sentence: string): { clauses: string[]; end: string } {
  const end = /[。！？!?”」』）)]*$/.exec(sentence)?.[0] ?? ''
  return { clauses: sentence.slice(0, sentence.length - end.length).split('，'), end }
}

function joinClauses(clauses: readonly string[], end: string): string {
  return clauses.join('，') + end
}

/**
 * The sentence said a little differently, one to three changes, with the same facts: other order of clauses, a clause
 * less, other connectives, common synonyms, numerals in the other script. Quotations are left alone.
 */
export function lightParaphrase(sentence: string, random: SeededRandom): string {
  if (/[“”「」『』"《》]/.test(sentence)) return random.pick(OPENERS) + sentence
  let changed = sentence
  const wanted = random.between(1, 3)
  let done = 0
  for (const rewrite of random.shuffle(REWRITES)) {
    const next = rewrite(changed, random)
    if (next !== changed) done++
    changed = next
    if (done >= wanted) break
  }
  return changed === sentence ? random.pick(OPENERS) + sentence : changed
}
