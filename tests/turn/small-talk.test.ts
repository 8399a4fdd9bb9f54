import { describe, expect, it } from 'vitest'
import { smallTalk } from '../../server/turn/small-talk.ts'
import { somePersona } from '../helpers/model-request.ts'

const lecturer = somePersona({ name: '林悦', aliases: ['林师傅', '悦姐'], greeting: '你好呀，我是林悦的 AI 分身。' })
const adviser = somePersona({ name: '产改政策顾问', speaker: 'institution' })

describe('small talk', () => {
  it.each(['你好', '您好！', '你好呀～', '哈喽', '在吗？', '早上好', '林师傅你好', '林悦你好！', '悦姐好', '师傅您好'])(
    'greets back: %s',
    (text) => {
      expect(smallTalk(text, lecturer)?.sentences).toEqual([lecturer.greeting])
    },
  )

  it.each(['hello', 'Hi!', 'hey'])('greets in English: %s', (text) => {
    expect(smallTalk(text, lecturer)?.sentences.join('')).toMatch(/AI avatar of 林悦/)
  })

  it.each(['谢谢', '谢谢你', '太感谢了！', '辛苦了', '好的，谢谢老师', 'thank you', 'Thanks a lot!'])(
    'takes thanks: %s',
    (text) => {
      expect(smallTalk(text, lecturer)?.sentences).toHaveLength(1)
    },
  )

  it.each(['再见', '拜拜', 'bye'])('says goodbye: %s', (text) => {
    expect(smallTalk(text, lecturer)?.sentences).toHaveLength(1)
  })

  it.each([
    '你是谁？',
    '您是真人吗',
    '你是不是机器人？',
    '你是真人还是AI？',
    '你能做什么',
    '你是本人吗？',
    'Are you a real person?',
    'who are you',
  ])('says that it is an AI: %s', (text) => {
    for (const persona of [lecturer, adviser]) {
      const said = smallTalk(text, persona)?.sentences.join('') ?? ''
      expect(said).toContain('AI')
      expect(said).toMatch(/不是本人|不是真人|not the person|not a person/)
    }
  })

  it.each([
    '你的师傅是谁？',
    '你好像受过伤，是怎么回事？',
    '谢谢你师傅教你的那句话是什么？',
    '再见到师傅是哪一年？',
    '你是怎么学会焊接的？',
    '你是什么时候进厂的？',
    '周师傅你好在哪里？',
    '你是谁的徒弟？',
    '你能做什么样的焊缝？',
    '你叫什么外号？',
    'Who are your apprentices?',
    'What can you do about porosity?',
    '',
    '？？？',
  ])('leaves a question to the sources: %s', (text) => {
    expect(smallTalk(text, lecturer)).toBeUndefined()
  })
})
