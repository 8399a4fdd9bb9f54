import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { passageSentences, standaloneSentences } from '../../server/model/standalone-sentence.ts'
import { somePassage } from '../helpers/model-request.ts'

function standalone(text: string, index: number, follows = false): string[] {
  return standaloneSentences(somePassage(text).passage, index, follows).map((sentence) => sentence.text)
}

describe('standaloneSentences', () => {
  it('drops a connective that points back', () => {
    expect(standalone('我考砸了。但是我没有放弃焊接。', 1)).toEqual(['我没有放弃焊接。'])
    expect(standalone('我考砸了。后来，我又去了一次长沙。', 1)).toEqual(['我又去了一次长沙。'])
    expect(standalone('我考砸了。不过是一块试板而已嘛。', 1)).toEqual(['不过是一块试板而已嘛。'])
  })

  it('leaves everything as it is right after the sentence before', () => {
    expect(standalone('我考砸了。但是我没有放弃焊接。', 1, true)).toEqual(['但是我没有放弃焊接。'])
  })

  it('names the one person whom 他 can mean', () => {
    expect(standalone('周师傅那年五十岁。他教了我三年。', 1)).toEqual(['周师傅教了我三年。'])
    expect(standalone('我的师傅叫周国梁，1951年生的。他左手食指短一截。', 1)).toEqual(['周国梁左手食指短一截。'])
  })

  it('takes the sentence before along where two people were named', () => {
    expect(standalone('周师傅和何师傅都在场。他说我焊得好。', 1)).toEqual(['周师傅和何师傅都在场。', '他说我焊得好。'])
  })

  it('takes along what 这 and 它 point to', () => {
    expect(standalone('我们用低氢型焊条。它最怕潮。', 1)).toEqual(['我们用低氢型焊条。', '它最怕潮。'])
  })

  it('takes a quotation whole', () => {
    const long = '慢一点，稳一点，手不要抖，眼睛看着熔池，脚底下要站实，不要慌。'.repeat(2)
    expect(standalone(`师傅说：“${long}就这样。”我记住了。`, 0).join('')).toMatch(/^师傅说：“.*就这样。”$/u)
  })

  it('ends every sentence with its punctuation and drops list marks', () => {
    expect(standalone('- 先练蹲\n- 再练手', 0)).toEqual(['先练蹲。'])
    expect(standalone('一是稳；二是准。', 0)).toEqual(['一是稳。'])
  })

  it('says nothing that does not stand in the passage, full stops apart', () => {
    const piece = fc.constantFrom(
      '周师傅',
      '我',
      '他',
      '后来，',
      '但是',
      '焊了一天',
      '。',
      '“',
      '”',
      '：',
      '；',
      '\n',
      '这',
      '何文斌说',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 40 }).map((pieces) => pieces.join('')),
        (text) => {
          const { passage } = somePassage(text)
          for (const index of passageSentences(passage).keys()) {
            for (const made of standaloneSentences(passage, index, false)) {
              expect(made.start).toBeGreaterThanOrEqual(0)
              expect(made.end).toBeLessThanOrEqual(text.length)
              const source = text.slice(0, made.end).replace(/\s/gu, '')
              const body = made.text.replace(/。$/u, '')
              const named = ['周师傅', '何文斌'].find((name) => body.startsWith(name))
              const rest = named === undefined ? body : body.slice(named.length)
              expect(source).toContain(rest.replace(/\s/gu, ''))
            }
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
