import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { OpenDatabase } from '../../server/db/open-database.ts'
import type { Correction, CorrectionDraft, UnansweredCluster } from '../../server/protocol/console-correction.ts'
import type { Notice, SessionReady } from '../../server/protocol/server-message.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { act, approve, begin, databaseOf, draftOf } from '../helpers/made-correction.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'

await onBothDatabases('questions without an answer', (databaseSettings) => {
  let server: TestServer
  let database: OpenDatabase
  let lecturer: ConsoleClient
  const clients: ChatClient[] = []

  beforeAll(async () => {
    server = await startTestServer(await databaseSettings())
    database = await databaseOf(server)
    lecturer = await signIn(server, { role: 'lecturer', personaId: PERSONA, name: '林悦本人' })
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
  })
  afterAll(async () => {
    await database?.close()
    await server?.close()
  })

  interface Asked {
    readonly client: ChatClient
    readonly session: SessionReady
    readonly turnId: string
    readonly answerId: string
  }

  /** A visitor of their own asks; with `wants` they leave the question to the lecturer. */
  async function ask(question: string, wants = false): Promise<Asked> {
    const client = await connect()
    const session = await client.open(PERSONA)
    const turnId = randomUUID()
    const { end } = await client.ask(question, turnId)
    if (wants) {
      client.send({ type: 'feedback-give', turnId, rating: 'down', reason: 'ask-lecturer' })
      await expect
        .poll(async () => {
          const rows = database.kysely.selectFrom('feedback').select('reason').where('answer_id', '=', end.answerId)
          return (await rows.executeTakeFirst())?.reason
        })
        .toBe('ask-lecturer')
    }
    return { client, session, turnId, answerId: end.answerId }
  }
  async function connect(): Promise<ChatClient> {
    const client = await connectChat(server.address)
    clients.push(client)
    return client
  }
  const back = async ({ session }: Asked) => {
    const client = await connect()
    await client.open(PERSONA, { sessionId: session.sessionId, token: session.token })
    return client
  }
  const wordsOf = ({ kind, data }: Notice) => ({ kind, ...data })
  const personal = (client: ChatClient) =>
    client.heard.filter(
      (message): message is Notice =>
        message.type === 'notice' && (message.kind === 'lecturer-reply' || message.kind === 'answer-corrected'),
    )
  const goLive = async (draft: CorrectionDraft) => approve(lecturer, database, await begin(lecturer, draft))
  const clusters = async () =>
    (await lecturer.get(`/unanswered?personaId=${PERSONA}`)).json<{ clusters: UnansweredCluster[] }>().clusters
  const about = async (word: string) => (await clusters()).find((cluster) => cluster.question.includes(word))
  const delivered = async (answerId: string) =>
    (
      await database.kysely
        .selectFrom('lecturer_replies')
        .select('delivered_at')
        .where('answer_id', '=', answerId)
        .execute()
    ).map((row) => row.delivered_at !== null)

  it('are gathered by meaning, most asked first, with those who wait for a reply', async () => {
    const first = await ask('你会弹钢琴吗？', true)
    await ask('请问你会弹钢琴吗')
    await ask('您会弹钢琴吗？')
    const alone = await ask('你坐过潜水艇吗？')
    const [top, ...rest] = await clusters()
    expect(top).toMatchObject({ personaId: PERSONA, count: 3, asking: 1 })
    expect(top?.question).toContain('弹钢琴')
    expect(top?.answerIds).toContain(first.answerId)
    expect(rest.flatMap((cluster) => cluster.answerIds)).toContain(alone.answerId)
    const foreign = await signIn(server, { role: 'lecturer', personaId: 'gao-zhenbang' })
    expect((await foreign.get(`/unanswered?personaId=${PERSONA}`)).error).toBe('not-found')
    expect((await foreign.get('/unanswered')).json<{ clusters: unknown[] }>().clusters).toEqual([])
  })

  it('leave the list when they are skipped, and come back when they are asked again', async () => {
    const asked = await ask('你会开挖掘机吗？')
    expect(await about('挖掘机')).toMatchObject({ count: 1 })
    const { revision } = (await lecturer.get(`/turns/${asked.answerId}`)).json<{ revision: number }>()
    await lecturer.post(`/turns/${asked.answerId}/decision`, { verdict: 'skipped', revision })
    expect(await about('挖掘机')).toBeUndefined()
    await ask('请问你会开挖掘机吗？')
    expect(await about('挖掘机')).toMatchObject({ count: 1, answerIds: [expect.any(String)] })
  })

  it('are replied to: at once to who is there, on return to who has left, once each', async () => {
    const here = await ask('你会跳探戈吗？')
    const gone = await ask('你会跳探戈吗', true)
    await gone.client.close()
    const cluster = await about('探戈')
    const draft = draftOf({
      question: '你会跳探戈吗？',
      answer: '不会，我只会广场舞。',
      replyTo: cluster?.answerIds ?? [],
    })
    const { id } = await goLive(draft)

    const notice = await here.client.next('notice', 1_000)
    expect(wordsOf(notice)).toEqual({
      kind: 'lecturer-reply',
      turnId: here.turnId,
      question: '你会跳探戈吗？',
      answer: draft.answer,
      correctionId: id,
    })
    expect(await about('探戈')).toBeUndefined()
    await expect.poll(() => delivered(here.answerId)).toEqual([true])

    expect(await delivered(gone.answerId)).toEqual([false])
    const returned = await back(gone)
    expect(wordsOf(await returned.next('notice'))).toMatchObject({ turnId: gone.turnId, answer: draft.answer })
    expect(returned.heard.map(({ type }) => type).slice(0, 2)).toEqual(['session-ready', 'notice'])
    await expect.poll(() => delivered(gone.answerId)).toEqual([true])
    const later = await back(gone)
    await later.ask('你的师傅是谁？')
    expect(personal(later)).toEqual([])
  })

  it('are replied to without being named where the visitor asked for the lecturer in the same words', async () => {
    const asked = await ask('你会修收音机吗？', true)
    await goLive(draftOf({ question: '会修收音机吗', phrasings: ['你会修收音机吗'], answer: '小时候修过。' }))
    expect(wordsOf(await asked.client.next('notice', 1_000))).toMatchObject({
      kind: 'lecturer-reply',
      answer: '小时候修过。',
    })
  })

  it('have their reply replaced while nobody has seen it, and taken back with the correction', async () => {
    const asked = await ask('你会下围棋吗？', true)
    await asked.client.close()
    const withdrawn = await goLive(
      draftOf({ question: '你会下围棋吗？', answer: '会一点。', fromAnswerId: asked.answerId }),
    )
    const changed = await lecturer.put(`/corrections/${withdrawn.id}`, {
      ...contentOf(withdrawn),
      answer: '不会下。',
      revision: withdrawn.revision,
    })
    const live = await approve(lecturer, database, changed.json<Correction>())
    const other = await goLive(draftOf({ question: '请问你会下围棋吗', answer: '只会五子棋。' }))
    const returned = await back(asked)
    expect(wordsOf(await returned.next('notice'))).toMatchObject({ answer: '只会五子棋。', correctionId: other.id })
    expect(live.id).toBe(withdrawn.id)

    const another = await ask('你会下象棋吗？', true)
    await another.client.close()
    const gone = await goLive(draftOf({ question: '你会下象棋吗？', answer: '会。' }))
    await act(lecturer, gone, { action: 'withdraw' })
    const nobody = await back(another)
    await nobody.ask('你的师傅是谁？')
    expect(personal(nobody)).toEqual([])
  })

  it('that were answered wrong are corrected where they were asked, within a week', async () => {
    const asked = await ask('你的师傅是谁？')
    const old = await ask('你的师傅是谁？')
    const week = Date.now() - 8 * 86_400_000
    await database.writer.statement((db) =>
      db.updateTable('sessions').set({ last_seen_at: week }).where('id', '=', old.session.sessionId).execute(),
    )
    const draft = draftOf({ question: '你的师傅是谁？', answer: '我的师傅叫周国梁。', fromAnswerId: asked.answerId })
    const live = await goLive(draft)
    expect(wordsOf(await asked.client.next('notice', 1_000))).toMatchObject({
      kind: 'answer-corrected',
      turnId: asked.turnId,
      answer: draft.answer,
    })
    await act(lecturer, live, { action: 'withdraw' })
    const later = await goLive(draftOf({ ...draft, answer: '周国梁师傅。', fromAnswerId: old.answerId }))
    expect(await delivered(old.answerId)).toEqual([])
    await act(lecturer, later, { action: 'withdraw' })
  })

  it('give nothing to a conversation that was deleted, and keep no words for it', async () => {
    const asked = await ask('你会游泳吗？', true)
    const waits = await ask('你会游泳吗', true)
    await waits.client.close()
    asked.client.send({ type: 'session-forget' })
    await asked.client.next('notice')
    await goLive(draftOf({ question: '你会游泳吗？', answer: '会蛙泳。', replyTo: [asked.answerId, waits.answerId] }))
    expect(await delivered(asked.answerId)).toEqual([])
    expect(await delivered(waits.answerId)).toEqual([false])
    await server.deps.transcripts.forgetSession(waits.session.sessionId, Date.now())
    const rows = await database.kysely
      .selectFrom('lecturer_replies')
      .select(['question', 'answer'])
      .where('answer_id', '=', waits.answerId)
      .execute()
    expect(rows).toEqual([{ question: '', answer: '' }])
  })
})

function contentOf({ question, phrasings, notThese, answer, source }: Correction) {
  return { question, phrasings, notThese, answer, source }
}
