import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { QueuePage, SavedView, TurnDetail } from '../../server/protocol/console-queue.ts'
import { connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const NONSENSE = '三峡大坝的量子隧道是哪天通车的？'
const KNOWN = '您是哪一年进厂的？'
const PERSONA = 'lin-yue'

let site: TestServer
let reviewer: ConsoleClient
let lecturer: ConsoleClient

beforeAll(async () => {
  site = await startTestServer()
  reviewer = await signIn(site, { role: 'reviewer', name: '王助理' })
  lecturer = await signIn(site, { role: 'lecturer', personaId: PERSONA, name: '林悦' })
})
afterAll(() => site.close())

async function ask(question: string) {
  const visitor = await connectChat(site.address)
  const session = await visitor.open(PERSONA)
  const { end } = await visitor.ask(question)
  return { visitor, session, end }
}

async function queue(client: ConsoleClient, query = ''): Promise<QueuePage> {
  return (await client.get(`/queue?${query}`)).json<QueuePage>()
}

describe('the review of real conversations', () => {
  it('has a question of every channel in the queue, equal ones in one row', async () => {
    const { visitor } = await ask(NONSENSE)
    await visitor.close()
    const completion = await site.server.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      payload: { model: PERSONA, messages: [{ role: 'user', content: NONSENSE }] },
    })
    expect(completion.statusCode).toBe(200)
    const page = await queue(lecturer, `words=${encodeURIComponent('量子隧道')}`)
    expect(page.rows).toMatchObject([{ personaId: PERSONA, outcome: 'declined', reasons: ['declined'], count: 2 }])
    for (const channel of ['websocket', 'completions']) {
      expect((await queue(lecturer, `channel=${channel}`)).rows).toMatchObject([{ count: 1 }])
    }
    expect((await queue(lecturer, 'channel=events')).rows).toEqual([])
  })

  it('reads filters from the address and refuses what is none', async () => {
    const now = Date.now()
    expect((await queue(reviewer, `from=${now - 60_000}&to=${now + 60_000}&limit=5&order=newest`)).rows).toHaveLength(1)
    expect((await queue(reviewer, `to=${now - 60_000}`)).rows).toEqual([])
    for (const wrong of [
      'limit=0',
      'limit=101',
      'from=yesterday',
      'state=new',
      'colour=red',
      'cursor=abc',
      'limit=1.5',
      'days=0',
      'days=1000',
      'days=7&from=5',
    ]) {
      expect((await reviewer.get(`/queue?${wrong}`)).status, wrong).toBe(400)
    }
  })

  it('shows a turn with the passages as they stand in the documents', async () => {
    const { visitor, end } = await ask(KNOWN)
    await visitor.close()
    const detail = (await reviewer.get(`/turns/${end.answerId}?state=any`)).json<TurnDetail>()
    expect(detail).toMatchObject({ question: KNOWN, personaId: PERSONA, channel: 'websocket', outcome: end.outcome })
    expect(detail.sentences.map((sentence) => sentence.text).join('')).toHaveLength(end.length)
    expect(detail.citations).toEqual(end.citations)
    expect(detail.retrieved.length).toBeGreaterThan(0)
    for (const { documentId, text, changed, title } of detail.retrieved) {
      const document = site.deps.library.document(documentId)
      expect(document?.text).toContain(text)
      expect(text.length).toBeGreaterThan(5)
      expect({ changed, title }).toEqual({ changed: false, title: document?.meta.title })
    }
    if (end.citations.length > 0) expect(detail.retrieved.some((passage) => passage.cited)).toBe(true)
  })

  it('tells a visitor who comes back that the lecturer has read the answer', async () => {
    const { visitor, session, end } = await ask(KNOWN)
    await visitor.close()
    const decided = await lecturer.post(`/turns/${end.answerId}/decision`, { verdict: 'right', revision: 0 })
    expect(decided.json()).toMatchObject({ revision: 1, decided: 1 })
    const again = await connectChat(site.address)
    const ready = await again.open(PERSONA, { sessionId: session.sessionId, token: session.token })
    await again.close()
    expect(ready.transcript).toMatchObject([{ reviewed: { by: 'lecturer' } }])
    const { decisionId } = decided.json<{ decisionId: string }>()
    const undone = await lecturer.post(`/turns/${end.answerId}/undo`, { decisionId })
    expect(undone.json()).toEqual({ revision: 2 })
    expect((await site.deps.transcripts.findAnswer(end.answerId))?.reviewed).toBeUndefined()
  })

  it('tells the second of two what happened', async () => {
    const { visitor, end } = await ask('您会开拖拉机上火星吗？')
    await visitor.close()
    const turn = `/turns/${end.answerId}`
    expect((await reviewer.post(`${turn}/lease`)).json<{ until: number }>().until).toBeGreaterThan(Date.now())
    const busy = await lecturer.post(`${turn}/decision`, { verdict: 'right', revision: 0 })
    expect([busy.status, busy.error, busy.json<{ error: { detail: string } }>().error.detail]).toEqual([
      409,
      'being-worked-on',
      '王助理',
    ])
    expect((await reviewer.del(`${turn}/lease`)).json()).toEqual({ until: 0 })
    expect(
      (await lecturer.post(`${turn}/decision`, { verdict: 'wrong', reason: 'wrong-fact', revision: 0 })).status,
    ).toBe(200)
    const late = await reviewer.post(`${turn}/decision`, { verdict: 'right', revision: 0 })
    expect([late.status, late.error]).toEqual([409, 'changed-meanwhile'])
    const detail = (await reviewer.get(turn)).json<TurnDetail>()
    expect(detail.decisions).toMatchObject([{ verdict: 'wrong', by: '林悦' }])
    expect((await reviewer.post(`${turn}/decision`, { verdict: 'fine', revision: 1 })).status).toBe(400)
  })

  it('has a report in the queue that came a second after the answer', async () => {
    const { visitor, end } = await ask(KNOWN)
    visitor.send({ type: 'feedback-give', turnId: end.turnId, rating: 'down', reason: 'report', comment: '年份不对' })
    await expect
      .poll(async () => (await queue(lecturer, 'reason=reported')).rows.map((row) => row.answerId))
      .toEqual([end.answerId])
    visitor.send({ type: 'session-forget' })
    await visitor.next('notice')
    await visitor.close()
    const answer = await lecturer.get(`/turns/${end.answerId}`)
    expect(answer.json<TurnDetail>()).toMatchObject({
      forgotten: true,
      question: '',
      sentences: [],
      feedback: { rating: 'down', comment: null },
    })
    expect(answer.text).not.toContain('进厂')
    expect((await queue(lecturer, 'reason=reported')).rows).toEqual([])
  })

  it("keeps an account's own views", async () => {
    const filter = { reason: 'declined', order: 'newest', from: 5, cursor: 'abc', limit: 7 }
    const saved = (await reviewer.post('/views', { name: '没答上的', filter })).json<SavedView>()
    expect(saved).toMatchObject({ name: '没答上的', filter: { reason: 'declined', order: 'newest', from: 5 } })
    expect((await reviewer.get('/views')).json()).toEqual({ views: [saved] })
    expect((await lecturer.get('/views')).json()).toEqual({ views: [] })
    expect((await lecturer.del(`/views/${saved.id}`)).status).toBe(404)
    expect((await reviewer.del(`/views/${saved.id}`)).status).toBe(204)
    expect((await reviewer.get('/views')).json()).toEqual({ views: [] })
    expect((await reviewer.post('/views', { name: '', filter: {} })).status).toBe(400)
    // Days are counted back from whenever the view is looked at.
    const week = (await reviewer.post('/views', { name: '最近七天', filter: { days: 7 } })).json<SavedView>()
    expect((await reviewer.get('/views')).json()).toEqual({ views: [{ ...week, filter: { days: 7 } }] })
    expect((await reviewer.del(`/views/${week.id}`)).status).toBe(204)
    const both = await reviewer.post('/views', { name: 'x', filter: { days: 7, from: 5 } })
    expect([both.status, both.error]).toEqual([400, 'bad-request'])
    expect((await reviewer.post('/views', { name: 'x', filter: { colour: 'red' } })).status).toBe(400)
  })
})
