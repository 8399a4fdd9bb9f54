import { describe, expect, it } from 'vitest'
import { checkSentence } from '../../server/grounding/check-sentence.ts'
import { canonicalHonour, findHonours, loadHonours } from '../../server/grounding/honours.ts'
import { context } from './sources.ts'

describe('findHonours', () => {
  it.each<[string, string[]]>([
    ['他获得全国五一劳动奖章。', ['全国五一劳动奖章']],
    ['被评为省劳动模范', ['省劳动模范']],
    ['拿到了市里的技术能手称号', ['技术能手称号']],
    ['奖励五万元，奖金另发', []],
    ['按照《江城市工匠培养支持办法》办理', []],
  ])('%s', (text, expected) => {
    expect(findHonours(text).map((honour) => honour.text)).toEqual(expected)
  })

  it('takes 劳模 and 劳动模范称号 for the same honour', () => {
    expect(canonicalHonour('省劳模')).toBe(canonicalHonour('省劳动模范称号'))
  })
})

describe('loadHonours', () => {
  it('reads one honour a line, with comments and other names', () => {
    expect(loadHonours('# 说明\n金蓝领人才 # 市级\n\n东江英杰, 东江之星\n')).toEqual([
      '金蓝领人才',
      '东江英杰',
      '东江之星',
    ])
  })

  it('makes the gate look for names that it would not know by their ending', () => {
    const draft = { text: '2015年，我被评为省劳动模范，也被评为东江英杰。', marks: [1] }
    const checked = checkSentence(draft, { ...context, honours: loadHonours('东江英杰') })
    expect(checked).toMatchObject({ status: 'withheld', reason: 'honour-unsupported', detail: '东江英杰' })
  })
})
