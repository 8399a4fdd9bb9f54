import { describe, expect, it } from 'vitest'
import { asksForSpeaker, isAboutAnother } from '../../server/retrieval/about-speaker.ts'
import { selectSentences } from '../../server/retrieval/select-sentences.ts'
import { analyzer, storyPassages, storySearch } from '../helpers/story-passages.ts'

describe('whom a question asks for', () => {
  it.each(['你几岁了', '请问您老家在哪里？', '你一个月工资多少'])('is the lecturer: %s', (text) => {
    expect(asksForSpeaker(text)).toBe(true)
  })

  it.each(['你师傅几岁了', '你学徒的时候师傅怎么教你的', '你们厂在哪', '焊条为什么要烘干', '你女儿多大了'])(
    'is not the lecturer alone: %s',
    (text) => {
      expect(asksForSpeaker(text)).toBe(false)
    },
  )
})

it('knows a sentence about somebody else', () => {
  expect(isAboutAnother('是贺春生师傅，72岁了，自己坐车来的。')).toBe(true)
  expect(isAboutAnother('她头一个月发了工资，说：“我请你吃饭。”')).toBe(true)
  expect(isAboutAnother('她头一个月发了工资，给我寄了一包花生。')).toBe(true)
  expect(isAboutAnother('我的师傅叫贺春生。')).toBe(false)
  expect(isAboutAnother('学徒工资一个月320块。')).toBe(false)
})

it('does not answer with somebody else’s age where the lecturer’s own is told', () => {
  const passages = storyPassages({
    县里的中学: '最后一排坐了个老人，是贺春生师傅，72岁了。那年比武，六十八个人，我29岁。',
  })
  const { statistics, find } = storySearch(passages)
  const question = { text: '你几岁了', searchText: '你几岁了', followUp: false }
  const [best] = selectSentences(question, find('几岁 岁'), statistics, analyzer)
  expect(best?.text).toContain('我29岁')
})
