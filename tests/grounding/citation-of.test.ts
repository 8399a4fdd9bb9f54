import { createHash } from 'node:crypto'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { citationFrom } from '../../server/grounding/citation-of.ts'
import { Citation } from '../../server/protocol/citation.ts'
import { allowance } from './sources.ts'

describe('citationFrom', () => {
  it('quotes the exact words of the document with their hash', () => {
    const start = allowance.text.indexOf('第十一条')
    const end = allowance.text.indexOf('逾期')
    const citation = citationFrom({ passage: allowance, start, end }, allowance.text, 3)
    expect(citation).toMatchObject({
      index: 3,
      documentId: allowance.documentId,
      title: '江城市工匠培养支持办法',
      kind: 'policy',
      quote: allowance.text.slice(start, end),
      issuedBy: '江城市总工会',
      documentNumber: '江工发〔2022〕18号',
      effectiveFrom: '2022-05-01',
    })
    expect(citation.quoteSha256).toBe(createHash('sha256').update(allowance.text.slice(start, end), 'utf8').digest('hex'))
    expect(Value.Check(Citation, citation)).toBe(true)
  })

  it('refuses a span outside the document', () => {
    const over = allowance.text.length + 1
    expect(() => citationFrom({ passage: allowance, start: 0, end: over }, allowance.text, 0)).toThrow(RangeError)
    expect(() => citationFrom({ passage: allowance, start: 5, end: 5 }, allowance.text, 0)).toThrow(RangeError)
  })
})
