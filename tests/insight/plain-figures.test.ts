import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createInsightReader, type InsightReader } from '../../server/insight/insight.ts'
import { readTurnFacts } from '../../server/insight/turn-facts.ts'
import type { Document } from '../../server/knowledge/document.ts'
import type { InsightFilter } from '../../server/protocol/console-insight.ts'
import type { Outcome } from '../../server/protocol/outcome.ts'
import { createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { accountOf, giveFeedback, openReviewHouse, type ReviewHouse } from '../review/review-house.ts'
import { sampleCitation } from '../transcripts/sample-records.ts'
import { type PlainTurn, plainFigures, plainTurns } from './plain-figures.ts'

const DAY_MS = 86_400_000
/** Midnight in China. */
const START = Date.parse('2026-03-01T00:00:00+08:00')
const PERSONAS = ['p-one', 'p-two', 'p-three'] as const
const SITES = ['https://a.example', 'https://b.example', null] as const
const OUTCOMES: readonly Outcome[] = [
  'grounded',
  'corrected',
  'declined',
  'handed-off',
  'stopped',
  'failed',
  'filtered',
]
const operator = accountOf('operator')
const analyzer = createAnalyzer()

/** Turns by the hundred, of few sessions, questions and moments, so that all of them meet. */
const turn = fc.record({
  session: fc.nat(8),
  question: fc.nat(5),
  askedAt: fc.oneof(
    fc.integer({ min: -2, max: 6 }).map((day) => START + day * DAY_MS),
    fc.integer({ min: 0, max: 20 }).map((steps) => START + steps * 5 * 3_600_000 - 1),
  ),
  site: fc.constantFrom(...SITES),
  outcome: fc.constantFrom(...OUTCOMES),
  document: fc.option(fc.constantFrom('stories/1', 'stories/2', 'stories/3'), { nil: null }),
  rating: fc.option(fc.constantFrom('up', 'down'), { nil: null }),
})

const filters = fc
  .record(
    {
      personaId: fc.constantFrom(...PERSONAS, 'nobody'),
      site: fc.constantFrom('https://a.example', 'https://b.example', 'https://none.example'),
      from: fc.integer({ min: -3, max: 4 }).map((day) => START + day * DAY_MS),
      hours: fc.integer({ min: 1, max: 200 }),
    },
    { requiredKeys: ['from', 'hours'] },
  )
  .map(({ hours, ...filter }): InsightFilter => ({ ...filter, to: filter.from + hours * 3_600_000 }))

await onBothDatabases('the figures', (settings) => {
  let house: ReviewHouse
  let reader: InsightReader
  beforeAll(async () => {
    house = await openReviewHouse(await settings())
    reader = createInsightReader({
      database: house.database,
      analyzer: () => analyzer,
      personas: () => [],
      document: (id) => ({ meta: { title: `title of ${id}` } }) as unknown as Document,
    })
  })
  afterAll(() => house.close())

  /** What the reader says, in the form of the plain figures. */
  async function read(filter: InsightFilter) {
    const { totals, days, personas, sites, topics } = await reader.read(operator, filter)
    const { questions, visitors, answered, corrected, declined, up, down, satisfaction, coverage } = totals
    return {
      totals: { questions, visitors, answered, corrected, declined, up, down, satisfaction, coverage },
      days,
      personas: Object.fromEntries(personas.map(({ personaId, name: _name, ...counted }) => [personaId, counted])),
      sites: Object.fromEntries(sites.map((row) => [String(row.site), row.questions])),
      documents: Object.fromEntries(
        topics.filter((row) => row.declined === 0).map((row) => [row.topic.replace('title of ', ''), row.days]),
      ),
    }
  }

  async function agree(plain: readonly PlainTurn[], runs: number): Promise<void> {
    const check = async (filter: InsightFilter) => {
      expect(await read(filter)).toEqual(plainFigures(plain, filter))
    }
    await check({ from: START - 5 * DAY_MS, to: START + 9 * DAY_MS })
    await fc.assert(fc.asyncProperty(filters, check), { numRuns: runs })
  }

  it('are those of a plain reading of all turns: of any period, persona and site, before and after deletions', async () => {
    const turns = fc.sample(turn, { numRuns: 160, seed: 11 })
    const sessions = new Map<number, string>()
    for (const { session, question, askedAt, site, outcome, document, rating } of turns) {
      const sessionId = sessions.get(session)
      const ended = await house.endTurn({
        question: `第${question}问：怎么焊？`,
        ...(sessionId === undefined ? {} : { sessionId }),
        turn: { personaId: PERSONAS[session % PERSONAS.length] ?? '', askedAt, site },
        ending: {
          outcome,
          citations: document === null ? [] : [{ ...sampleCitation(0), documentId: document }, sampleCitation(1)],
        },
        ...(rating === null ? {} : { feedback: { rating } }),
      })
      sessions.set(session, ended.sessionId)
    }
    const before = await plainTurns(house.database)
    expect(before).toHaveLength(160)
    await agree(before, 40)

    for (const session of [0, 4, 5]) await house.transcripts.forgetSession(sessions.get(session) ?? '', START)
    // Feedback that comes late and a turn without words move the figures, too.
    const [kept] = (await house.database.kysely.selectFrom('turns').selectAll().execute()).filter(
      (row) => row.session_id === sessions.get(1),
    )
    if (kept === undefined) throw new Error('The second session has turns.')
    const { answer_id: answerId, turn_id: turnId, session_id: sessionId } = kept
    await giveFeedback(house.transcripts, { answerId, turnId, sessionId }, { rating: 'up' })
    const after = await plainTurns(house.database)
    expect(after.filter((row) => row.question === row.id).length).toBeGreaterThan(10)
    await agree(after, 40)
  }, 60_000)

  it('are read from all turns once, however small the batches', async () => {
    const filter = { from: START - 5 * DAY_MS, to: START + 9 * DAY_MS }
    const all = (await plainTurns(house.database)).map((row) => row.id).sort()
    for (const size of [1, 2, 3, 7, 160, 1_000]) {
      const seen: string[] = []
      for await (const batch of readTurnFacts(house.database, { filter, personas: undefined }, size)) {
        expect(batch.length).toBeLessThanOrEqual(size)
        const times = batch.map(([askedAt]) => askedAt)
        expect(times).toEqual([...times].sort((one, other) => one - other))
        seen.push(...batch.map(([, id]) => id))
      }
      expect(seen.sort()).toEqual(all)
    }
  })
})
