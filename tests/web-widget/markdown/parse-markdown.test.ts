import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Block, type Inline, parseMarkdown } from '../../../web-widget/markdown/parse-markdown.ts'

function textOf(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) =>
      inline.type === 'text' ? inline.text : inline.type === 'citations' ? '' : textOf(inline.children),
    )
    .join('')
}

function textOfBlock(block: Block): string {
  return block.type === 'paragraph' ? textOf(block.children) : block.items.map(textOf).join('\n')
}

const blocks = (source: string, open = false): Block[] => parseMarkdown(source, [], open).map((placed) => placed.block)

describe('the Markdown of an answer', () => {
  it('knows paragraphs, lists, strong and em', () => {
    expect(blocks('师傅说：**手稳**，*心稳*。\n\n1. 看\n2. 练\n- 问')).toEqual([
      {
        type: 'paragraph',
        children: [
          { type: 'text', text: '师傅说：' },
          { type: 'strong', children: [{ type: 'text', text: '手稳' }] },
          { type: 'text', text: '，' },
          { type: 'em', children: [{ type: 'text', text: '心稳' }] },
          { type: 'text', text: '。' },
        ],
      },
      {
        type: 'list',
        ordered: true,
        start: 1,
        items: [[{ type: 'text', text: '看' }], [{ type: 'text', text: '练' }]],
      },
      { type: 'list', ordered: false, start: 1, items: [[{ type: 'text', text: '问' }]] },
    ])
  })

  it('leaves everything else as text: markup, links, images, scripts', () => {
    for (const source of [
      '<img src=x onerror=alert(1)>',
      '[点我](javascript:alert(1))',
      '![](x)',
      '`code`',
      '3*4 与 5*6',
    ]) {
      expect(blocks(source)).toEqual([{ type: 'paragraph', children: [{ type: 'text', text: source }] }])
    }
  })

  it('does not take a decimal number for a list', () => {
    expect(blocks('3.5 毫米的焊条')[0]?.type).toBe('paragraph')
  })

  it('hides an emphasis mark that is still open while the answer grows', () => {
    expect(blocks('他叫**周国', true).map(textOfBlock)).toEqual(['他叫周国'])
    expect(blocks('他叫**周国', false).map(textOfBlock)).toEqual(['他叫**周国'])
  })

  it('puts citations right after the words that they back', () => {
    const [placed] = parseMarkdown(
      '甲。乙。',
      [
        { at: 2, indices: [0] },
        { at: 4, indices: [1, 2] },
      ],
      false,
    )
    expect(placed?.block).toEqual({
      type: 'paragraph',
      children: [
        { type: 'text', text: '甲。' },
        { type: 'citations', indices: [0] },
        { type: 'text', text: '乙。' },
        { type: 'citations', indices: [1, 2] },
      ],
    })
  })

  it('loses no character but its own marks, and places every citation once', () => {
    const source = fc.string({
      unit: fc.constantFrom('焊', '。', '*', '**', '\n', '- ', '1. ', ' ', '<', '😀'),
      maxLength: 40,
    })
    fc.assert(
      fc.property(source, fc.array(fc.nat(60), { maxLength: 6 }), (text, places) => {
        const bare = (value: string): string => value.replace(/[*\s•-]|\d\.|#/g, '')
        const parsed = parseMarkdown(text, [], false)
        expect(bare(parsed.map(({ block }) => textOfBlock(block)).join('\n'))).toBe(bare(text))
        const ends = [...new Set(places.map((place) => text.slice(0, place).trimEnd().length))]
          .filter((at) => at > 0)
          .sort((a, b) => a - b)
        const marks = ends.map((at, index) => ({ at, indices: [index] }))
        const seen: number[] = []
        const walk = (inlines: readonly Inline[]): void => {
          for (const inline of inlines) {
            if (inline.type === 'citations') seen.push(...inline.indices)
            else if (inline.type !== 'text') walk(inline.children)
          }
        }
        for (const { block } of parseMarkdown(text, marks, false)) {
          if (block.type === 'paragraph') walk(block.children)
          else block.items.forEach(walk)
        }
        expect(new Set(seen).size).toBe(seen.length)
      }),
    )
  })

  it('parses the tail alone to the same blocks as the whole', () => {
    const source = fc.string({ unit: fc.constantFrom('焊', '缝。', '**', '\n', '\n\n', '- ', '2. '), maxLength: 30 })
    fc.assert(
      fc.property(source, (text) => {
        const whole = parseMarkdown(text, [], false)
        for (const [index, placed] of whole.entries()) {
          expect(parseMarkdown(text, [], false, placed.start)).toEqual(whole.slice(index))
        }
      }),
    )
  })
})
