import { describe, expect, test } from 'vitest'
import { createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { correctHomophones, createHomophones } from '../../server/retrieval/homophones.ts'
import { buildLexicalIndex } from '../../server/retrieval/lexical-index.ts'

const titles = ['许申', '上知令', '刘德一', '吕凯 (蜀汉)', '窃听', '中华人民共和国劳动合同法实施条例', '时间']
const { postings } = buildLexicalIndex(
  [
    ...titles.map((title) => ({ title, headings: [], text: '他是谁，做了什么，这里都写着。' })),
    ...Array.from({ length: 5 }, () => ({ title: '', headings: [], text: '世间的事，先做了再说。' })),
  ],
  createAnalyzer(),
)
const homophones = createHomophones(postings)

function correct(text: string, fixed: readonly number[] = []): string {
  const codes = Uint16Array.from(text, (character) => character.charCodeAt(0))
  const kept = Uint8Array.from(codes, (_code, index) => (fixed.includes(index) ? 1 : 0))
  return String.fromCharCode(...correctHomophones(codes, kept, postings, homophones).codes)
}

describe('a title that is named by its sound', () => {
  test.each([
    ['须申是谁', '许申是谁'],
    ['上只令写着什么', '上知令写着什么'],
    ['六德一做了什么', '刘德一做了什么'],
    ['吕恺是谁', '吕凯是谁'],
    ['什么是且听', '什么是窃听'],
  ])('%s becomes %s', (asked, meant) => expect(correct(asked)).toBe(meant))

  test('is not seen in words that the texts know, in other sounds, or where every ideograph differs', () => {
    for (const text of ['世间的事', '许三是谁', '须身是谁']) expect(correct(text)).toBe(text)
  })

  test('leaves what is fixed', () => expect(correct('须申是谁', [0])).toBe('须申是谁'))
})
