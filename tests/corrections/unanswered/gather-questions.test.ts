import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWorkSlices } from '../../../server/corrections/preview/work-slices.ts'
import { type AskedQuestion, gatherQuestions } from '../../../server/corrections/unanswered/gather-questions.ts'
import { createAnalyzer } from '../../../server/retrieval/analyzer.ts'

const options = { analyzer: createAnalyzer(), slices: createWorkSlices() }
const asked = (text: string, count = 1): AskedQuestion => ({ key: text, text, count })
const textsOf = (groups: readonly (readonly AskedQuestion[])[]) => groups.map((group) => group.map(({ text }) => text))

describe('questions without an answer', () => {
  it('are gathered where they are almost the same, the most asked in front', async () => {
    const groups = await gatherQuestions(
      [asked('你会弹钢琴吗'), asked('你坐过潜水艇吗', 2), asked('你会弹钢琴吗？', 3), asked('请问你会弹钢琴吗')],
      options,
    )
    expect(textsOf(groups)).toEqual([['你会弹钢琴吗？', '你会弹钢琴吗', '请问你会弹钢琴吗'], ['你坐过潜水艇吗']])
  })

  it('are kept apart where they name other numbers or deny', async () => {
    const apart = [
      '一级工匠每个月的补贴是多少',
      '二级工匠每个月的补贴是多少',
      '开车间的天车需要考证吗',
      '开车间的天车不需要考证吗',
    ]
    expect(
      await gatherQuestions(
        apart.map((text) => asked(text)),
        options,
      ),
    ).toHaveLength(4)
  })

  it('are kept apart where a word in a long question is another', async () => {
    const apart = [
      '您在老厂房里跟着师傅学焊接的时候最难忘的一件事情是什么',
      '您在老厂房里跟着师傅学铸造的时候最难忘的一件事情是什么',
    ]
    const many = Array.from({ length: 600 }, (_, number) => asked(`第${number}台机器是谁修好的`, 2))
    const groups = await gatherQuestions([...many, ...apart.map((text) => asked(text))], options)
    expect(groups.filter(([first]) => apart.includes(first?.text ?? ''))).toHaveLength(2)
  })

  it('are one where they only choose', async () => {
    const same = ['你会不会弹钢琴', '你会弹钢琴吗']
    const groups = await gatherQuestions(
      same.map((text) => asked(text)),
      options,
    )
    expect(groups).toHaveLength(1)
  })

  it('are each in one group, whatever the order in which they come', async () => {
    const words = fc.constantFrom('你', '师傅', '会', '修', '钢琴', '汽车', '第一次', '为什么', '吗', '2', '几', '，')
    const question = fc.array(words, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''))
    const questions = fc.uniqueArray(fc.record({ text: question, count: fc.integer({ min: 1, max: 9 }) }), {
      selector: ({ text }) => text,
      maxLength: 25,
    })
    await fc.assert(
      fc.asyncProperty(
        questions,
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        async (list, random) => {
          const all = list.map(({ text, count }) => asked(text, count))
          const groups = await gatherQuestions(all, options)
          expect(textsOf(groups).flat().sort()).toEqual(all.map(({ text }) => text).sort())
          const sums = groups.map((group) => group.reduce((sum, { count }) => sum + count, 0))
          expect(sums).toEqual([...sums].sort((one, other) => other - one))
          const shuffled = all
            .map((item) => ({ item, place: random.next().value as number }))
            .sort((one, other) => one.place - other.place)
            .map(({ item }) => item)
          expect(textsOf(await gatherQuestions(shuffled, options))).toEqual(textsOf(groups))
        },
      ),
      { numRuns: 60 },
    )
  })
})
