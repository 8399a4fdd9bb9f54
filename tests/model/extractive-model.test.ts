import { describe, expect, it } from 'vitest'
import { createExtractiveModel } from '../../server/model/extractive-model.ts'
import { standaloneQuestion } from '../../server/retrieval/question.ts'
import { selectSentences } from '../../server/retrieval/select-sentences.ts'
import { hear, someRequest } from '../helpers/model-request.ts'
import { analyzer, STORIES, storySearch } from '../helpers/story-passages.ts'

const search = storySearch(STORIES)

function request(text: string) {
  const question = standaloneQuestion(text)
  const passages = search.find(text)
  const sentences = selectSentences(question, passages, search.statistics, analyzer)
  return someRequest(text, { question, passages, sentences })
}

const answer = async (text: string) => (await hear(createExtractiveModel(), undefined, request(text))).texts

describe('createExtractiveModel', () => {
  it.each([
    ['你老家在哪里？', '湖南衡阳'],
    ['你的师傅是谁？', '贺春生'],
    ['焊条为什么要烘干？', '氢气'],
    ['2011年比武得了第几名？', '第二名'],
  ])('answers %s in its first two sentences', async (text, words) => {
    expect((await answer(text)).slice(0, 2).join('')).toContain(words)
  })

  it('says only sentences of the passages, each with the number of its own', async () => {
    for (const text of ['你的师傅是谁？', '你比武得过什么奖？', '你对学生有什么建议？', '焊条为什么要烘干？']) {
      const asked = request(text)
      const said = await answer(text)
      expect(said.length).toBeGreaterThan(0)
      expect(said.length).toBeLessThanOrEqual(6)
      for (const sentence of said) {
        const [, words = '', number = ''] = /^(.*[。！？”])\[(\d+)\]$/u.exec(sentence) ?? []
        expect(words).not.toBe('')
        expect(asked.passages[Number(number) - 1]?.passage.text).toContain(words.slice(4, -1))
      }
    }
  })

  it('brings the items of a list along, in order', async () => {
    const said = (await answer('你对学生有什么建议？')).join('')
    const places = ['三点建议', '第一点', '第二点', '第三点'].map((words) => said.indexOf(words))
    expect(places.every((place) => place >= 0)).toBe(true)
    expect(places).toEqual([...places].sort((left, right) => left - right))
  })

  it('says no sentence twice', async () => {
    const said = await answer('你参加比武得了什么？')
    expect(new Set(said).size).toBe(said.length)
  })

  it('says nothing where no sentence was found', async () => {
    expect((await hear(createExtractiveModel())).texts).toEqual([])
  })

  it('ends with the reason of an aborted signal', async () => {
    const controller = new AbortController()
    controller.abort(new Error('stopped'))
    const { texts, error } = await hear(createExtractiveModel(), controller.signal, request('你的师傅是谁？'))
    expect(texts).toEqual([])
    expect(error).toEqual(new Error('stopped'))
  })
})
