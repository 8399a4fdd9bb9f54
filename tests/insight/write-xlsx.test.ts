import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell } from '../../server/insight/export/export-rows.ts'
import { writeXlsx } from '../../server/insight/export/write-xlsx.ts'
import { readWorkbook } from './read-workbook.ts'

const HEADER = ['甲', '乙']

function written(rows: readonly (readonly Cell[])[]): Promise<Buffer> {
  return writeXlsx({ title: '问答记录', label: 'AI 生成', header: HEADER, rows })
}

describe('a workbook', () => {
  it('holds every cell where it belongs, whatever its text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('=1+1', '_x0041_', '__x000d__', '<&>"', 'a\nb', 'a\r\nb', ' ', '&amp;', '👩‍🔧', '12'),
    )
    const cell = fc.oneof(text, fc.integer(), fc.constant(null))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 12 }), async (rows) => {
        const { cells, sheet } = await readWorkbook(await written(rows))
        expect(sheet).not.toContain('<f>')
        expect(cells.get('A1')).toBe('AI 生成')
        expect([cells.get('A2'), cells.get('B2')]).toEqual(HEADER)
        for (const [index, row] of rows.entries()) {
          for (const [column, value] of row.entries()) {
            expect(cells.get(`${'AB'[column]}${index + 3}`) ?? null).toBe(plain(value))
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('holds words that every object of JavaScript knows', async () => {
    const words = ['constructor', 'toString', '__proto__', 'hasOwnProperty']
    const { cells } = await readWorkbook(await written(words.map((word, index) => [word, index])))
    for (const [index, word] of words.entries()) {
      expect(String(cells.get(`A${index + 3}`)).replace('\u200B', '')).toBe(word)
    }
  })

  it('cuts what a cell cannot hold', async () => {
    const { cells } = await readWorkbook(await written([['字'.repeat(40_000), '有\u0001控制符和半个\ud800']]))
    expect(cells.get('A3')).toHaveLength(32_767)
    expect(cells.get('B3')).toBe('有控制符和半个')
  })
})

/** A text as a cell can hold it. */
function plain(value: Cell): Cell {
  if (typeof value !== 'string') return value
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the library leaves out
  const left = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffd-\uffff]/g
  return value.replace(/\r\n?/g, '\n').replace(left, '') || null
}
