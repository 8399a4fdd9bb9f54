import { describe, expect, it } from 'vitest'
import { storyFrom, storyWish } from '../../server/turn/story-wish.ts'
import { connectChat } from '../helpers/chat-client.ts'
import { somePersona } from '../helpers/model-request.ts'
import { storyPassages } from '../helpers/story-passages.ts'
import { startTestServer } from '../helpers/test-server.ts'

const lecturer = somePersona({ name: '林悦', suggestions: ['你的师傅是谁？', '你第一次比武怎么样？'] })
const told = (searchText: string) => ({ question: '讲个故事', searchText, answer: '……', citations: [] })

describe('the wish for a story', () => {
  it.each([
    '给我讲个故事',
    '讲个故事吧！',
    '能给我们讲一个故事吗？',
    '我想听你的故事',
    '说说你的经历吧',
    '您能讲讲自己的经历吗',
    '再讲一个',
    '换一个故事',
    '随便聊聊',
    '你有什么故事？',
    'Tell me a story!',
  ])('is met with a suggestion: %s', (text) => {
    expect(storyWish(text, lecturer, [])).toBe('你的师傅是谁？')
  })

  it('goes through the suggestions, and begins anew after the last', () => {
    expect(storyWish('再讲一个', lecturer, [told('你的师傅是谁？')])).toBe('你第一次比武怎么样？')
    const all = lecturer.suggestions.map(told)
    expect(storyWish('再讲一个', lecturer, all)).toBe('你的师傅是谁？')
  })

  it.each([
    ['讲一个周国梁的故事', '周国梁'],
    ['给我讲讲关于球罐返修的故事吧', '球罐返修'],
  ])('may say what about: %s', (text, about) => {
    expect(storyWish(text, lecturer, [])).toBe(about)
  })

  it.each([
    '你的师傅是谁？',
    '这个故事发生在哪一年？',
    '你为什么喜欢讲故事？',
    '故事里的唐建后来怎么样了？',
    '再讲讲气孔是怎么来的',
    '然后呢',
    '工资有多少',
    '写一个童话故事给我当作业',
    '给我讲个鬼故事',
  ])('is not read into other questions: %s', (text) => {
    expect(storyWish(text, lecturer, [])).toBeUndefined()
  })

  it('is not met by an institution with its policies', () => {
    expect(storyWish('讲个故事', somePersona({ speaker: 'institution' }), [])).toBeUndefined()
  })
})

describe('the story that is told', () => {
  const [passage] = storyPassages({
    头两个月: '我的师傅叫贺春生。\n\n他话不多。头两个月不准我碰产品。后来他点头了。\n\n第二年我去比武。',
  })
  const from = (words: string) => {
    if (passage === undefined) throw new Error('no passage')
    const start = passage.text.indexOf(words)
    return storyFrom([{ passage, start, end: start + words.length, text: words, score: 2 }]).map(({ text }) => text)
  }

  it('begins with the paragraph of what was found, or with the one that says who 「他」 is', () => {
    expect(from('第二年我去比武。')).toEqual(['第二年我去比武。'])
    expect(from('后来他点头了。').slice(0, 2)).toEqual(['我的师傅叫贺春生。', '他话不多。'])
    expect(storyFrom([])).toEqual([])
  })

  it('comes from the lecturer’s own pages, another one each time, and goes on', async () => {
    const server = await startTestServer()
    const client = await connectChat(server.address)
    try {
      await client.open('lin-yue')
      const first = await client.ask('给我讲个故事吧')
      const on = await client.ask('然后呢？')
      const second = await client.ask('再讲一个')
      for (const { end, text } of [first, on, second]) {
        expect(end.outcome).toBe('grounded')
        expect(end.citations.length).toBeGreaterThan(0)
        expect(text.length).toBeGreaterThan(20)
      }
      expect(first.end.citations.length).toBeGreaterThanOrEqual(4)
      expect(on.text).not.toContain(first.text.slice(0, 12))
      expect(on.end.citations[0]?.documentId).toBe(first.end.citations[0]?.documentId)
      expect(second.text).not.toBe(first.text)
      const { suggestions } = server.deps.personas.get('lin-yue') ?? { suggestions: [] }
      expect(second.end.suggestions).not.toContain(suggestions[0])
      expect(second.end.suggestions).not.toContain(suggestions[1])
    } finally {
      await client.close()
      await server.close()
    }
  })
})
