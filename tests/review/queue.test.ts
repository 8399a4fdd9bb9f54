import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { QueueFilter, QueueRow } from '../../server/protocol/console-queue.ts'
import { backfillQueue } from '../../server/review/backfill.ts'
import { isSampled } from '../../server/review/queue-reasons.ts'
import { markCorrected, returnToQueue } from '../../server/review/queue-rows.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { START, sampleSession } from '../transcripts/sample-records.ts'
import { accountOf, giveFeedback, openReviewHouse, type ReviewHouse } from './review-house.ts'

const DAY_MS = 86_400_000
const reviewer = accountOf('reviewer')

/** An id in the sample, or not. */
function answerId(sampled: boolean): string {
  for (;;) {
    const id = randomUUID()
    if (isSampled(id) === sampled) return id
  }
}

await onBothDatabases('the review queue', (settings) => {
  let house: ReviewHouse
  beforeAll(async () => {
    house = await openReviewHouse(await settings())
  })
  afterAll(() => house.close())

  /** What the queue holds of one persona, made for one test. */
  async function rowsOf(personaId: string, filter: QueueFilter = {}): Promise<QueueRow[]> {
    return (await house.review.queue(reviewer, { personaId, ...filter })).rows
  }

  it('takes a turn in as soon as it has ended, with all that speaks against it', async () => {
    const personaId = 'p-reasons'
    const ended = (question: string, parts: Parameters<ReviewHouse['endTurn']>[0]) =>
      house.endTurn({ question, ...parts, turn: { personaId, answerId: answerId(false), ...parts?.turn } })
    await ended('没有依据？', { text: '我没有讲过。', ending: { outcome: 'declined' } })
    await ended('有一句没说出口？', {
      making: { withheld: [{ text: '我1989年进厂。', reason: 'date-unsupported', detail: '1989年' }] },
    })
    await ended('依据偏弱的一句？', { support: 0.5 })
    await ended('多半没有答案？', { making: { answerability: 0.3 } })
    await ended('有人举报？', { feedback: { reason: 'report' } })
    await ended('想请本人回答？', { feedback: { reason: 'ask-lecturer' } })
    await ended('有人说不准？', { feedback: { reason: 'wrong' } })
    await ended('抽检的一条？', { turn: { answerId: answerId(true) } })
    await ended('没有问题的一条？', {})
    const found = Object.fromEntries((await rowsOf(personaId)).map((row) => [row.question, row.reasons]))
    expect(found).toEqual({
      '没有依据？': ['declined'],
      '有一句没说出口？': ['withheld'],
      '依据偏弱的一句？': ['low-support'],
      '多半没有答案？': ['low-support'],
      '有人举报？': ['reported'],
      '想请本人回答？': ['ask-lecturer'],
      '有人说不准？': ['thumbs-down'],
      '抽检的一条？': ['sample'],
    })
    const page = await house.review.queue(reviewer, { personaId })
    expect(page).toMatchObject({
      waiting: 8,
      counts: { declined: 1, 'low-support': 2, sample: 1, 'source-changed': 0 },
    })
    // What nothing speaks against is not lost: all turns can be listed.
    expect(await rowsOf(personaId, { state: 'any' })).toHaveLength(9)
  })

  it('gathers equal questions, the ones asked most and reported first', async () => {
    const personaId = 'p-groups'
    const ask = (question: string, more: Parameters<ReviewHouse['endTurn']>[0] = {}) =>
      house.endTurn({ question, ending: { outcome: 'declined' }, ...more, turn: { personaId, ...more.turn } })
    for (const question of ['您怎么焊铝？', '请问，您怎么焊铝呢', '你怎么焊铝?', '您怎麼焊鋁？']) await ask(question)
    await ask('您怎么焊铜？')
    await ask('您怎么焊钢？', { feedback: { reason: 'report' } })
    await ask('那后来呢？', { making: { searchText: '焊铝\n那后来呢？' } })
    await ask('那后来呢？', { making: { searchText: '焊铜\n那后来呢？' } })
    const rows = await rowsOf(personaId)
    expect(rows.map((row) => row.count)).toEqual([1, 4, 1, 1, 1])
    expect(rows[0]).toMatchObject({ question: '您怎么焊钢？', reasons: ['declined', 'reported'] })
  })

  it('shows no phone or identity card numbers in the list', async () => {
    const personaId = 'p-personal'
    await house.endTurn({
      question: '我的电话13812345678，身份证11010519491231002X，能办吗？',
      ending: { outcome: 'declined' },
      turn: { personaId },
    })
    const [row] = await rowsOf(personaId)
    expect(row?.question).toBe('我的电话138****5678，身份证110105********002X，能办吗？')
  })

  it('finds words wherever they stand, as they are written or not, and takes no character for a pattern', async () => {
    const personaId = 'p-words'
    await house.endTurn({ question: '《劳动法》第100%条_是什么？', turn: { personaId } })
    await house.endTurn({ question: '我的焊槍 Lincoln 好用吗？', text: '我用过。', turn: { personaId } })
    const found = async (words: string) => (await rowsOf(personaId, { state: 'any', words })).length
    expect(await found('0%条')).toBe(1)
    expect(await found('0_条')).toBe(0)
    expect(await found('%')).toBe(1)
    expect(await found('焊枪 ＬＩＮＣＯＬＮ')).toBe(1)
    expect(await found('焊枪 劳动')).toBe(0)
    expect(await found('用过')).toBe(1)
    expect(await found("'; drop table turns; --\u0000\\")).toBe(0)
  })

  it('pages through every row once, in order, under any filter, as a plain reading of all turns would', async () => {
    const personaIds = ['p-page-1', 'p-page-2']
    interface Kept {
      question: string
      personaId: string
      askedAt: number
      site: string
      value: number
      declined: boolean
    }
    const kept: Kept[] = []
    for (let index = 0; index < 60; index++) {
      const turn = {
        question: `第${index % 13}号工件怎么焊？`,
        personaId: personaIds[index % 2] ?? '',
        askedAt: START - (index % 17) * DAY_MS,
        site: index % 3 === 0 ? 'https://a.example' : 'https://b.example',
        declined: index % 4 === 0,
        value: (index % 4 === 0 ? 2 : 0) + (index % 5 === 0 ? 3 : 0),
      }
      kept.push(turn)
      await house.endTurn({
        question: turn.question,
        turn: { personaId: turn.personaId, askedAt: turn.askedAt, site: turn.site, answerId: answerId(false) },
        ending: { outcome: turn.declined ? 'declined' : 'grounded' },
        ...(index % 5 === 0 ? { feedback: {} } : {}),
      })
    }
    const filters = fc.record(
      {
        personaId: fc.constantFrom(...personaIds),
        state: fc.constantFrom('waiting', 'any'),
        outcome: fc.constantFrom('declined', 'grounded'),
        reason: fc.constantFrom('declined', 'thumbs-down'),
        site: fc.constantFrom('https://a.example', 'https://b.example'),
        from: fc.constantFrom(START - 9 * DAY_MS, START - 3 * DAY_MS),
        to: fc.constantFrom(START - 2 * DAY_MS, START + 1),
        words: fc.constantFrom('1', '工件', '第7号', '没有'),
        order: fc.constantFrom('value', 'newest', 'oldest'),
        limit: fc.integer({ min: 1, max: 7 }),
      },
      { requiredKeys: ['limit'] },
    )
    await fc.assert(
      fc.asyncProperty(filters, async (made) => {
        const filter = made as QueueFilter
        const seen: QueueRow[] = []
        let cursor: string | null = null
        do {
          // A lecturer's two personas stand for all: other tests' turns are in the same tables.
          const personaId: string = filter.personaId ?? 'p-page-1'
          const page = await house.review.queue(reviewer, {
            ...filter,
            personaId,
            ...(cursor === null ? {} : { cursor }),
          })
          seen.push(...page.rows)
          cursor = page.next
        } while (cursor !== null)
        const meant = kept.filter(
          (turn) =>
            turn.personaId === (filter.personaId ?? 'p-page-1') &&
            (filter.state === 'any' || turn.value > 0) &&
            (filter.outcome === undefined || (filter.outcome === 'declined') === turn.declined) &&
            (filter.reason === undefined || (filter.reason === 'declined' ? turn.declined : turn.value >= 3)) &&
            (filter.site === undefined || turn.site === filter.site) &&
            turn.askedAt >= (filter.from ?? 0) &&
            turn.askedAt < (filter.to ?? Number.POSITIVE_INFINITY) &&
            `${turn.question}\n我1998年进厂。`.includes(filter.words ?? ''),
        )
        const counts = new Map<string, number>()
        for (const { question } of meant) counts.set(question, (counts.get(question) ?? 0) + 1)
        expect(Object.fromEntries(seen.map((row) => [row.question, row.count]))).toEqual(Object.fromEntries(counts))
        expect(seen).toHaveLength(counts.size)
        const ranks = seen.map(({ question }) => {
          const group = meant.filter((turn) => turn.question === question)
          const times = group.map((turn) => turn.askedAt)
          if (filter.order === 'newest') return -Math.max(...times)
          if (filter.order === 'oldest') return Math.min(...times)
          return -(Math.max(...group.map((turn) => turn.value)) + Math.log(1 + group.length))
        })
        for (let index = 1; index < ranks.length; index++) {
          expect(ranks[index]).toBeGreaterThanOrEqual((ranks[index - 1] ?? 0) - 1e-9)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('counts days back from now, today among them, by the days of China', async () => {
    const personaId = 'p-days'
    const midnight = Date.parse('2026-05-10T00:00:00+08:00')
    const before = house.clock.now
    for (const [question, askedAt] of [
      ['前天最后一刻？', midnight - DAY_MS - 1],
      ['昨天第一刻？', midnight - DAY_MS],
      ['昨天最后一刻？', midnight - 1],
      ['今天第一刻？', midnight],
    ] as const) {
      await house.endTurn({ question, ending: { outcome: 'declined' }, turn: { personaId, askedAt } })
    }
    const asked = async (days: number) =>
      (await rowsOf(personaId, { days, order: 'oldest' })).map((row) => row.question.slice(0, 2))
    try {
      for (const now of [midnight, midnight + DAY_MS - 1]) {
        house.clock.now = now
        expect(await asked(1)).toEqual(['今天'])
        expect(await asked(2)).toEqual(['昨天', '昨天', '今天'])
        expect(await asked(3)).toEqual(['前天', '昨天', '昨天', '今天'])
      }
      // The same filter a day later, as a kept view would be asked.
      house.clock.now = midnight + DAY_MS
      expect(await asked(2)).toEqual(['今天'])
      await expect(rowsOf(personaId, { days: 2, to: midnight })).rejects.toMatchObject({ code: 'bad-request' })
    } finally {
      house.clock.now = before
    }
  })

  it('refuses a cursor that is none, or of another order', async () => {
    const personaId = 'p-cursor'
    for (const question of ['甲怎么焊？', '乙怎么焊？']) {
      await house.endTurn({ question, ending: { outcome: 'declined' }, turn: { personaId } })
    }
    const { next } = await house.review.queue(reviewer, { personaId, limit: 1 })
    for (const [cursor, order] of [
      [next ?? '', 'newest'],
      ['x', 'value'],
      [Buffer.from('["value",1,"a",2,null,3]').toString('base64url'), 'value'],
    ] as const) {
      await expect(house.review.queue(reviewer, { personaId, cursor, order })).rejects.toMatchObject({
        code: 'bad-request',
      })
    }
  })

  it('shows a lecturer their own persona only, whatever is asked for', async () => {
    await house.endTurn({ ending: { outcome: 'declined' }, turn: { personaId: 'p-mine' } })
    await house.endTurn({ ending: { outcome: 'declined' }, turn: { personaId: 'p-theirs' } })
    const lecturer = accountOf('lecturer', 'p-mine')
    const page = await house.review.queue(lecturer, { state: 'any' })
    expect(page.rows.map((row) => row.personaId)).toEqual(['p-mine'])
    expect(page.waiting).toBe(1)
    expect((await house.review.queue(lecturer, { personaId: 'p-theirs' })).rows).toEqual([])
    expect((await house.review.queue(accountOf('lecturer'), {})).rows).toEqual([])
  })

  it('follows the feedback as long as nobody has decided', async () => {
    const personaId = 'p-feedback'
    const turn = await house.endTurn({ turn: { personaId, answerId: answerId(false) } })
    expect(await rowsOf(personaId)).toEqual([])
    // A second later.
    await giveFeedback(house.transcripts, turn, { givenAt: START + 1_900 })
    expect(await rowsOf(personaId)).toMatchObject([{ reasons: ['thumbs-down'], state: 'waiting' }])
    await giveFeedback(house.transcripts, turn, { rating: 'up' })
    expect(await rowsOf(personaId)).toEqual([])
    expect(await rowsOf(personaId, { state: 'any', rating: 'up' })).toHaveLength(1)
  })

  it('loses no feedback that is given while the answer ends on another node', async () => {
    const personaId = 'p-race'
    const other = await house.openNode()
    for (let round = 0; round < 15; round++) {
      const turn = { personaId, answerId: answerId(false), turnId: randomUUID() }
      const sessionId = randomUUID()
      await house.transcripts.createSession(sampleSession({ id: sessionId, personaId }))
      const ended = house.endTurn({ turn, sessionId, question: `第${round}问怎么焊？` })
      const given = (async () => {
        for (;;) {
          const found = await other.transcripts.findTurn(sessionId, turn.turnId)
          if (found !== null) return await giveFeedback(other.transcripts, { ...turn, sessionId }, { reason: 'report' })
        }
      })()
      await Promise.all([ended, given])
    }
    expect(await rowsOf(personaId)).toHaveLength(15)
    expect((await rowsOf(personaId)).every((row) => row.reasons.includes('reported'))).toBe(true)
  })

  it('keeps the row, the outcome and the decisions when the words are deleted, and no word', async () => {
    const personaId = 'p-forget'
    const words = '我的秘密是什么？'
    const turn = await house.endTurn({
      question: words,
      ending: { outcome: 'declined' },
      turn: { personaId },
      feedback: {},
    })
    const waiting = await house.endTurn({ question: words, ending: { outcome: 'declined' }, turn: { personaId } })
    const { revision } = await house.review.turn(reviewer, turn.answerId, {})
    await house.review.decide(reviewer, turn.answerId, { verdict: 'wrong', reason: 'wrong-fact', revision })
    for (const { sessionId } of [turn, waiting]) await house.transcripts.forgetSession(sessionId, START + 5_000)
    expect(await rowsOf(personaId)).toEqual([])
    const rows = await rowsOf(personaId, { state: 'any' })
    expect(rows).toHaveLength(2)
    expect(rows.map((row) => row.question)).toEqual(['', ''])
    const detail = await house.review.turn(reviewer, turn.answerId, {})
    expect(detail).toMatchObject({ forgotten: true, outcome: 'declined', state: 'decided', retrieved: [], earlier: [] })
    expect(detail.decisions).toMatchObject([{ verdict: 'wrong', reason: 'wrong-fact' }])
    const stored = await house.database.kysely.selectFrom('review_items').selectAll().execute()
    expect(JSON.stringify([stored, detail])).not.toContain('秘密')
    expect(await rowsOf(personaId, { state: 'any', words: '秘密' })).toEqual([])
  })

  it('lists without a gap or a word too many while words are being deleted', async () => {
    const personaId = 'p-listing'
    const turns = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        house.endTurn({ question: `第${index}件私事？`, ending: { outcome: 'declined' }, turn: { personaId } }),
      ),
    )
    const other = await house.openNode()
    const forgotten = (async () => {
      for (const { sessionId } of turns) await other.transcripts.forgetSession(sessionId, START)
    })()
    let gone = false
    void forgotten.finally(() => {
      gone = true
    })
    while (!gone) {
      for (const row of await rowsOf(personaId)) expect(row.question === '' || row.question.includes('私事')).toBe(true)
    }
    await forgotten
    expect(JSON.stringify(await rowsOf(personaId, { state: 'any' }))).not.toContain('私事')
  })

  it('gives rows to turns of older versions, once', async () => {
    const personaId = 'p-older'
    for (let index = 0; index < 5; index++) {
      await house.endTurn({ question: `旧问题${index}？`, ending: { outcome: 'declined' }, turn: { personaId } })
    }
    await house.database.writer.statement((db) =>
      db.deleteFrom('review_items').where('persona_id', '=', personaId).execute(),
    )
    expect(await rowsOf(personaId)).toEqual([])
    expect(await backfillQueue(house.database)).toBe(5)
    expect(await backfillQueue(house.database)).toBe(0)
    expect(await rowsOf(personaId)).toHaveLength(5)
  })

  it('takes equal questions out with a correction, and back in when its source changes', async () => {
    const personaId = 'p-corrected'
    const ask = (parts: Parameters<ReviewHouse['endTurn']>[0] = {}) =>
      house.endTurn({ question: '怎么焊铝？', ending: { outcome: 'declined' }, ...parts, turn: { personaId } })
    const from = await ask()
    await ask()
    const reported = await ask({ text: '随便焊。', feedback: { reason: 'report' } })
    const by = { name: '林悦', role: 'lecturer' }
    const mark = (equalToo: boolean) =>
      house.database.writer.transaction((db) => markCorrected(db, from.answerId, by, START + 9_000, equalToo))
    await mark(false)
    expect(await rowsOf(personaId)).toMatchObject([{ count: 2 }])
    expect(await rowsOf(personaId, { state: 'corrected' })).toMatchObject([{ count: 1, decidedBy: '林悦' }])
    await mark(true)
    expect(await rowsOf(personaId)).toMatchObject([{ count: 1, answerId: reported.answerId }])
    await house.database.writer.transaction((db) => returnToQueue(db, [from.answerId, 'unknown'], 'source-changed'))
    expect(await rowsOf(personaId, { reason: 'source-changed' })).toMatchObject([
      { answerId: from.answerId, state: 'waiting', decidedBy: null },
    ])
    // Feedback that comes later does not hide that the source has changed.
    await giveFeedback(house.transcripts, from, { rating: 'up' })
    expect(await rowsOf(personaId, { reason: 'source-changed' })).toHaveLength(1)
  })
})

describe('the sample', () => {
  it('holds about one answer in twenty, always the same ones', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `answer-${index}`)
    const sampled = ids.filter(isSampled)
    expect(sampled.length).toBeGreaterThan(850)
    expect(sampled.length).toBeLessThan(1_150)
    expect(sampled.every(isSampled)).toBe(true)
  })
})
