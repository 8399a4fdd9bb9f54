import { describe, expect, it } from 'vitest'
import { maskPersonal } from '../../server/review/mask-personal.ts'
import { questionKey } from '../../server/review/question-key.ts'

describe('the key of a question', () => {
  it('is the same for questions that ask the same in other clothes', () => {
    const key = questionKey('您是怎么学会焊接的？')
    for (const question of [
      '您是怎么学会焊接的',
      '請問您是怎麼學會焊接的?',
      '你是怎么学会焊接的！',
      '您好，您是怎么学会焊接的呢？',
    ]) {
      expect(questionKey(question), question).toBe(key)
    }
    expect(questionKey('What is TIG welding?')).toBe(questionKey('what is ｔｉｇ welding'))
  })

  it('is another one for another question, and holds no word', () => {
    const questions = [
      '您怎么焊铝？',
      '您怎么焊铜？',
      '您为什么焊铝？',
      '？',
      '！！',
      '您1998年焊铝？',
      '您1999年焊铝？',
    ]
    expect(new Set(questions.slice(0, 3).map(questionKey)).size).toBe(3)
    expect(questionKey('您1998年焊铝？')).not.toBe(questionKey('您1999年焊铝？'))
    for (const question of questions) expect(questionKey(question)).toMatch(/^[\w-]{22}$/)
  })
})

describe('personal numbers', () => {
  it('are hidden in the middle, other numbers are not', () => {
    expect(maskPersonal('打138 1234 5678或13912345678')).toBe('打138****5678或139****5678')
    expect(maskPersonal('身份证11010519491231002x。')).toBe('身份证110105********002x。')
    for (const text of ['1998年3月', '工号20230415123', '订单138123456789012', '单价12345678元']) {
      expect(maskPersonal(text)).toBe(text)
    }
  })
})
