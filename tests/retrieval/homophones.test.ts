import { describe, expect, test } from 'vitest'
import { createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { correctHomophones, createHomophones } from '../../server/retrieval/homophones.ts'
import { buildLexicalIndex } from '../../server/retrieval/lexical-index.ts'

const analyzer = createAnalyzer()
const texts = [
  '冠饰角龙类分布在北美洲与东亚。',
  '美味牛肝菌生长在林间空地上。',
  '检察院可以不起诉，法院审理案件。',
  '上海世博会的志愿者叫小白菜。',
]
const { postings } = buildLexicalIndex(
  texts.map((text) => ({ title: '', headings: [], text })),
  analyzer,
)
const homophones = createHomophones(postings)

function correct(text: string): string {
  const codes = Uint16Array.from(text, (character) => character.charCodeAt(0))
  const corrected = correctHomophones(codes, new Uint8Array(codes.length), postings, homophones)
  return String.fromCharCode(...corrected.codes)
}

describe('correctHomophones', () => {
  test.each([
    ['角龙类分不在', '角龙类分布在'],
    ['没味牛肝菌', '美味牛肝菌'],
    ['检差原起诉', '检察院起诉'],
    ['上海是博会', '上海世博会'],
  ])('%s becomes %s', (asked, meant) => expect(correct(asked)).toBe(meant))

  test('leaves right texts, and ideographs that are fixed, as they are', () => {
    for (const text of texts) expect(correct(text)).toBe(text)
    const codes = Uint16Array.from('分不在', (character) => character.charCodeAt(0))
    expect(correctHomophones(codes, new Uint8Array(3).fill(1), postings, homophones).codes).toBe(codes)
  })

  test('knows the readings of an ideograph that has several', () => {
    const sounds = homophones.of('乐'.charCodeAt(0)).map((code) => String.fromCharCode(code))
    expect(sounds).toEqual([])
    expect(homophones.of('事'.charCodeAt(0)).map((code) => String.fromCharCode(code))).toEqual(
      expect.arrayContaining(['饰', '世']),
    )
  })
})
