import { describe, expect, it } from 'vitest'
import { questionType } from '../../server/retrieval/question-type.ts'

describe('questionType', () => {
  it.each([
    ['你哪一年进厂的?', 'time'],
    ['你什么时候开始学焊接?', 'time'],
    ['你老家在哪里?', 'place'],
    ['你的师傅是谁?', 'person'],
    ['哪位老师教过你?', 'person'],
    ['你废了多少块试板?', 'number'],
    ['焊条要烘几个小时?', 'duration'],
    ['焊条为什么要先烘干?', 'reason'],
    ['你怎么教机器人?', 'manner'],
    ['你得过哪些奖?', 'list'],
    ['这种焊法叫什么?', 'name'],
    ['你在哪家公司上班?', 'organisation'],
    ['镜面焊是什么意思?', 'meaning'],
    ['讲讲你的比武', 'other'],
  ])('%s asks for %s', (text, kind) => {
    expect(questionType(text).kind).toBe(kind)
  })

  it('says what is counted, and where the asking words stand', () => {
    const { head, start, end } = questionType('全长多少公里?')
    expect(head).toBe('公里')
    expect('全长多少公里?'.slice(start, end)).toBe('多少公里')
  })
})
