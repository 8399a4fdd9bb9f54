import { afterAll, beforeAll, expect, it } from 'vitest'
import { createInsightReader, type InsightReader } from '../../server/insight/insight.ts'
import type { Document } from '../../server/knowledge/document.ts'
import type { Persona } from '../../server/personas/persona.ts'
import type { InsightFilter } from '../../server/protocol/console-insight.ts'
import { type Analyzer, createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { accountOf, openReviewHouse, type ReviewHouse, type TurnParts } from '../review/review-house.ts'

const operator = accountOf('operator')
const day = (name: string, clock = '12:00') => Date.parse(`${name}T${clock}:00+08:00`)
const MARCH: InsightFilter = { from: day('2026-03-01', '00:00'), to: day('2026-03-04', '00:00') }
const analyzer: Analyzer = createAnalyzer()

await onBothDatabases('insight', (settings) => {
  let house: ReviewHouse
  let reader: InsightReader
  beforeAll(async () => {
    house = await openReviewHouse(await settings())
    reader = createInsightReader({
      database: house.database,
      analyzer: () => analyzer,
      personas: () => [{ id: 'lin', name: '林悦' } as Persona],
      document: (id) =>
        id === 'stories/lin/first-day' ? ({ meta: { title: '进厂第一天' } } as unknown as Document) : undefined,
    })
  })
  afterAll(() => house.close())

  function ask(personaId: string, question: string, askedAt: number, more: TurnParts = {}) {
    return house.endTurn({ question, ...more, turn: { personaId, askedAt, ...more.turn } })
  }
  const declined: TurnParts = { text: '我没有讲过。', ending: { outcome: 'declined', citations: [] } }

  it('adds up questions, visitors, outcomes and ratings by day of China', async () => {
    const personaId = 'p-days'
    const first = await ask(personaId, '您哪一年进厂？', day('2026-03-01', '00:00'), { feedback: { rating: 'up' } })
    await ask(personaId, '哪年进厂', day('2026-03-01', '23:59'), {
      sessionId: first.sessionId,
      ending: { outcome: 'corrected' },
      feedback: { rating: 'down' },
    })
    await ask(personaId, '退休金怎么领？', day('2026-03-03', '00:01'), declined)
    await ask(personaId, '停下来的', day('2026-03-03'), { ending: { outcome: 'stopped', citations: [] } })
    await ask(personaId, '以前的', day('2026-02-28', '23:59'))
    await ask(personaId, '以后的', day('2026-03-04', '00:00'))
    const { totals, days, personas } = await reader.read(operator, { ...MARCH, personaId })
    expect(days.map((row) => [row.day, row.questions, row.visitors])).toEqual([
      ['2026-03-01', 2, 1],
      ['2026-03-02', 0, 0],
      ['2026-03-03', 2, 2],
    ])
    expect(totals).toMatchObject({ questions: 4, visitors: 3, answered: 2, corrected: 1, declined: 1, up: 1, down: 1 })
    expect(totals.satisfaction).toBe(0.5)
    expect(personas).toMatchObject([{ personaId, name: personaId, questions: 4, visitors: 3 }])
    expect(days[1]?.coverage).toBeNull()
  })

  it('counts an equal question once in the coverage, however often it was asked', async () => {
    const personaId = 'p-coverage'
    for (const question of ['您的师傅是谁？', '请问您的师傅是谁', '您的師傅是誰？？'])
      await ask(personaId, question, day('2026-03-01'))
    await ask(personaId, '您的师傅是谁', day('2026-03-02'), declined)
    await ask(personaId, '退休金怎么领？', day('2026-03-02'), declined)
    const { totals, days } = await reader.read(operator, { ...MARCH, personaId })
    expect(totals.coverage).toBe(0.5)
    expect(days.map((row) => row.coverage)).toEqual([1, 0, null])
  })

  it('gathers topics by document and, for what was declined, by word; deleted words are counted and name nothing', async () => {
    const personaId = 'p-topics'
    await ask(personaId, '您第一天做了什么？', day('2026-03-01'))
    await ask(personaId, '第一天怕不怕？', day('2026-03-03'))
    await ask(personaId, '退休金怎么领？', day('2026-03-01'), declined)
    const gone = await ask(personaId, '量子计算难不难？', day('2026-03-02'), declined)
    await ask(personaId, '量子计算是什么？', day('2026-03-02'), { ...declined, sessionId: gone.sessionId })
    await ask(personaId, '退休金有多少？', day('2026-03-02'), declined)
    const before = await reader.read(operator, { ...MARCH, personaId })
    expect(before.topics).toContainEqual({ topic: '进厂第一天', questions: 2, declined: 0, days: [1, 0, 1] })
    expect(before.topics).toContainEqual({ topic: '退休金', questions: 2, declined: 2, days: [1, 1, 0] })
    expect(before.topics.map((row) => row.topic)).toContain('计算')
    await house.transcripts.forgetSession(gone.sessionId, day('2026-03-03'))
    const after = await reader.read(operator, { ...MARCH, personaId })
    expect(JSON.stringify(after)).not.toContain('计算')
    expect(after.totals).toMatchObject({ questions: 6, declined: 4, answered: 2 })
  })

  it('tells the errors of the decided sample with their interval, and what waits', async () => {
    const personaId = 'p-sample'
    const ids: string[] = []
    for (const question of ['一问', '二问', '三问', '四问']) {
      const { answerId } = await ask(personaId, question, day('2026-03-02'))
      ids.push(answerId)
    }
    await house.database.kysely
      .updateTable('review_items')
      .set({ reasons: 128, state: 'waiting' })
      .where('answer_id', 'in', ids)
      .execute()
    for (const [index, verdict] of (['right', 'wrong', 'not-my-words'] as const).entries()) {
      const detail = await house.review.turn(operator, ids[index] ?? '', { personaId })
      await house.review.decide(operator, ids[index] ?? '', { verdict, revision: detail.revision, equalToo: false })
    }
    const { totals } = await reader.read(operator, { ...MARCH, personaId })
    expect(totals.sampleErrors).toMatchObject({ wrong: 2, of: 3 })
    expect(totals.sampleErrors?.low).toBeCloseTo(0.2077, 3)
    expect(totals.sampleErrors?.high).toBeCloseTo(0.9385, 3)
    expect(totals.backlog).toBe(1)
  })

  it('takes the median of the hours to the first time that a correction was live', async () => {
    const personaId = 'p-hours'
    const asked = day('2026-03-01')
    for (const [index, hours] of [2, 30, 6].entries()) {
      const { answerId } = await ask(personaId, `问题${index}`, asked)
      const id = `correction-${index}`
      const live = asked + hours * 3_600_000
      await house.database.kysely
        .insertInto('corrections')
        .values({
          ...{ id, persona_id: personaId, state: 'live', version: 2, question: '问', phrasings: '[]', not_these: '[]' },
          ...{ answer: '答', source: '{}', valid_until: null, source_document_id: null, source_document_hash: null },
          ...{ from_answer_id: answerId, reply_to: null, author_id: 'a', author_name: '甲', author_role: 'lecturer' },
          ...{ approved_by: null, approved_by_name: null, created_at: asked, changed_at: live, live_at: live + 999 },
          ...{ live_version: 2, live_content: '{}' },
        })
        .execute()
      for (const [state, at] of [
        ['draft', asked],
        ['live', live],
        ['live', live + 999],
      ] as const) {
        await house.database.kysely
          .insertInto('correction_versions')
          .values({
            ...{ correction_id: id, version: 1, state, content: '{}', at, reason: null },
            ...{ account_id: 'a', account_name: '甲' },
          })
          .execute()
      }
    }
    expect((await reader.read(operator, { ...MARCH, personaId })).totals.hoursToCorrection).toBe(6)
  })

  it('narrows to a website but lists them all, and shows a lecturer no other persona', async () => {
    const personaId = 'p-sites'
    await ask(personaId, '甲站的问题', day('2026-03-01'), { turn: { site: 'https://a.example' } })
    await ask(personaId, '乙站的问题', day('2026-03-01'), { turn: { site: 'https://b.example' } })
    const { totals, sites } = await reader.read(operator, { ...MARCH, personaId, site: 'https://a.example' })
    expect(totals.questions).toBe(1)
    expect(sites).toEqual([
      { site: 'https://a.example', questions: 1 },
      { site: 'https://b.example', questions: 1 },
    ])
    const own = await reader.read(accountOf('lecturer', personaId), MARCH)
    expect(own.personas.map((row) => row.personaId)).toEqual([personaId])
    expect((await reader.read(accountOf('lecturer', null), MARCH)).totals.questions).toBe(0)
  })
})
