/**
 * How a number is bounded: a floor (至少, 以上), a ceiling (不超过, 以下), loosely more or less (多, 近, 约), or not at all. `floor` and
 * `ceiling` change what a rule says; `more`, `less` and `about` may be dropped or exchanged for their like.
 */
export type Bound = 'none' | 'floor' | 'ceiling' | 'more' | 'less' | 'about'

const BEFORE: readonly (readonly [RegExp, Bound])[] = [
  [/(?:不得?|不能|不可|不应|不会|并未|未|没有?)(?:超过|多于|大于|高于|超出|突破)$/, 'ceiling'],
  [/(?:不得?|不能|不可|不应|不会|并未|未)(?:少于|低于|小于|短于)$/, 'floor'],
  [/(?:不下|不下于|不少于|不低于)$/, 'floor'],
  [/(?:少于|低于|小于|短于|不足|不到|未满|不满|未达|未到)$/, 'less'],
  [/(?:超过|多于|大于|高于|超出|突破|逾|超)$/, 'more'],
  [/(?:将近|接近|近)$/, 'less'],
  [/(?:大约|大概|约|差不多|左右)$/, 'about'],
]
/** These may stand before the verb: 至少公示7个工作日, 最多可以领5万元. */
const BEFORE_VERB: readonly (readonly [RegExp, Bound])[] = [
  [/(?:至少|起码|最少|最低)\p{Script=Han}{0,4}$/u, 'floor'],
  [/(?:至多|最多|最高|最长)\p{Script=Han}{0,4}$/u, 'ceiling'],
]
const AFTER: readonly (readonly [RegExp, Bound])[] = [
  [/^(?:(?:及|或)?以上|往上|起步)/, 'floor'],
  [/^(?:(?:及|或)?以下|以内|之内|往下)/, 'ceiling'],
  [/^(?:多|余|之多|有余|出头|开外)/, 'more'],
  [/^(?:左右|上下)/, 'about'],
]

/** The bound of the number that stands at [start, end) of a folded text, unit included. */
export function boundAround(folded: string, start: number, end: number): Bound {
  const after = folded.slice(end, end + 4)
  for (const [pattern, bound] of AFTER) if (pattern.test(after)) return bound
  const before = folded.slice(Math.max(0, start - 8), start).replace(/[了达有\s]+$/, '')
  for (const [pattern, bound] of BEFORE) if (pattern.test(before)) return bound
  for (const [pattern, bound] of BEFORE_VERB) if (pattern.test(before)) return bound
  return /[多余]/.test(folded.slice(start, end)) ? 'more' : 'none'
}

/** Whether a claim bounded so may rest on a source bounded so. */
export function boundsAgree(claim: Bound, source: Bound): boolean {
  if (claim === source) return true
  switch (claim) {
    case 'floor':
      return source === 'more'
    case 'ceiling':
      return source === 'less'
    case 'more':
      return source === 'floor' || source === 'about'
    case 'less':
      return source === 'ceiling' || source === 'about'
    default:
      return source !== 'floor' && source !== 'ceiling' && source !== 'less'
  }
}
