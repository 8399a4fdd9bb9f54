import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DraftSentence } from '../../server/grounding/checked-sentence.ts'
import { intoSentences } from '../../server/turn/into-sentences.ts'

async function* stream(tokens: readonly string[]): AsyncGenerator<string> {
  for (const token of tokens) yield token
}

async function sentencesOf(...tokens: string[]): Promise<DraftSentence[]> {
  const sentences: DraftSentence[] = []
  for await (const sentence of intoSentences(stream(tokens))) sentences.push(sentence)
  return sentences
}

describe('intoSentences', () => {
  it.each([
    ['他进了厂[1]。', '他进了厂。', [1]],
    ['他进了厂。[1][2]', '他进了厂。', [1, 2]],
    ['他进了厂[1,2]。', '他进了厂。', [1, 2]],
    ['他进了厂【1】。', '他进了厂。', [1]],
    ['他进了厂［１］。', '他进了厂。', [1]],
    ['他进了厂[^3]。', '他进了厂。', [3]],
    ['他进了厂。(来源1)', '他进了厂。', [1]],
    ['他进了厂（来源：2、3）。', '他进了厂。', [2, 3]],
    ['他进了厂。[1-3]', '他进了厂。', [1, 2, 3]],
    ['他进了厂[1]，学了焊接[2]。', '他进了厂，学了焊接。', [1, 2]],
    ['他进了厂。[1][1]', '他进了厂。', [1]],
  ])('takes the marks off %s', async (written, text, marks) => {
    expect(await sentencesOf(written)).toEqual([{ text, marks }])
  })

  it('gives a mark after the closing punctuation to the sentence before it', async () => {
    expect(await sentencesOf('第一句。[1]第二句！[2] 第三句？')).toEqual([
      { text: '第一句。', marks: [1] },
      { text: '第二句！ ', marks: [2] },
      { text: '第三句？', marks: [] },
    ])
  })

  it('keeps closing quotation marks with their sentence', async () => {
    expect((await sentencesOf('师傅说：“再来一遍。”[1]我又焊了一遍。[2]')).map((s) => s.text)).toEqual([
      '师傅说：“再来一遍。”',
      '我又焊了一遍。',
    ])
  })

  it('keeps a quotation without a mark of its own with what follows it', async () => {
    expect(await sentencesOf('他问：“慢多少？”我说不上来。[1]')).toEqual([
      { text: '他问：“慢多少？”我说不上来。', marks: [1] },
    ])
  })

  it('does not cut inside a quotation', async () => {
    const written = '师傅说：“手要稳。心要静！”，我记了一辈子[1]。“慢慢来。不急。”[2]后来我懂了。'
    expect(await sentencesOf(written)).toEqual([
      { text: '师傅说：“手要稳。心要静！”，我记了一辈子。', marks: [1] },
      { text: '“慢慢来。不急。”', marks: [2] },
      { text: '后来我懂了。', marks: [] },
    ])
  })

  it('keeps brackets that are no marks', async () => {
    const written = '那年（1998年）的文件〔2023〕15号[附件]写着(1)和【重点】。'
    expect(await sentencesOf(written)).toEqual([{ text: written, marks: [] }])
  })

  it('keeps decimals and list numbers whole and ends a line at its break', async () => {
    expect((await sentencesOf('1. 焊缝宽3.5毫米\n2. 先预热[1]\n\n- 再焊')).map((s) => s.text)).toEqual([
      '1. 焊缝宽3.5毫米\n',
      '2. 先预热\n\n',
      '- 再焊',
    ])
  })

  it('gives a sentence before the stream ends', async () => {
    const seen: string[] = []
    async function* tokens(): AsyncGenerator<string> {
      yield '第一句。[1]'
      yield '第'
      seen.push('asked for more')
      yield '二句。'
    }
    for await (const sentence of intoSentences(tokens())) seen.push(sentence.text)
    expect(seen).toEqual(['第一句。', 'asked for more', '第二句。'])
  })

  const piece = fc.constantFrom(
    ...[
      '他',
      '焊接',
      '。',
      '！',
      '？',
      '…',
      '.',
      '3.5',
      ' ',
      '\n',
      '\n\n',
      '[1]',
      '[2,3]',
      '【4】',
      '（来源5）',
      '[^6]',
    ],
    ...[
      '[',
      ']',
      '【',
      '（',
      '）',
      '(',
      '(1)',
      '[x]',
      '”',
      '“',
      '，',
      '😀',
      '𠮷',
      '- ',
      '1. ',
      '！？',
      '[1-',
      '(来',
      '源1)',
    ],
  )
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))

  it('gives the same sentences however the text is cut into tokens', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 60 }), async (whole, sizes) => {
        const tokens: string[] = []
        for (let at = 0, turn = 0; at < whole.length; turn++) {
          const size = (sizes[turn % sizes.length] ?? 0) + (turn > 200 ? 1 : 0)
          tokens.push(whole.slice(at, at + size))
          at += size
          if (turn > 1000) break
        }
        tokens.push(whole.slice(tokens.join('').length))
        const pieces = tokens.filter((token) => token !== '')
        expect(await sentencesOf(...pieces)).toEqual(await sentencesOf(whole))
      }),
      { numRuns: 300 },
    )
  })

  it('joins to the text without its marks', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        const joined = (await sentencesOf(whole)).map((sentence) => sentence.text).join('')
        expect(joined).toBe(whole.replaceAll(/\[\^?\d(?:[,-]\d)?\]|【\d】|[（(]来源\d[)）]/g, ''))
      }),
      { numRuns: 300 },
    )
  })

  it('never cuts a surrogate pair and loses no character of text without marks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (whole) => {
        fc.pre(!/[[［【(（]/.test(whole))
        const sentences = await sentencesOf(whole)
        expect(sentences.map((sentence) => sentence.text).join('')).toBe(whole)
        for (const sentence of sentences) {
          expect(sentence.text).not.toMatch(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/)
        }
      }),
    )
  })
})
