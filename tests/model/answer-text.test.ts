import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAnswerText } from '../../server/model/answer-text.ts'

function follow(pieces: readonly string[]) {
  const answer = createAnswerText()
  const given = pieces.flatMap((piece) => answer.push(piece))
  return { given, text: given.join(''), rest: answer.rest() }
}

describe('createAnswerText', () => {
  test('holds back the sentence that is being written, and half a mark', () => {
    expect(follow(['我进厂早。[1]那年我'])).toEqual({
      given: ['我进厂早。[1]', ''],
      text: '我进厂早。[1]',
      rest: '那年我',
    })
    expect(follow(['我进厂早。', '[1']).rest).toBe('[1')
    expect(follow(['我进厂早。', '[1', ']', '[2]'])).toMatchObject({ given: ['我进厂早。', '[1]', '[2]'], rest: '' })
  })

  test('says that a sentence is over when the next one begins, and not before', () => {
    expect(follow(['好。']).given).toEqual(['好。'])
    expect(follow(['好。', ' ', '[1', ']', '我']).given).toEqual(['好。', ' [1]', ''])
    expect(follow(['“小心！”', '，他说']).given).toEqual(['“小心！”'])
    expect(follow(['We weld. ', 'Then']).given).toEqual(['We weld. ', ''])
  })

  test('does not cut numbers, and not inside a quotation', () => {
    expect(follow(['误差不到0.5毫米']).text).toBe('')
    expect(follow(['师傅说：“别急。慢慢']).text).toBe('')
    expect(follow(['师傅说：“别急。慢慢来。”', '[1]我']).text).toBe('师傅说：“别急。慢慢来。”[1]')
  })

  test('drops thinking at the beginning and nowhere else', () => {
    expect(follow(['<thi', 'nk>想。</thi', 'nk>\n我', '来。'])).toMatchObject({ text: '我来。', rest: '' })
    expect(follow(['<think>想。'])).toMatchObject({ text: '', rest: '' })
    expect(follow(['我说<think>。']).text).toBe('我说<think>。')
    expect(follow(['<th']).rest).toBe('<th')
  })

  test('loses and adds nothing, however the text is cut, and gives only whole sentences', () => {
    const part = fc.constantFrom(
      '我进厂',
      '。',
      '！',
      '？”',
      '“',
      '[1]',
      '[12',
      ']',
      '，',
      '.',
      ' ',
      '\n',
      '3',
      'ok',
      '……',
      '【2】',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), fc.array(fc.nat(80), { maxLength: 12 }), (parts, cuts) => {
        const whole = parts.join('')
        const places = [...new Set(cuts.map((cut) => Math.min(cut, whole.length)))].sort((a, b) => a - b)
        const pieces = [0, ...places].map((from, index) => whole.slice(from, places[index] ?? whole.length))
        const { text, rest } = follow(pieces)
        expect(text + rest).toBe(whole)
        if (text !== '')
          expect(text).toMatch(
            /[。！？!?….\n][\s"'”’」』）)]*([[［【][\d\s,，、–-]*[\]］】]\s*)*$|^\s*([[［【]\d[\d\s,，、–-]*[\]］】]\s*)+$/u,
          )
      }),
      { numRuns: 500 },
    )
  })
})
