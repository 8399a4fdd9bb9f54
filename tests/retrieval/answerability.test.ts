import { describe, expect, it } from 'vitest'
import { DEFAULT_ANSWER_THRESHOLD, judgeAnswerability } from '../../server/retrieval/answerability.ts'
import { standaloneQuestion } from '../../server/retrieval/question.ts'
import { selectSentences } from '../../server/retrieval/select-sentences.ts'
import { analyzer, STORIES, storySearch } from '../helpers/story-passages.ts'

const search = storySearch(STORIES)

function judge(text: string) {
  const question = standaloneQuestion(text)
  const found = search.find(text)
  const sentences = selectSentences(question, found, search.statistics, analyzer)
  return judgeAnswerability(question, found, sentences, search.statistics, analyzer)
}

describe('judgeAnswerability', () => {
  it.each(['你老家在哪里？', '你废了多少块试板？', '焊条为什么要烘干？', '你的师傅叫什么？', '第二点建议是什么？'])(
    'lets %s be answered',
    (text) => {
      expect(judge(text).probability).toBeGreaterThan(DEFAULT_ANSWER_THRESHOLD)
    },
  )

  it.each(['今天天气怎么样？', '你喜欢吃什么菜？', '比特币今天多少钱？', '贺春生哪一年去世的？'])(
    'holds back on %s',
    (text) => {
      expect(judge(text).probability).toBeLessThan(DEFAULT_ANSWER_THRESHOLD)
    },
  )

  it('gives 0 where nothing was found, and names its signals where something was', () => {
    const question = standaloneQuestion('你老家在哪里？')
    expect(judgeAnswerability(question, [], [], search.statistics, analyzer)).toEqual({ probability: 0, features: {} })
    const { probability, features } = judge('你老家在哪里？')
    expect(probability).toBeLessThanOrEqual(1)
    expect(features).toHaveProperty('logit')
    expect(Object.values(features).every(Number.isFinite)).toBe(true)
  })
})
