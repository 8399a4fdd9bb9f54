import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitDocument } from '../../server/retrieval/split-document.ts'
import { makeDocument } from './documents.ts'

const line = fc.oneof(
  fc.constantFrom(
    '',
    '',
    '# 起步',
    '## 第一次焊接',
    '第一章 总则',
    '第二条 用人单位应当按月支付工资。',
    '第十二条之一　本条另有规定。',
    '（一）按月支付；',
  ),
  fc.constantFrom(
    '我十八岁进厂，跟着师傅学焊接。',
    '那年冬天很冷！师傅问：“你怕不怕？”我说不怕。',
    '长'.repeat(900),
    '😀'.repeat(260),
  ),
  fc.string({ maxLength: 40 }),
  fc
    .array(fc.constantFrom('师傅', '焊枪', '。', '，', '；', ' ', '1998年', '”'), { maxLength: 300 })
    .map((parts) => parts.join('')),
)
const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join('\n'))
const kind = fc.constantFrom('story' as const, 'policy' as const)

describe('splitDocument', () => {
  test('spans are exact, in order, without overlap, and leave out nothing but headings and blanks', () => {
    fc.assert(
      fc.property(text, kind, (content, kindOf) => {
        const document = makeDocument('d', content, { kind: kindOf })
        const passages = splitDocument(document)
        let rest = ''
        let at = 0
        for (const [ordinal, passage] of passages.entries()) {
          expect(passage.start).toBeGreaterThanOrEqual(at)
          expect(content.slice(passage.start, passage.end)).toBe(passage.text)
          expect(passage.text.trim()).not.toBe('')
          expect(passage.ordinal).toBe(ordinal)
          expect(passage.id).toBe(`d#${passage.start}-${passage.end}`)
          rest += content.slice(at, passage.start)
          at = passage.end
        }
        rest += content.slice(at)
        for (const left of rest.split('\n')) {
          if (left.trim() !== '') expect(left).toMatch(/^\s*(#{1,6}[ \t]+\S|第.+[编篇章节])/)
        }
        expect(splitDocument(document)).toEqual(passages)
      }),
      { numRuns: 300 },
    )
  })

  test('an article is one passage with the headings above it and its own number', () => {
    const content =
      '第一章 总则\n\n第一条 为了职工，制定本办法。\n\n第二条 有下列情形的：\n（一）甲；\n\n（二）乙。\n第二章　附则\n第３条 自公布之日起施行。依照第二条办理。'
    const passages = splitDocument(makeDocument('p', content, { kind: 'policy' }))
    expect(passages.map(({ headings }) => headings)).toEqual([
      ['第一章 总则', '第一条'],
      ['第一章 总则', '第二条'],
      ['第二章 附则', '第３条'],
    ])
    expect(passages[1]?.text).toBe('第二条 有下列情形的：\n（一）甲；\n\n（二）乙。')
  })

  test('a reference at the head of a line does not open an article', () => {
    const passages = splitDocument(
      makeDocument('p', '第一条 依照下列规定。\n第二条第一款的规定同样适用。', { kind: 'policy' }),
    )
    expect(passages).toHaveLength(1)
  })

  test('short paragraphs of a story are joined under their heading, long ones cut between sentences', () => {
    const short = '# 学徒\n\n我十八岁进厂。\n\n师傅姓周。\n\n# 后来\n\n我也带徒弟了。'
    const passages = splitDocument(makeDocument('s', short))
    expect(passages.map(({ headings, text: own }) => [headings, own])).toEqual([
      [['学徒'], '我十八岁进厂。\n\n师傅姓周。'],
      [['后来'], '我也带徒弟了。'],
    ])
    const sentence = '那天我在车间里焊了整整一天，手上起了三个水泡，师傅一句话也没有说。'
    const long = splitDocument(makeDocument('s', sentence.repeat(30)))
    expect(long.length).toBeGreaterThan(2)
    for (const { text: own } of long) {
      expect(own.length).toBeLessThanOrEqual(420)
      expect(own.endsWith('。')).toBe(true)
      expect(own.startsWith('那天')).toBe(true)
    }
  })

  test('a heading with nothing below it is kept as a passage', () => {
    expect(splitDocument(makeDocument('s', '# 只有标题')).map(({ text: own }) => own)).toEqual(['# 只有标题'])
  })
})
