import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OpenDatabase } from '../../server/db/open-database.ts'
import type {
  Correction,
  CorrectionVersion,
  GoldenQuestion,
  Pause,
  PreviewLine,
} from '../../server/protocol/console-correction.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { act, approve, begin, databaseOf, draftOf, notePreview } from '../helpers/made-correction.ts'
import { linesOf } from '../helpers/read-lines.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const TEN_MINUTES = 600_000
const ACTIONS = ['submit', 'approve', 'return', 'withdraw', 'roll-back'] as const

await onBothDatabases('corrections in the console', (databaseSettings) => {
  let server: TestServer
  let database: OpenDatabase
  let operator: ConsoleClient
  let reviewer: ConsoleClient
  let lecturer: ConsoleClient
  let visitor: ChatClient
  let number = 0

  beforeAll(async () => {
    server = await startTestServer(await databaseSettings())
    database = await databaseOf(server)
    operator = await signIn(server, { role: 'operator' })
    reviewer = await signIn(server, { role: 'reviewer', name: '小周' })
    lecturer = await signIn(server, { role: 'lecturer', personaId: PERSONA, name: '林悦本人' })
    visitor = await connectChat(server.address)
    await visitor.open(PERSONA)
  })
  afterAll(async () => {
    await visitor?.close()
    await database?.close()
    await server?.close()
  })

  /** A question that nothing else in this file asks. */
  const THINGS = ['钢琴', '足球', '滑雪板', '望远镜', '帐篷', '鱼缸', '缝纫机', '二胡', '烤箱', '水彩', '风筝', '棋盘']
  function question(): string {
    number += 1
    return `你家的${THINGS[number % THINGS.length]}是在哪里买的？`
  }

  async function detail(id: string) {
    return (await lecturer.get(`/corrections/${id}`)).json<{ correction: Correction; versions: CorrectionVersion[] }>()
  }

  /** As if the history had been written so much earlier. */
  async function age(id: string, ms: number): Promise<void> {
    await database.writer.statement((db) =>
      db
        .updateTable('correction_versions')
        .set((build) => ({ at: build('at', '-', ms) }))
        .where('correction_id', '=', id)
        .execute(),
    )
  }

  async function audited(id: string): Promise<string[]> {
    const rows = await database.kysely
      .selectFrom('audit_rows')
      .select('action')
      .where('subject_id', '=', id)
      .orderBy('at')
      .execute()
    return rows.map((row) => row.action)
  }

  it('lives from draft to live to withdrawn, each step in its history and in the audit', async () => {
    const draft = draftOf({ question: question(), answer: '在旧货市场买的。', reason: '学生总问' })
    const made = await begin(lecturer, draft)
    expect(made).toMatchObject({ state: 'draft', version: 1, revision: 0, personaName: '林悦', authorName: '林悦本人' })
    await age(made.id, TEN_MINUTES)
    const changed = (
      await lecturer.put(`/corrections/${made.id}`, {
        ...contentOf(made),
        answer: '在旧货市场买的，六十块。',
        revision: 0,
      })
    ).json<Correction>()
    expect(changed).toMatchObject({ state: 'draft', version: 2, revision: 1 })
    expect((await visitor.ask(draft.question)).end.outcome).not.toBe('corrected')
    const live = await approve(lecturer, database, changed)
    expect(live).toMatchObject({ state: 'live', version: 2, approvedByName: '林悦本人', awaits: null, liveVersion: 2 })
    expect((await visitor.ask(draft.question)).text).toBe('在旧货市场买的，六十块。')
    const withdrawn = (await act(lecturer, live, { action: 'withdraw', reason: '记错了' })).json<Correction>()
    expect(withdrawn).toMatchObject({ state: 'withdrawn' })
    expect(withdrawn).not.toHaveProperty('liveVersion')
    expect((await visitor.ask(draft.question)).end.outcome).not.toBe('corrected')
    const { versions } = await detail(made.id)
    expect(versions.map(({ version, state, reason }) => [version, state, reason])).toEqual([
      [2, 'withdrawn', '记错了'],
      [2, 'live', null],
      [2, 'draft', null],
      [1, 'draft', '学生总问'],
    ])
    expect(versions[3]?.answer).toBe('在旧货市场买的。')
    expect(await audited(made.id)).toEqual([
      'correction-begun',
      'correction-changed',
      'correction-approved',
      'correction-withdrawn',
    ])
  })

  it('keeps what is live while a newer version is written', async () => {
    const draft = draftOf({ question: question(), answer: '城南的店里。' })
    const live = await approve(lecturer, database, await begin(lecturer, draft))
    const next = (
      await lecturer.put(`/corrections/${live.id}`, { ...contentOf(live), answer: '城北。', revision: live.revision })
    ).json<Correction>()
    expect(next).toMatchObject({ state: 'draft', version: 2, liveVersion: 1 })
    expect((await visitor.ask(draft.question)).text).toBe('城南的店里。')
    const listed = (await lecturer.get('/corrections?state=live')).json<{ rows: Correction[] }>().rows
    expect(listed.map(({ id }) => id)).toContain(live.id)
    await approve(lecturer, database, next)
    expect((await visitor.ask(draft.question)).text).toBe('城北。')
    const { versions } = await detail(live.id)
    expect(versions.slice(0, 2).map(({ version, state }) => [version, state])).toEqual([
      [2, 'live'],
      [1, 'superseded'],
    ])
  })

  it('makes a reviewer wait for the lecturer where the site asks so', async () => {
    const made = await begin(reviewer, draftOf({ question: question(), answer: '朋友送的。' }))
    const submitted = (await act(reviewer, made, { action: 'submit' })).json<Correction>()
    expect(submitted).toMatchObject({ state: 'reviewed', awaits: 'lecturer', authorName: '小周' })
    const previewId = await notePreview(database, submitted)
    for (const who of [reviewer, operator]) {
      expect((await act(who, submitted, { action: 'approve', previewId })).error).toBe('not-allowed')
    }
    const back = (await act(lecturer, submitted, { action: 'return', reason: '语气不对' })).json<Correction>()
    expect(back.state).toBe('draft')
    const again = (await act(reviewer, back, { action: 'submit' })).json<Correction>()
    const live = await act(lecturer, again, { action: 'approve', previewId })
    expect(live.json<Correction>()).toMatchObject({ state: 'live', authorName: '小周', approvedByName: '林悦本人' })
  })

  it('lets a reviewer approve where the site does not ask the lecturer, and for an institution', async () => {
    const settings = (await operator.get('/settings')).json<Record<string, boolean>>()
    await operator.put('/settings', { ...settings, lecturerApproves: false })
    try {
      const made = await begin(reviewer, draftOf({ question: question(), answer: '网上买的。' }))
      expect(await approve(reviewer, database, made)).toMatchObject({ state: 'live', approvedByName: '小周' })
    } finally {
      await operator.put('/settings', { ...settings, lecturerApproves: true })
    }
    const notice = draftOf({ question: '大厅几点开门？', answer: '每天上午九点。', personaId: 'policy-adviser' })
    expect(await approve(reviewer, database, await begin(reviewer, notice))).toMatchObject({ state: 'live' })
  })

  it('wants a preview of the very words, and its warnings accepted', async () => {
    const made = await begin(lecturer, draftOf({ question: question(), answer: '二手的。' }))
    expect((await act(lecturer, made, { action: 'approve' })).error).toBe('preview-required')
    const previewId = await notePreview(database, made, 1)
    expect((await act(lecturer, made, { action: 'approve', previewId })).error).toBe('preview-required')
    const changed = (
      await lecturer.put(`/corrections/${made.id}`, { ...contentOf(made), answer: '三手的。', revision: 0 })
    ).json<Correction>()
    const late = await act(lecturer, changed, { action: 'approve', previewId, acknowledged: true })
    expect(late.error).toBe('preview-required')
    const fresh = await notePreview(database, changed, 1)
    const other = await begin(lecturer, draftOf({ question: question(), answer: '三手的。' }))
    expect((await act(lecturer, other, { action: 'approve', previewId: fresh, acknowledged: true })).error).toBe(
      'preview-required',
    )
    const live = await act(lecturer, changed, { action: 'approve', previewId: fresh, acknowledged: true })
    expect(live.json<Correction>().state).toBe('live')
  })

  it('takes the preview that the console shows as the one that was seen', async () => {
    const made = await begin(lecturer, draftOf({ question: question(), answer: '自己做的。' }))
    const lines = linesOf<PreviewLine>(await lecturer.post(`/corrections/${made.id}/preview`))
    const summary = lines.find((line) => line.type === 'summary')
    const previewId = summary?.type === 'summary' ? summary.previewId : ''
    const live = await act(lecturer, made, { action: 'approve', previewId, acknowledged: true })
    expect(live.json<Correction>()).toMatchObject({ state: 'live' })
  })

  it('refuses a source that does not hold', async () => {
    const stored = server.deps.library.document(`stories/${PERSONA}/contest`)
    if (stored === undefined) throw new Error('The story is missing')
    const quote = stored.text.slice(10, 40)
    const span = {
      kind: 'document',
      documentId: stored.id,
      documentHash: stored.hash,
      start: 10,
      end: 40,
      quote,
    } as const
    const sources = [
      [{ ...span }, 200],
      [{ ...span, quote: `${quote.slice(0, -1)}啊` }, 409],
      [{ ...span, start: 11 }, 409],
      [{ ...span, documentId: `stories/${PERSONA}/none` }, 409],
      [{ ...span, documentId: 'stories/gao-zhenbang/laid-off', quote: 'x', start: 0, end: 1 }, 409],
      [{ kind: 'own-words', saidOn: '2999-01-01' }, 409],
      [{ kind: 'own-words', saidOn: '2026-02-30' }, 409],
    ] as const
    for (const [source, status] of sources) {
      const answer = await lecturer.post('/corrections', draftOf({ question: question(), answer: '好。', source }))
      expect({ source, status: answer.status }).toEqual({ source, status })
      if (status === 409) expect(answer.error).toBe('not-possible')
    }
    const past = draftOf({ question: question(), answer: '好。', validUntil: '2020-01-01' })
    expect((await lecturer.post('/corrections', past)).error).toBe('not-possible')
  })

  it('writes a draft anew that the same person saves again within ten minutes, and no other', async () => {
    const save = async (who: ConsoleClient, before: Correction, answer: string) =>
      (
        await who.put(`/corrections/${before.id}`, { ...contentOf(before), answer, revision: before.revision })
      ).json<Correction>()
    const history = async (id: string) =>
      (await detail(id)).versions.map(({ version, state, by, answer }) => [version, state, by, answer])
    let draft = await begin(lecturer, draftOf({ question: question(), answer: '一', reason: '学生总问' }))
    for (const answer of ['一个', '一个字', '一个字一个字']) draft = await save(lecturer, draft, answer)
    expect(draft).toMatchObject({ version: 1, revision: 3, answer: '一个字一个字' })
    expect(await history(draft.id)).toEqual([[1, 'draft', '林悦本人', '一个字一个字']])
    expect((await detail(draft.id)).versions[0]?.reason).toBe('学生总问')
    expect(await audited(draft.id)).toEqual(['correction-begun'])
    // Somebody else's words are a version of their own, and so are those of the next quarter of an hour.
    draft = await save(reviewer, draft, '别人写的')
    draft = await save(lecturer, draft, '我又写的')
    await age(draft.id, TEN_MINUTES - 5_000)
    draft = await save(lecturer, draft, '刚好还是我写的')
    await age(draft.id, TEN_MINUTES)
    draft = await save(lecturer, draft, '一刻钟后')
    expect(await history(draft.id)).toEqual([
      [4, 'draft', '林悦本人', '一刻钟后'],
      [3, 'draft', '林悦本人', '刚好还是我写的'],
      [2, 'draft', '小周', '别人写的'],
      [1, 'draft', '林悦本人', '一个字一个字'],
    ])
    // What was handed in or given back stays as it was.
    draft = (await act(lecturer, draft, { action: 'submit' })).json<Correction>()
    draft = (await act(lecturer, draft, { action: 'return', reason: '再想想' })).json<Correction>()
    draft = await save(lecturer, draft, '想过了')
    expect((await history(draft.id)).slice(0, 4)).toEqual([
      [5, 'draft', '林悦本人', '想过了'],
      [4, 'draft', '林悦本人', '一刻钟后'],
      [4, 'reviewed', '林悦本人', '一刻钟后'],
      [4, 'draft', '林悦本人', '一刻钟后'],
    ])
  })

  it('saves a draft once where two windows of one person save it at the same moment', async () => {
    const made = await begin(lecturer, draftOf({ question: question(), answer: '原来的。' }))
    const both = await Promise.all(
      ['左边的。', '右边的。', '手机上的。'].map((answer) =>
        lecturer.put(`/corrections/${made.id}`, { ...contentOf(made), answer, revision: made.revision }),
      ),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const saved = both.find(({ status }) => status === 200)?.json<Correction>()
    const { correction, versions } = await detail(made.id)
    expect(correction).toMatchObject({ answer: saved?.answer, version: 1, revision: 1 })
    expect(versions.map(({ version, answer }) => [version, answer])).toEqual([[1, saved?.answer]])
  })

  it('approves the words that were previewed, however a save and an approval meet', async () => {
    for (let round = 0; round < 6; round++) {
      const asked = question()
      const made = await begin(lecturer, draftOf({ question: asked, answer: '看过的。' }))
      const previewId = await notePreview(database, made)
      const saved = lecturer.put(`/corrections/${made.id}`, {
        ...contentOf(made),
        answer: '没看过的。',
        revision: made.revision,
      })
      const approved = act(lecturer, made, { action: 'approve', previewId })
      const answers = await Promise.all(round % 2 === 0 ? [saved, approved] : [approved, saved])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
      expect((await visitor.ask(asked)).text).not.toBe('没看过的。')
      const { correction } = await detail(made.id)
      if (correction.state === 'live') await act(lecturer, correction, { action: 'withdraw' })
    }
  })

  it('overwrites nothing that somebody else has written meanwhile', async () => {
    const made = await begin(lecturer, draftOf({ question: question(), answer: '原来的。' }))
    const put = (who: ConsoleClient, answer: string) =>
      who.put(`/corrections/${made.id}`, { ...contentOf(made), answer, revision: made.revision })
    const both = await Promise.all([put(lecturer, '讲师写的。'), put(reviewer, '审核员写的。')])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(both.find(({ status }) => status === 409)?.error).toBe('changed-meanwhile')
    const winner = both.find(({ status }) => status === 200)?.json<Correction>()
    const { correction, versions } = await detail(made.id)
    // Where the author came first, the draft is still the same one.
    const version = winner?.answer === '讲师写的。' ? 1 : 2
    expect(correction).toMatchObject({ answer: winner?.answer, version, revision: 1 })
    expect(versions).toHaveLength(version)
    for (const action of ACTIONS) {
      expect((await act(lecturer, made, { action, version: 1 })).error, action).toBe('changed-meanwhile')
    }
  })

  it('supersedes the older correction of the same question', async () => {
    const asked = question()
    const first = await approve(
      lecturer,
      database,
      await begin(lecturer, draftOf({ question: asked, answer: '早的。' })),
    )
    const same = draftOf({ question: `请问${asked.replace('？', '')}呢`, answer: '晚的。' })
    await approve(lecturer, database, await begin(lecturer, same))
    expect((await detail(first.id)).correction.state).toBe('superseded')
    expect((await visitor.ask(asked)).text).toBe('晚的。')
    expect(await audited(first.id)).toContain('correction-superseded')
  })

  it('leaves one live where two of the same question are approved at once', async () => {
    const asked = question()
    const drafts = await Promise.all(
      ['甲。', '乙。', '丙。'].map((answer) => begin(lecturer, draftOf({ question: asked, answer }))),
    )
    await Promise.all(drafts.map((draft) => approve(lecturer, database, draft)))
    const states = await Promise.all(drafts.map(async ({ id }) => (await detail(id)).correction.state))
    expect(states.sort()).toEqual(['live', 'superseded', 'superseded'])
  })

  it('rolls back while live: the old words answer at once as a new version', async () => {
    const draft = draftOf({ question: question(), answer: '第一版。' })
    const first = await approve(lecturer, database, await begin(lecturer, draft))
    const second = await approve(
      lecturer,
      database,
      (
        await lecturer.put(`/corrections/${first.id}`, {
          ...contentOf(first),
          answer: '第二版。',
          revision: first.revision,
        })
      ).json<Correction>(),
    )
    const refused = await act(reviewer, second, { action: 'roll-back', version: 9 })
    expect(refused.error).toBe('not-possible')
    const back = (await act(lecturer, second, { action: 'roll-back', version: 1 })).json<Correction>()
    expect(back).toMatchObject({ state: 'live', version: 3, answer: '第一版。', liveVersion: 3 })
    expect((await visitor.ask(draft.question)).text).toBe('第一版。')
    // Who may not approve gets a draft, and nothing changes for visitors.
    const drafted = (await act(reviewer, back, { action: 'roll-back', version: 2 })).json<Correction>()
    expect(drafted).toMatchObject({ state: 'draft', version: 4, answer: '第二版。', liveVersion: 3 })
    expect((await visitor.ask(draft.question)).text).toBe('第一版。')
  })

  it('refuses what the state does not allow', async () => {
    const made = await begin(lecturer, draftOf({ question: question(), answer: '好。' }))
    expect((await act(lecturer, made, { action: 'return' })).error).toBe('not-possible')
    const withdrawn = (await act(lecturer, made, { action: 'withdraw' })).json<Correction>()
    for (const action of ['submit', 'return', 'withdraw', 'approve'] as const) {
      expect((await act(lecturer, withdrawn, { action })).error, action).toBe('not-possible')
    }
  })

  it('lists by state, words and pages', async () => {
    const words = '独一无二'
    for (const answer of [1, 2, 3]) {
      await begin(lecturer, draftOf({ question: question(), answer: `${words}的第${answer}条 100%。` }))
    }
    const list = async (query: string) =>
      (await lecturer.get(`/corrections?${query}`)).json<{ rows: Correction[]; next: string | null }>()
    const first = await list(`words=${encodeURIComponent(words)}&limit=2`)
    expect(first.rows).toHaveLength(2)
    const rest = await list(`words=${encodeURIComponent(words)}&limit=2&cursor=${first.next}`)
    expect(rest).toMatchObject({ rows: [{ state: 'draft' }], next: null })
    expect(new Set([...first.rows, ...rest.rows].map(({ id }) => id)).size).toBe(3)
    expect((await list(`words=${encodeURIComponent('1%0')}`)).rows).toEqual([])
    expect((await list('state=superseded')).rows.every(({ state }) => state === 'superseded')).toBe(true)
    expect((await lecturer.get('/corrections?cursor=x')).error).toBe('bad-request')
  })

  it('takes the turn that it corrects out of the queue', async () => {
    const asked = await visitor.ask('三峡大坝的量子隧道是哪天通车的？')
    const answerId = asked.end.answerId
    const state = async () =>
      (
        await database.kysely
          .selectFrom('review_items')
          .select('state')
          .where('answer_id', '=', answerId)
          .executeTakeFirst()
      )?.state
    expect(await state()).toBe('waiting')
    const draft = draftOf({
      question: '三峡大坝的量子隧道是哪天通车的？',
      answer: '没有这样的隧道。',
      fromAnswerId: answerId,
    })
    await approve(lecturer, database, await begin(lecturer, draft))
    expect(await state()).toBe('corrected')
    const foreign = { ...draft, personaId: 'gao-zhenbang' }
    expect((await operator.post('/corrections', foreign)).error).toBe('answer-unknown')
  })

  it('keeps golden questions of approved answers only', async () => {
    const { end } = await visitor.ask('你的师傅是谁？')
    const { answerId } = end
    expect((await lecturer.post('/golden', { answerId })).error).toBe('not-possible')
    const detail = (await lecturer.get(`/turns/${answerId}`)).json<{ revision: number }>()
    const decided = await lecturer.post(`/turns/${answerId}/decision`, { verdict: 'right', revision: detail.revision })
    expect(decided.status).toBe(200)
    const kept = (await lecturer.post('/golden', { answerId })).json<GoldenQuestion>()
    expect(kept).toMatchObject({ personaId: PERSONA, question: '你的师傅是谁？', keptBy: '林悦本人' })
    expect((await reviewer.post('/golden', { answerId })).json<GoldenQuestion>().id).toBe(kept.id)
    const list = async () =>
      (await lecturer.get(`/golden?personaId=${PERSONA}`)).json<{ rows: GoldenQuestion[] }>().rows
    expect((await list()).map(({ id }) => id)).toEqual([kept.id])
    const stored = await database.kysely.selectFrom('golden_questions').select('document_ids').executeTakeFirst()
    expect(JSON.parse(stored?.document_ids ?? '[]').length).toBeGreaterThan(0)
    expect((await lecturer.del(`/golden/${kept.id}`)).status).toBe(204)
    expect(await list()).toEqual([])
  })

  it('lets a veto of the lecturer be ended by the lecturer alone', async () => {
    const body = { kind: 'document', targetId: `stories/${PERSONA}/contest` }
    const theirs = (await reviewer.post('/pauses', body)).json<Pause>()
    expect(theirs.personaId).toBeNull()
    expect((await reviewer.post('/pauses', body)).json<Pause>().id).toBe(theirs.id)
    const veto = (await lecturer.post('/pauses', { ...body, reason: '要改' })).json<Pause>()
    expect(veto).toMatchObject({ personaId: PERSONA, by: '林悦本人', reason: '要改', kind: 'document' })
    expect(veto.title).not.toBe(body.targetId)
    expect((await operator.del(`/pauses/${veto.id}`)).error).toBe('not-allowed')
    expect((await operator.del(`/pauses/${theirs.id}`)).status).toBe(204)
    expect((await lecturer.del(`/pauses/${veto.id}`)).status).toBe(204)
    expect((await lecturer.del(`/pauses/${veto.id}`)).error).toBe('not-found')
    expect((await operator.get('/pauses')).json<{ rows: Pause[] }>().rows).toEqual([])
    expect((await lecturer.post('/pauses', { kind: 'persona', targetId: 'gao-zhenbang' })).error).toBe('not-found')
    expect(
      (await lecturer.post('/pauses', { kind: 'document', targetId: 'stories/gao-zhenbang/laid-off' })).error,
    ).toBe('not-found')
  })
})

function contentOf({ question, phrasings, notThese, answer, source, validUntil }: Correction) {
  return { question, phrasings, notThese, answer, source, ...(validUntil === undefined ? {} : { validUntil }) }
}
