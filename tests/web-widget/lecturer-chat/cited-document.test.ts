import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findQuote } from '../../../web-widget/lecturer-chat/cited-document.ts'

const text = fc
  .array(fc.constantFrom('焊', '缝', '师傅', '。', 'a', '😀', '\n'), { maxLength: 60 })
  .map((parts) => parts.join(''))

describe('the place of a quote in its document', () => {
  it('is the place that the citation names while the words are there', () => {
    fc.assert(
      fc.property(text, fc.nat(60), fc.integer({ min: 1, max: 20 }), (document, start, length) => {
        const quote = document.slice(start, start + length)
        fc.pre(quote !== '')
        expect(findQuote(document, { quote, start, end: start + quote.length })).toEqual({
          start,
          end: start + quote.length,
        })
      }),
    )
  })

  it('follows words that have moved, and takes the nearest of several', () => {
    expect(findQuote('前言。手稳不如心稳。', { quote: '手稳不如心稳。', start: 0, end: 7 })).toEqual({
      start: 3,
      end: 10,
    })
    expect(findQuote('慢。快。快。快。', { quote: '快。', start: 5, end: 7 })).toEqual({ start: 4, end: 6 })
  })

  it('never marks other words than the quote', () => {
    fc.assert(
      fc.property(text, text, fc.nat(60), (document, quote, start) => {
        const span = findQuote(document, { quote, start, end: start + quote.length })
        if (span !== null) expect(document.slice(span.start, span.end)).toBe(quote)
        else expect(quote === '' || !document.includes(quote)).toBe(true)
      }),
    )
  })
})
