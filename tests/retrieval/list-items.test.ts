import { describe, expect, it } from 'vitest'
import { listNumber } from '../../server/retrieval/list-items.ts'

describe('listNumber', () => {
  it.each([
    ['第二点，要记失败本。', 2],
    ['第二句，准备一个失败本。', 2],
    ['（三）工匠人才', 3],
    ['12. 佩戴面罩', 12],
    ['十二、附则', 12],
    ['二十、附则', 20],
    ['一是稳，二是准', 1],
    ['- 第一，练蹲', 1],
    ['其次要练眼睛', 2],
  ])('reads %s as item %i', (sentence, number) => {
    expect(listNumber(sentence)).toBe(number)
  })

  it.each(['我第二天去了成都。', '3.5毫米的焊缝', '第一个月发了工资', '一起进厂的有九个人'])(
    'reads no item in %s',
    (sentence) => {
      expect(listNumber(sentence)).toBeUndefined()
    },
  )
})
