import { describe, expect, it } from 'vitest'
import { createWorkbookThreads, WORKBOOK_LIMITS } from '../../server/insight/export/workbook-thread.ts'
import { readWorkbook } from './read-workbook.ts'

const CONTENT = { title: '问答记录', label: 'AI 生成', header: ['甲'] }

describe('the threads that write workbooks', () => {
  it('write one workbook at a time, each with its own rows', async () => {
    const threads = createWorkbookThreads()
    let [running, most] = [0, 0]
    const make = (rows: readonly string[]) =>
      threads.run(async (workbook) => {
        running += 1
        most = Math.max(most, running)
        for (const row of rows) await workbook.add([[row]])
        await workbook.strip([0], new Map([[0, null]]))
        const file = await workbook.write(CONTENT)
        running -= 1
        return await readWorkbook(file)
      })
    const [one, other] = await Promise.all([make(['一', '二']), make(['三', '四', '五'])])
    expect(most).toBe(1)
    expect([...(one?.cells.values() ?? [])]).toEqual(['AI 生成', '甲', '二'])
    expect([...(other?.cells.values() ?? [])]).toEqual(['AI 生成', '甲', '四', '五'])
  })

  it('give up what takes too much memory or time, and whatever fails, and write the next', async () => {
    const small = createWorkbookThreads({ ...WORKBOOK_LIMITS, heapMegabytes: 40 })
    const rows = Array.from({ length: 2_000 }, (_, row) => Array.from({ length: 15 }, (_, cell) => row * 15 + cell))
    const endless = small.run(async (workbook) => {
      for (let batch = 0; batch < 10_000; batch++) await workbook.add(rows)
    })
    await expect(endless).rejects.toMatchObject({ code: 'not-possible' })
    const late = createWorkbookThreads({ ...WORKBOOK_LIMITS, stepMs: 1 })
    await expect(late.run((workbook) => workbook.write(CONTENT))).rejects.toMatchObject({ code: 'not-possible' })
    const failing = small.run(async () => {
      throw new Error('the database is gone')
    })
    await expect(failing).rejects.toThrow('the database is gone')
    const file = await small.run((workbook) => workbook.write(CONTENT))
    expect((await readWorkbook(file)).cells.get('A1')).toBe('AI 生成')
  }, 60_000)
})
