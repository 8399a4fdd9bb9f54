import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Question, standaloneQuestion } from '../../server/retrieval/question.ts'
import { selectSentences } from '../../server/retrieval/select-sentences.ts'
import { analyzer, STORIES, storyPassages, storySearch } from '../helpers/story-passages.ts'

const search = storySearch(STORIES)

function select(text: string, changes: Partial<Question> = {}) {
  const question = { ...standaloneQuestion(text), ...changes }
  return selectSentences(question, search.find(question.searchText), search.statistics, analyzer)
}

describe('selectSentences', () => {
  it.each([
    ['你的师傅是谁？', '贺春生'],
    ['你老家在哪里？', '湖南衡阳'],
    ['你哪一年从技校毕业？', '2004年9月'],
    ['你废了多少块试板？', '三十一块'],
    ['焊条为什么要烘干？', '氢气'],
    ['比武得了第几名？', '第二名'],
    ['比武在哪里举行？', '长沙'],
  ])('%s finds the sentence with %s first', (text, answer) => {
    expect(select(text)[0]?.text).toContain(answer)
  })

  it('does not answer with a sentence that only repeats the question', () => {
    expect(select('你对想学焊接的学生有什么建议？')[0]?.text).not.toContain('？')
  })

  it('gives spans of the document, best first, each sentence once, at most as many as asked for', () => {
    const question = standaloneQuestion('你第一次比武得了第几名？')
    const shifted = STORIES.map((passage) => ({ ...passage, start: passage.start + 50, end: passage.end + 50 }))
    const found = shifted.map((passage) => ({ passage, score: 1 }))
    const sentences = selectSentences(question, [...found, ...found], search.statistics, analyzer, { limit: 5 })
    expect(sentences).toHaveLength(5)
    for (const { passage, start, end, text } of sentences) {
      expect(passage.text.slice(start - passage.start, end - passage.start)).toBe(text)
    }
    expect(sentences.map(({ score }) => score)).toEqual([...sentences.map(({ score }) => score)].sort((a, b) => b - a))
    expect(new Set(sentences.map(({ text }) => text)).size).toBe(5)
  })

  it('never picks a heading', () => {
    const [passage] = storyPassages({
      师傅: '## 我的师傅是谁\n\n贺春生教了我三年。\n\n我的师傅是谁\n\n他左手短一截食指。',
    })
    if (passage === undefined) throw new Error('no passage')
    const sentences = selectSentences(
      standaloneQuestion('你的师傅是谁？'),
      [{ passage, score: 1 }],
      search.statistics,
      analyzer,
    )
    expect(sentences.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['贺春生教了我三年。', '他左手短一截食指。']),
    )
    expect(sentences).toHaveLength(2)
  })

  it('picks the item of a list that a follow-up asks for', () => {
    expect(select('第二点呢？', { searchText: '对学生的建议 第二点', followUp: true, ordinal: 2 })[0]?.text).toContain(
      '第二点',
    )
  })

  it('reads on after the place that was read last', () => {
    const contest = STORIES.find(({ title }) => title === '全省比武')
    if (contest === undefined) throw new Error('no story')
    const read = contest.text.indexOf('后来')
    const focus = { documentId: contest.documentId, afterOffset: read }
    const [first] = select('后来呢？', { searchText: '第一次参加全省焊工比武 后来', followUp: true, focus })
    expect(first?.text).toBe('后来我每天多练两个小时仰焊。')
  })

  it('bears any question and any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        (text, story) => {
          const [passage] = storyPassages({ 题目: story })
          if (passage === undefined) return
          const sentences = selectSentences(
            standaloneQuestion(text),
            [{ passage, score: 1 }],
            search.statistics,
            analyzer,
          )
          for (const sentence of sentences) {
            expect(Number.isFinite(sentence.score)).toBe(true)
            expect(story.slice(sentence.start, sentence.end)).toBe(sentence.text)
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})
