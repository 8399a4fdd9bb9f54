import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EarlierTurn, understand } from '../../server/turn/understand.ts'

const FIRST = '林师傅第一次焊接失败是怎么回事？'
const history: EarlierTurn[] = [
  {
    question: FIRST,
    searchText: FIRST,
    answer: '那是2003年的事。',
    citations: [
      { documentId: 'stories/lin-yue/bad-film', end: 120 },
      { documentId: 'stories/lin-yue/contest', end: 900 },
      { documentId: 'stories/lin-yue/bad-film', end: 260 },
    ],
  },
]

describe('a question that leans on the one before', () => {
  it.each([
    '那他后来呢？',
    '后来呢',
    '第二点呢？',
    '多少钱？',
    '为什么？',
    '怎么办的？',
    '然后呢？',
    '还有呢？',
    '结果怎么样？',
    '那件事你后悔吗？',
    '当时你几岁？',
    '她说了什么？',
    '具体讲讲',
    '继续',
    '真的吗？',
    '谁教的？',
    '在哪里？',
    '什么时候？',
    '你妈妈呢？',
    '所以呢',
    '刚才说的那个人是谁？',
    '第3步是什么？',
    'And then?',
    'Why?',
    'What happened to him?',
  ])('is searched together with it: %s', (text) => {
    const question = understand(text, history)
    expect(question.followUp).toBe(true)
    expect(question.searchText).toContain('焊接失败')
    expect(question.searchText.endsWith(text)).toBe(true)
    expect(question.focus?.documentId).toBe('stories/lin-yue/bad-film')
  })

  it.each(['后来呢？', '那后来他怎么样了？', '然后呢？', '继续讲'])('goes on after what was told: %s', (text) => {
    const question = understand(text, history)
    expect(question.readsOn).toBe(true)
    expect(question.focus).toMatchObject({ documentId: 'stories/lin-yue/bad-film', afterOffset: 260 })
  })

  it.each(['为什么？', '多少钱？', '她说了什么？'])('asks for more of what was told: %s', (text) => {
    const question = understand(text, history)
    expect(question.readsOn).toBeUndefined()
    expect(question.focus).toMatchObject({ documentId: 'stories/lin-yue/bad-film', afterOffset: 0, near: 260 })
  })

  it('leans on what the earlier question was understood to ask', () => {
    const before = understand('那他后来呢？', history)
    const next = understand('为什么？', [
      ...history,
      { question: '那他后来呢？', searchText: before.searchText, answer: '好。', citations: [] },
    ])
    expect(next.searchText).toContain('焊接失败')
    expect(next.searchText.endsWith('为什么？')).toBe(true)
    expect(next.focus).toBeUndefined()
  })
})

describe('a question that stands alone', () => {
  it.each([
    '你的师傅是谁？',
    '焊条为什么要先烘干？',
    '你得过哪些奖？',
    '登攀计划要培养多少名南粤工匠？',
    '钱桥指导站有哪五个功能区？',
    '你对想学焊接的学生有什么建议？',
    '数字孪生到底有什么用？',
    '你下岗以后是靠什么活下来的？',
    '学吉他的技校学生要不要学焊接？',
    '你哪一年参加全国焊接技能邀请赛？',
    'Who was your first welding teacher?',
  ])('is searched as it is: %s', (text) => {
    expect(understand(text, history)).toEqual({ text, searchText: text, followUp: false })
  })

  it.each(['那他后来呢？', '为什么？', 'Why?'])('is what there is where nothing came before: %s', (text) => {
    expect(understand(text, [])).toMatchObject({ searchText: text, followUp: false })
  })
})

describe('an ordinal', () => {
  it.each([
    ['第二点呢？', 2],
    ['第十步是什么？', 10],
    ['第十二条怎么说？', 12],
    ['第二十一条怎么说？', 21],
    ['第3类有哪些？', 3],
    ['第两个呢？', 2],
  ])('is read from %s', (text, ordinal) => {
    expect(understand(text, history).ordinal).toBe(ordinal)
  })
})

describe('a thing of a list', () => {
  const told = {
    ...history[0],
    answer: '登攀计划分四级，从高到低是登顶计划、登峰计划、登塔计划和登榜计划。',
  } as EarlierTurn

  it.each([
    ['第一级培养多少人？', '登顶计划培养多少人？'],
    ['第三级呢？', '登塔计划呢？'],
    ['第四级呢？', '登榜计划呢？'],
  ])('is named by the last answer: %s', (text, searchText) => {
    expect(understand(text, [told]).searchText).toBe(searchText)
  })
})

describe('the years that went by', () => {
  it('are counted from the year that was talked about', () => {
    const earlier = { ...history[0], searchText: '2008年天府杯你得了第几名？' } as EarlierTurn
    expect(understand('那两年以后呢？', [earlier]).searchText).toContain('2010年')
  })
})

describe('a lecturer who is asked for by name', () => {
  it.each([
    ['林师傅，你得过哪些奖？', '你得过哪些奖？'],
    ['林悦的师傅是谁？', '你的师傅是谁？'],
    ['林悦是哪里人？', '你是哪里人？'],
    ['周师傅是哪里人？', '周师傅是哪里人？'],
  ])('is the one who speaks: %s', (text, searchText) => {
    expect(understand(text, [], ['林悦', '林师傅'])).toMatchObject({ text, searchText })
  })
})

it('never throws, and always keeps the words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const question = understand(text, history)
      expect(question.text).toBe(text)
      expect(question.searchText.endsWith(text)).toBe(true)
    }),
  )
})
