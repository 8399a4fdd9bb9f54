import { createHash } from 'node:crypto'
import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { citationFrom } from '../../server/grounding/citation-of.ts'
import { Citation } from '../../server/protocol/citation.ts'
import { allowance } from './sources.ts'

const passage = { ...allowance, start: 500, end: 500 + allowance.text.length }

describe('citationFrom', () => {
  it('quotes the exact words that were checked, with their hash and their place in the document', () => {
    const from = allowance.text.indexOf('第十一条')
    const to = allowance.text.indexOf('逾期')
    const citation = citationFrom({ passage, start: 500 + from, end: 500 + to })
    expect(citation).toMatchObject({
      documentId: allowance.documentId,
      title: '江城市工匠培养支持办法',
      kind: 'policy',
      quote: allowance.text.slice(from, to),
      start: 500 + from,
      end: 500 + to,
      issuedBy: '江城市总工会',
      documentNumber: '江工发〔2022〕18号',
      effectiveFrom: '2022-05-01',
    })
    expect(citation.quoteSha256).toBe(createHash('sha256').update(allowance.text.slice(from, to), 'utf8').digest('hex'))
    expect(Value.Check(Citation, { index: 0, ...citation })).toBe(true)
  })

  it.each([
    [499, 510],
    [500, 500],
    [510, 501 + allowance.text.length],
  ])('refuses the span %i–%i, which lies outside the passage', (start, end) => {
    expect(() => citationFrom({ passage, start, end })).toThrow(RangeError)
  })
})
