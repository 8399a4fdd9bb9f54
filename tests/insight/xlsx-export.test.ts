import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../server/db/open-database.ts'
import { type ExportTable, turnsTable } from '../../server/insight/export/export-rows.ts'
import { makeWorkbook } from '../../server/insight/export/make-workbook.ts'
import { createWorkbookThreads } from '../../server/insight/export/workbook-thread.ts'
import { BENCH_END, fillTurns } from '../bench/review/fill-turns.ts'
import { signIn } from '../helpers/console-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'
import { START, sampleEnding, sampleMaking, sampleSession, sampleTurn } from '../transcripts/sample-records.ts'
import { readWorkbook } from './read-workbook.ts'

const DAY_MS = 86_400_000
const PERSONA = 'lin-yue'
const ROWS = 20_000
const ALL = { rows: 1_000, characters: 1_000_000 }
const AFTER = START + 400 * DAY_MS

describe('an export as a workbook', () => {
  const threads = createWorkbookThreads()
  let house: TestServer
  let database: OpenDatabase
  beforeAll(async () => {
    house = await startTestServer()
    database = await openDatabase({ dataDir: house.dataDir })
    for (let index = 0; index < 6; index++) sessions.push(await ask(`秘密${index}`, `回答${index}`, AFTER + index))
  })
  afterAll(async () => {
    await database?.close()
    await house?.close()
  })

  const sessions: string[] = []

  async function ask(question: string, text: string, askedAt: number): Promise<string> {
    const { transcripts } = house.deps
    const session = sampleSession({ personaId: PERSONA })
    await transcripts.createSession(session)
    const turn = sampleTurn(session.id, { personaId: PERSONA, question, askedAt })
    await transcripts.acceptTurn(turn)
    const ending = sampleEnding(text, { endedAt: askedAt + 900 })
    await transcripts.endTurn(turn.answerId, turn.epoch, [], ending, sampleMaking())
    return session.id
  }

  function table(): ExportTable {
    const scope = { filter: { from: AFTER, to: AFTER + DAY_MS }, personas: undefined }
    return turnsTable({ database, scope, personaName: (id) => id })
  }
  const wanted = (most = ALL) => ({ table: table(), title: '问答记录', label: 'AI 生成', most })
  const forget = (index: number) => house.deps.transcripts.forgetSession(sessions[index] ?? '', Date.now())

  it('leaves out rows beyond what it may hold, and says so first', async () => {
    for (const most of [
      { ...ALL, rows: 4 },
      { ...ALL, characters: 600 },
    ]) {
      const made = threads.run((workbook) => makeWorkbook(database.kysely, workbook, wanted(most)))
      const { cells } = await readWorkbook(await made)
      const rows = [...cells.keys()].filter((place) => /^A\d+$/.test(place)).length - 2
      expect(rows).toBeGreaterThan(0)
      expect(rows).toBeLessThan(6)
      if (most.rows === 4) expect(rows).toBe(4)
      expect(cells.get('A1')).toBe(`AI 生成（共 6 行，表格只含前 ${rows} 行，全部内容请导出 CSV）`)
    }
    const whole = threads.run((workbook) => makeWorkbook(database.kysely, workbook, wanted()))
    expect((await readWorkbook(await whole)).cells.get('A1')).toBe('AI 生成')
  })

  it('holds no words that are deleted before it is handed out, however late', async () => {
    await forget(0)
    let written = 0
    const made = threads.run((workbook) =>
      makeWorkbook(
        database.kysely,
        {
          ...workbook,
          async add(rows) {
            await workbook.add(rows)
            await forget(1)
          },
          async write(content) {
            const file = await workbook.write(content)
            written += 1
            if (written < 3) await forget(written + 1)
            return file
          },
        },
        wanted(),
      ),
    )
    const { cells, parts } = await readWorkbook(await made)
    expect(written).toBe(3)
    const questions = [3, 4, 5, 6, 7, 8].map((row) => cells.get(`F${row}`))
    expect(questions).toEqual([...Array.from({ length: 4 }, () => '（访客已删除）'), '秘密4', '秘密5'])
    expect(cells.has('G6')).toBe(false)
    expect(cells.get('G7')).toBe('回答4')
    expect(cells.has('O6')).toBe(true)
    expect([...parts.values()].join('')).not.toMatch(/秘密[0-3]|回答[0-3]/)
  })

  it(`lets everything else go on while ${ROWS} rows are written`, async () => {
    await fillTurns(database, ROWS)
    const operator = await signIn(house, { role: 'operator' })
    const path = `/insight/export?from=${BENCH_END - 181 * DAY_MS}&to=${BENCH_END + 1}&what=turns&format=xlsx`
    let pause = Number.POSITIVE_INFINITY
    // A pause of the whole machine is not the server's; a workbook written on this thread takes seconds every time.
    for (let round = 0; round < 3 && pause >= 250; round++) {
      const delay = monitorEventLoopDelay({ resolution: 10 })
      delay.enable()
      // A pause is what lies between two ticks: there is one before the work, and one after it.
      await sleep(50)
      const answer = await operator.get(path)
      await sleep(50)
      delay.disable()
      pause = Math.min(pause, delay.max / 1e6)
      expect(answer.status).toBe(200)
      if (round > 0) continue
      const { cells } = await readWorkbook(answer.bytes)
      expect(cells.get('A1')).not.toContain('CSV')
      expect(cells.get(`A${ROWS + 2}`)).toBe('AI 生成')
    }
    expect(pause).toBeLessThan(250)
  }, 120_000)
})
