import { expect, test } from 'vitest'
import { createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { buildLexicalIndex } from '../../server/retrieval/lexical-index.ts'
import { readStanding } from '../../server/retrieval/passage-standing.ts'

const PASSAGES = [
  { title: '中华人民共和国劳动法', headings: ['第一章 总则', '第一条'], text: '保护劳动者；调整劳动关系。' },
  { title: '中华人民共和国劳动法', headings: ['第二章 就业', '第二十条'], text: '依照《劳动法》订立合同。' },
  {
    title: '实施办法',
    headings: ['第三条'],
    text: '《中华人民共和国劳动法》和《工会法》另有规定的，从其规定。再依《劳动法》办理',
  },
  { title: '师傅的故事', headings: [], text: '我读过《劳动法》。' },
]

test('a document stands as high as the number of others that name it', () => {
  const { postings } = buildLexicalIndex(PASSAGES, createAnalyzer())
  const { named, places, clauses, nameLengths } = readStanding(postings)
  const [law, , rules, story] = postings.groups
  // Twice in one document is once, and a document does not raise itself.
  expect(named[law ?? 0]).toBeCloseTo(Math.log(3))
  expect(named[rules ?? 0]).toBe(0)
  expect(nameLengths[law ?? 0]).toBe(3)
  expect(nameLengths[story ?? 0]).toBe(5)
  expect([...places].map((place) => Number(place.toFixed(3)))).toEqual([0.05, 1, 1, 0])
  expect([...clauses]).toEqual([2, 1, 1, 1])
})

test('an empty index has no standing', () => {
  const { postings } = buildLexicalIndex([], createAnalyzer())
  expect(readStanding(postings).places).toHaveLength(0)
})
