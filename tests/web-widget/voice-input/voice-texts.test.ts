import { expect, it } from 'vitest'
import {
  type VoiceTexts,
  voiceEn,
  voiceTextsOf,
  voiceZhCN,
  voiceZhTW,
} from '../../../web-widget/voice-input/voice-texts.ts'

function flat(texts: VoiceTexts): string[] {
  const { problems, left, statusFilled, ...plain } = texts
  return [...Object.values(plain), ...Object.values(problems), left(7), statusFilled('?')]
}

it('has a sentence of its own for every problem, in every language', () => {
  for (const texts of [voiceZhCN, voiceZhTW, voiceEn]) {
    const sentences = Object.values(texts.problems)
    expect(new Set(sentences).size).toBe(sentences.length)
    expect(Object.keys(texts.problems)).toEqual(Object.keys(voiceZhCN.problems))
    for (const words of flat(texts)) expect(words).not.toBe('')
  }
})

it('keeps the scripts apart', () => {
  expect(flat(voiceEn).join('')).not.toMatch(/[\u3400-\u9fff]/)
  expect(flat(voiceZhTW).join('')).not.toMatch(/[这请问说话对开关闭发点错误网络经还没复听写权现]/)
  expect(voiceTextsOf('zh-HK')).toBe(voiceZhTW)
  expect(voiceTextsOf('en')).toBe(voiceEn)
  expect(voiceTextsOf('zh-CN')).toBe(voiceZhCN)
})
