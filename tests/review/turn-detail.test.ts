import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Document } from '../../server/knowledge/document.ts'
import { LEASE_MS } from '../../server/review/leases.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { START, sampleCitation, sampleSession } from '../transcripts/sample-records.ts'
import { accountOf, giveFeedback, NOT_SAMPLED, openReviewHouse, type ReviewHouse } from './review-house.ts'

const reviewer = accountOf('reviewer', null, '王助理')
const other = accountOf('reviewer', null, '赵审核')
const lecturer = accountOf('lecturer', 'lin-hanjiang', '林汉江')

await onBothDatabases('a turn under review', (settings) => {
  let house: ReviewHouse
  beforeAll(async () => {
    house = await openReviewHouse(await settings())
  })
  afterAll(() => house.close())

  const declined = (personaId: string, question: string, text = '我没有讲过。') =>
    house.endTurn({ question, text, ending: { outcome: 'declined' }, turn: { personaId } })
  const stateOf = (answerId: string) => house.review.turn(reviewer, answerId, {})

  it('is told with all that its answer was made from', async () => {
    const text = '第一天。我1998年进厂，师傅姓周。'
    const meta = { title: '进厂第一天', kind: 'story', persona: 'lin-hanjiang' } as const
    const document = (hash: string): Document => ({ id: 'stories/lin/first-day', hash, collection: 'c', text, meta })
    house.documents.set('stories/lin/first-day', document('now'))
    house.documents.set('stories/lin/other', { ...document('same'), id: 'stories/lin/other' })
    const session = sampleSession()
    await house.transcripts.createSession(session)
    for (const [index, question] of ['您好', '您姓什么？'].entries()) {
      await house.endTurn({ question, sessionId: session.id, turn: { askedAt: START + index } })
    }
    const retrieved = [
      { passageId: 'stories/lin/first-day#4-14', documentId: 'stories/lin/first-day', documentHash: 'then', score: 3 },
      { passageId: 'stories/lin/other#0-3', documentId: 'stories/lin/other', documentHash: 'same', score: 2 },
      { passageId: 'stories/gone#0-3', documentId: 'stories/gone', documentHash: 'x', score: 1 },
    ]
    const withheld = [{ text: '我1989年进厂。', reason: 'date-unsupported', detail: '1989年' }] as const
    const turn = await house.endTurn({
      sessionId: session.id,
      turn: { askedAt: START + 2, answerId: NOT_SAMPLED },
      ending: { citations: [sampleCitation(0)] },
      making: { retrieved, withheld, searchText: '林师傅哪一年进厂？', timings: { ended: 20 } },
      feedback: { comment: '年份不对' },
    })
    const detail = await house.review.turn(reviewer, turn.answerId, {})
    expect(detail).toMatchObject({
      personaName: '林汉江',
      question: '您是哪一年进厂的？',
      forgotten: false,
      outcome: 'grounded',
      sentences: [{ text: '我1998年进厂。', support: 0.9, citations: [0] }],
      withheld,
      retrieved: [
        { title: '进厂第一天', score: 3, text: '我1998年进厂，师', changed: true, cited: true },
        { title: '进厂第一天', score: 2, text: '第一天', changed: false, cited: false },
        { title: 'stories/gone', text: '', changed: true, cited: false },
      ],
      making: { searchText: '林师傅哪一年进厂？', model: 'extractive', promptId: 'answer', timings: { ended: 20 } },
      feedback: { rating: 'down', comment: '年份不对' },
      earlier: [{ question: '您好' }, { question: '您姓什么？' }],
      reasons: ['thumbs-down', 'withheld'],
      state: 'waiting',
      revision: 0,
      decisions: [],
      corrections: [],
      lease: null,
    })
  })

  it('is decided with one tap, and the visitor may see that it was', async () => {
    const turn = await declined('lin-hanjiang', '怎么选焊条？')
    const done = await house.review.decide(lecturer, turn.answerId, { verdict: 'right', revision: 0 })
    expect(done).toMatchObject({ revision: 1, decided: 1 })
    const detail = await stateOf(turn.answerId)
    expect(detail).toMatchObject({
      state: 'decided',
      revision: 1,
      decisions: [{ verdict: 'right', by: '林汉江', byRole: 'lecturer', undone: false }],
    })
    const [record] = await house.transcripts.listTurns(turn.sessionId, 5)
    expect(record?.reviewed).toEqual({ by: 'lecturer', at: house.clock.now })
    const audit = await house.database.kysely
      .selectFrom('audit_rows')
      .selectAll()
      .where('subject_id', '=', turn.answerId)
      .execute()
    expect(audit).toMatchObject([{ action: 'turn-decided', account_name: '林汉江', persona_id: 'lin-hanjiang' }])
    expect(JSON.stringify(audit)).not.toContain('焊条')
  })

  it('is decided by one of two who decide at the same moment; the other is told and nothing is overwritten', async () => {
    const node = await house.openNode()
    for (let round = 0; round < 10; round++) {
      const turn = await declined('p-two', `第${round}件事怎么做？`)
      const results = await Promise.allSettled([
        house.review.decide(reviewer, turn.answerId, { verdict: 'right', revision: 0 }),
        node.review.decide(other, turn.answerId, { verdict: 'wrong', reason: 'wrong-fact', revision: 0 }),
      ])
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
      expect(refused).toMatchObject([{ code: 'changed-meanwhile' }])
      const detail = await stateOf(turn.answerId)
      expect(detail.revision).toBe(1)
      expect(detail.decisions).toHaveLength(1)
      const winner = results[0]?.status === 'fulfilled' ? '王助理' : '赵审核'
      expect(detail.decisions[0]?.by).toBe(winner)
    }
  })

  it('takes along the equal questions with the same answer, and no others; both come back with undo', async () => {
    const personaId = 'p-equal'
    const first = await declined(personaId, '怎么磨钨极？')
    const same = await declined(personaId, '请问怎么磨钨极')
    const another = await declined(personaId, '怎么磨钨极？', '这个我没经历过。')
    const busy = await declined(personaId, '怎么磨钨极？')
    const elsewhere = await declined('p-elsewhere', '怎么磨钨极？')
    await house.review.takeLease(other, busy.answerId)
    expect(await stateOf(first.answerId)).toMatchObject({ equal: 2 })
    const done = await house.review.decide(reviewer, first.answerId, {
      verdict: 'not-my-words',
      revision: 0,
      equalToo: true,
    })
    expect(done.decided).toBe(2)
    expect(await stateOf(same.answerId)).toMatchObject({ state: 'decided', decisions: [{ verdict: 'not-my-words' }] })
    for (const { answerId } of [another, busy, elsewhere]) expect((await stateOf(answerId)).state).toBe('waiting')

    await expect(house.review.undo(other, first.answerId, done.decisionId)).rejects.toMatchObject({
      code: 'not-possible',
    })
    expect(await house.review.undo(reviewer, first.answerId, done.decisionId)).toEqual({ revision: 2 })
    for (const { answerId } of [first, same]) {
      expect(await stateOf(answerId)).toMatchObject({ state: 'waiting', decisions: [{ undone: true }] })
    }
    await expect(house.review.undo(reviewer, first.answerId, done.decisionId)).rejects.toMatchObject({
      code: 'not-possible',
    })
  })

  it('goes back to the decision before with undo, within half an hour', async () => {
    const turn = await declined('p-undo', '怎么看熔池？')
    const first = await house.review.decide(reviewer, turn.answerId, { verdict: 'right', revision: 0 })
    house.clock.now += 31 * 60_000
    const second = await house.review.decide(reviewer, turn.answerId, { verdict: 'skipped', revision: 1 })
    expect(await stateOf(turn.answerId)).toMatchObject({ state: 'skipped' })
    await expect(house.review.undo(reviewer, turn.answerId, first.decisionId)).rejects.toMatchObject({
      code: 'not-possible',
    })
    await house.review.undo(reviewer, turn.answerId, second.decisionId)
    expect(await stateOf(turn.answerId)).toMatchObject({
      state: 'decided',
      decisions: [{ undone: false }, { undone: true }],
    })
    await house.review.decide(other, turn.answerId, { verdict: 'wrong', revision: 3 })
    await expect(house.review.undo(reviewer, turn.answerId, first.decisionId)).rejects.toMatchObject({
      code: 'not-possible',
    })
  })

  it('is not undone over what somebody has decided since', async () => {
    const turn = await declined('p-undo-2', '怎么看焊缝？')
    const mine = await house.review.decide(reviewer, turn.answerId, { verdict: 'right', revision: 0 })
    await house.review.decide(other, turn.answerId, { verdict: 'wrong', revision: 1 })
    await expect(house.review.undo(reviewer, turn.answerId, mine.decisionId)).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    expect(await stateOf(turn.answerId)).toMatchObject({ state: 'decided', revision: 2 })
  })

  it('returns to the queue when a visitor speaks against it after the decision, and not when they say it again', async () => {
    const turn = await declined('p-return', '怎么点焊？')
    const decide = (revision: number) => house.review.decide(reviewer, turn.answerId, { verdict: 'right', revision })
    await decide(0)
    await giveFeedback(house.transcripts, turn, { rating: 'up' })
    expect(await stateOf(turn.answerId)).toMatchObject({ state: 'decided', revision: 1 })
    await giveFeedback(house.transcripts, turn, { reason: 'report', comment: '说错了' })
    expect(await stateOf(turn.answerId)).toMatchObject({
      state: 'waiting',
      revision: 2,
      reasons: ['declined', 'reported'],
    })
    expect((await house.transcripts.findAnswer(turn.answerId))?.reviewed).toBeUndefined()
    await expect(decide(1)).rejects.toMatchObject({ code: 'changed-meanwhile' })
    await decide(2)
    await giveFeedback(house.transcripts, turn, { reason: 'report', comment: '说错了' })
    expect(await stateOf(turn.answerId)).toMatchObject({ state: 'decided', revision: 3 })
  })

  it('is kept for ten minutes for whoever opened it, and others are told who', async () => {
    const turn = await declined('p-lease', '怎么打底？')
    const { until } = await house.review.takeLease(reviewer, turn.answerId)
    expect(until).toBe(house.clock.now + LEASE_MS)
    expect(await stateOf(turn.answerId)).toMatchObject({ lease: { by: '王助理', mine: true, until } })
    expect((await house.review.turn(other, turn.answerId, {})).lease).toMatchObject({ by: '王助理', mine: false })
    const row = await house.review.queue(other, { personaId: 'p-lease' })
    expect(row.rows).toMatchObject([{ leasedBy: '王助理' }])
    const busy = { code: 'being-worked-on', detail: '王助理' }
    await expect(house.review.takeLease(other, turn.answerId)).rejects.toMatchObject(busy)
    await expect(house.review.decide(other, turn.answerId, { verdict: 'right', revision: 0 })).rejects.toMatchObject(
      busy,
    )
    await house.review.dropLease(other, turn.answerId)
    house.clock.now += LEASE_MS - 1
    await expect(house.review.takeLease(other, turn.answerId)).rejects.toMatchObject(busy)
    await house.review.takeLease(reviewer, turn.answerId)
    house.clock.now += LEASE_MS
    expect((await stateOf(turn.answerId)).lease).toBeNull()
    await house.review.takeLease(other, turn.answerId)
    await house.review.dropLease(other, turn.answerId)
    await house.review.takeLease(reviewer, turn.answerId)
    await house.review.decide(reviewer, turn.answerId, { verdict: 'right', revision: 0 })
    expect((await stateOf(turn.answerId)).lease).toBeNull()
  })

  it('knows its neighbours under the same filter, and still after it was decided', async () => {
    const personaId = 'p-beside'
    const turns = []
    for (let index = 0; index < 4; index++) {
      const question = `第${index + 1}道工序怎么做？`
      turns.push(
        await house.endTurn({ question, ending: { outcome: 'declined' }, turn: { personaId, askedAt: START - index } }),
      )
    }
    const [first, second, third, fourth] = turns.map((turn) => turn.answerId)
    const beside = async (answerId: string | undefined, order: 'value' | 'newest' | 'oldest') => {
      const { previous, next } = await house.review.turn(reviewer, answerId ?? '', { personaId, order })
      return [previous, next]
    }
    expect(await beside(first, 'value')).toEqual([null, second])
    expect(await beside(second, 'newest')).toEqual([first, third])
    expect(await beside(second, 'oldest')).toEqual([third, first])
    expect(await beside(fourth, 'value')).toEqual([third, null])
    await house.review.decide(reviewer, second ?? '', { verdict: 'right', revision: 0 })
    expect(await beside(second, 'value')).toEqual([first, third])
    expect(await beside(first, 'value')).toEqual([null, third])
  })

  it('is not there for the lecturer of another persona, whatever they try', async () => {
    const turn = await declined('p-hidden', '怎么保密？')
    const attempts = [
      () => house.review.turn(lecturer, turn.answerId, {}),
      () => house.review.takeLease(lecturer, turn.answerId),
      () => house.review.dropLease(lecturer, turn.answerId),
      () => house.review.decide(lecturer, turn.answerId, { verdict: 'right', revision: 0 }),
      () => house.review.undo(lecturer, turn.answerId, 'x'),
      () => house.review.turn(reviewer, 'unknown', {}),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'not-found' })
    expect(await stateOf(turn.answerId)).toMatchObject({ revision: 0, lease: null, decisions: [] })
  })

  it('is decided in bulk by two at once without either waiting for the other for ever', async () => {
    const node = await house.openNode()
    const turns = []
    for (let index = 0; index < 12; index++) turns.push(await declined('p-bulk', '怎么收弧？'))
    const decide = (review: ReviewHouse['review'], account: typeof reviewer, answerId = '') =>
      review.decide(account, answerId, { verdict: 'right', revision: 0, equalToo: true })
    const results = await Promise.allSettled([
      decide(house.review, reviewer, turns[0]?.answerId),
      decide(node.review, other, turns[11]?.answerId),
    ])
    const decided = results.map((result) => (result.status === 'fulfilled' ? result.value.decided : result.reason.code))
    expect(decided.sort()).toEqual([12, 'changed-meanwhile'])
  })
})
