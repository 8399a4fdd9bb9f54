import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PastQuestion, readPastQuestions } from '../../../server/corrections/preview/past-questions.ts'
import { type OpenDatabase, openDatabase } from '../../../server/db/open-database.ts'
import { createSqlTranscripts } from '../../../server/transcripts/sql-transcripts.ts'
import { onBothDatabases } from '../../helpers/both-databases.ts'
import { START, sampleEnding, sampleMaking, sampleSession, sampleTurn } from '../../transcripts/sample-records.ts'

const PERSONA = { id: 'lin-hanjiang', names: ['林焊江'] }

await onBothDatabases('past questions', (databaseSettings) => {
  let database: OpenDatabase
  let dataDir: string
  let clock = START

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'past-questions-'))
    const { DATABASE_URL } = await databaseSettings()
    database = await openDatabase({ dataDir, ...(DATABASE_URL === undefined ? {} : { databaseUrl: DATABASE_URL }) })
  })
  afterAll(async () => {
    await database?.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  async function tell(question: string, { searchText = question, answer = '好。', personaId = PERSONA.id } = {}) {
    const transcripts = createSqlTranscripts(database)
    const session = sampleSession({ personaId })
    await transcripts.createSession(session)
    clock += 1_000
    const turn = sampleTurn(session.id, { question, personaId, askedAt: clock })
    await transcripts.acceptTurn(turn)
    const ending = sampleEnding(answer)
    await transcripts.endTurn(turn.answerId, turn.epoch, [], ending, sampleMaking({ searchText }))
    return { ...turn, forget: () => transcripts.forgetSession(session.id, clock) }
  }
  async function read(limit?: number) {
    const all: PastQuestion[] = []
    let total = 0
    for await (const slice of readPastQuestions(database.kysely, PERSONA, limit)) {
      all.push(...slice.questions)
      total = slice.total
    }
    return { all, total }
  }

  it('are the distinct ones, newest first, each with its count and its newest answer', async () => {
    await tell('您是哪一年进厂的？', { answer: '旧的回答。' })
    await tell('师傅姓什么？')
    await tell('请问您是哪一年进厂的', { answer: '新的回答。' })
    await tell('别人的问题？', { personaId: 'somebody-else' })
    const gone = await tell('我的电话是多少？')
    await gone.forget()
    const { all, total } = await read()
    expect(all.map(({ question, count, answer }) => [question, count, answer])).toEqual([
      ['请问您是哪一年进厂的', 2, '新的回答。'],
      ['师傅姓什么？', 1, '好。'],
    ])
    expect(total).toBe(2)
    expect((await read(1)).all.map(({ question }) => question)).toEqual(['请问您是哪一年进厂的'])
  })

  it('are tried as they were understood: what leaned on the turn before with it, what stands alone in its own words', async () => {
    await tell('那后来呢？', { searchText: '第一次焊接失败\n那后来呢？' })
    await tell('林焊江什么时候退休的？', { searchText: '你 何时 离开工作岗位' })
    const { all } = await read(2)
    expect(all.map(({ understood }) => understood)).toEqual(['你什么时候退休的？', '第一次焊接失败\n那后来呢？'])
  })
})
