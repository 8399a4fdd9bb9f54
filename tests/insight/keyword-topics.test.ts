import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keywordTopics } from '../../server/insight/keyword-topics.ts'

it('names a topic by the word that most askings share, and leaves alone what shares none', () => {
  const pension = { words: ['退休金', '怎么'], count: 3 }
  const pensionToo = { words: ['退休金', '补贴'], count: 1 }
  const grant = { words: ['补贴', '申请'], count: 2 }
  const alone = { words: ['高铁'], count: 1 }
  const { topics, rest } = keywordTopics([pension, grant, alone, pensionToo], 5)
  expect(topics).toEqual([
    { word: '退休金', questions: [pension, pensionToo] },
    { word: '申请', questions: [grant] },
  ])
  expect(rest).toEqual([alone])
})

it('puts every question into one topic at most, whatever the order of the questions', () => {
  const question = fc.record({
    words: fc.array(fc.constantFrom('甲', '乙乙', '丙', '丁丁', '戊'), { maxLength: 4 }),
    count: fc.integer({ min: 1, max: 4 }),
  })
  fc.assert(
    fc.property(fc.array(question, { maxLength: 12 }), fc.integer({ min: 0, max: 4 }), (questions, most) => {
      const { topics, rest } = keywordTopics(questions, most)
      expect(topics.length).toBeLessThanOrEqual(most)
      const gathered = [...topics.flatMap((topic) => topic.questions), ...rest]
      expect(gathered).toHaveLength(questions.length)
      expect(new Set(gathered)).toEqual(new Set(questions))
      for (const { word, questions: about } of topics) {
        for (const { words } of about) expect(words).toContain(word)
        expect(about.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(1)
      }
      const turned = keywordTopics([...questions].reverse(), most)
      expect(turned.topics.map(({ word }) => word)).toEqual(topics.map(({ word }) => word))
    }),
  )
})
