import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { OpenDatabase } from '../../server/db/open-database.ts'
import type { Correction, Pause } from '../../server/protocol/console-correction.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { act, approve, begin, databaseOf, draftOf, notePreview } from '../helpers/made-correction.ts'
import { trueSentences } from '../helpers/passages-of.ts'
import {
  createTestDatabase,
  type PostgresServer,
  postgresInstalled,
  startPostgres,
} from '../helpers/postgres-server.ts'
import { startRedis } from '../helpers/redis-server.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const QUESTION = '你的师傅是谁？'
const ANSWER = '我的师傅是周国梁。这是我自己的话。'
const redis = await startRedis()

afterAll(() => redis?.stop())

describe.skipIf(redis === null || !(await postgresInstalled()))('corrections and pauses on two nodes', () => {
  let postgres: PostgresServer
  let model: ScriptedOpenAi
  let knowledge: KnowledgeFolder
  let a: TestServer
  let b: TestServer
  let database: OpenDatabase
  let lecturer: ConsoleClient
  const clients: ChatClient[] = []

  beforeAll(async () => {
    const given = await startPostgres()
    if (!given || !redis) throw new Error('PostgreSQL and Redis are said to be installed')
    postgres = given
    model = await startScriptedOpenAi((request) =>
      trueSentences(request, 6).flatMap((sentence) => [{ text: `${sentence}\n` }, { wait: 150 }]),
    )
    knowledge = await copyTalkativeKnowledge(PERSONA)
    const shared = {
      DATABASE_URL: await createTestDatabase(postgres),
      REDIS_URL: redis.url,
      OPENAI_BASE_URL: model.baseUrl,
      CHAT_MODEL: 'scripted',
      KNOWLEDGE_DIR: knowledge.dir,
    }
    a = await startTestServer(shared)
    b = await startTestServer(shared)
    database = await databaseOf(a)
    lecturer = await signIn(a, { role: 'lecturer', personaId: PERSONA })
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
  })
  afterAll(async () => {
    await database?.close()
    await Promise.all([a?.close(), b?.close()])
    await Promise.all([model?.close(), knowledge?.close(), postgres?.stop()])
  })

  async function visitorOf(server: TestServer): Promise<ChatClient> {
    const client = await connectChat(server.address)
    clients.push(client)
    await client.open(PERSONA)
    return client
  }

  /** Milliseconds until the condition holds; throws after the second that is allowed. */
  async function within1s(holds: () => Promise<boolean> | boolean): Promise<number> {
    const started = performance.now()
    while (!(await holds())) {
      if (performance.now() - started > 1_000) throw new Error('It took longer than a second')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return performance.now() - started
  }

  it('answers on the other node within a second of the approval, and no more after a withdrawal', async () => {
    const visitor = await visitorOf(b)
    const draft = draftOf({ question: '你喝酒吗？', answer: '不喝，手要稳。' })
    const made = await begin(lecturer, draft)
    const previewId = await notePreview(database, made)
    expect((await visitor.ask(draft.question)).end.outcome).not.toBe('corrected')
    const live = (await act(lecturer, made, { action: 'approve', previewId })).json<Correction>()
    await within1s(async () => (await visitor.ask(draft.question)).text === '不喝，手要稳。')
    await act(lecturer, live, { action: 'withdraw' })
    await within1s(() => b.deps.corrections.match(PERSONA, draft.question) === undefined)
    expect((await visitor.ask(draft.question)).end.outcome).not.toBe('corrected')
  })

  it('hears of what was missed, even without a notice', async () => {
    const id = randomUUID()
    const at = Date.now()
    const content = {
      question: '你会游泳吗？',
      phrasings: [],
      notThese: [],
      answer: '会。',
      source: { kind: 'own-words', saidOn: '2026-01-01' },
    }
    await database.writer.statement((db) =>
      db
        .insertInto('corrections')
        .values({
          id,
          persona_id: PERSONA,
          state: 'live',
          version: 1,
          question: content.question,
          phrasings: '[]',
          not_these: '[]',
          answer: content.answer,
          source: JSON.stringify(content.source),
          author_id: 'x',
          author_name: 'x',
          author_role: 'lecturer',
          created_at: at,
          changed_at: at,
          live_at: at,
          live_version: 1,
          live_content: JSON.stringify(content),
        })
        .execute(),
    )
    for (const server of [a, b]) {
      await expect
        .poll(() => server.deps.corrections.match(PERSONA, content.question)?.approved.correctionId, { timeout: 4_000 })
        .toBe(id)
    }
  })

  it('lets an answer that runs keep its own words; the next question gets the correction', async () => {
    const visitor = await visitorOf(b)
    const turnId = randomUUID()
    visitor.send({ type: 'turn-ask', turnId, text: QUESTION })
    await visitor.next('answer-delta')
    const live = await approve(
      lecturer,
      database,
      await begin(lecturer, draftOf({ question: QUESTION, answer: ANSWER })),
    )
    const end = await visitor.next('answer-end')
    expect(end.outcome).toBe('grounded')
    const ran = await b.deps.transcripts.findAnswer(end.answerId)
    expect(ran?.ending?.text).not.toContain('这是我自己的话')
    await within1s(() => b.deps.corrections.match(PERSONA, QUESTION) !== undefined)
    expect((await visitor.ask(QUESTION)).text).toBe(ANSWER)
    await act(lecturer, live, { action: 'withdraw' })
  })

  it('withdraws and rolls back while visitors ask: every answer is whole, old or new', async () => {
    const question = '你最喜欢的季节是哪个？'
    const [older, newer] = ['春天。那时候不冷不热。', '秋天。天高，好看焊缝。']
    const first = await approve(lecturer, database, await begin(lecturer, draftOf({ question, answer: older })))
    const { phrasings, notThese, source, revision } = first
    const change = { question, phrasings, notThese, source, answer: newer, revision }
    let live = await approve(
      lecturer,
      database,
      (await lecturer.put(`/corrections/${first.id}`, change)).json<Correction>(),
    )
    const visitors = await Promise.all([visitorOf(a), visitorOf(b), visitorOf(a), visitorOf(b)])
    let asking = true
    const asked = visitors.map(async (visitor) => {
      const heard: string[] = []
      while (asking) {
        const { end, text } = await visitor.ask(question)
        if (end.outcome === 'corrected') heard.push(text)
      }
      return heard
    })
    for (const version of [1, 2, 1, 2]) {
      live = (await act(lecturer, live, { action: 'roll-back', version })).json<Correction>()
      expect(live.state).toBe('live')
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    expect((await act(lecturer, live, { action: 'withdraw' })).status).toBe(200)
    await within1s(() => [a, b].every((node) => node.deps.corrections.match(PERSONA, question) === undefined))
    asking = false
    const heard = (await Promise.all(asked)).flat()
    expect(new Set(heard)).toEqual(new Set([older, newer]))
    expect((await visitors[1]?.ask(question))?.end.outcome).not.toBe('corrected')
  })

  it('is silent on both nodes within a second of a pause, and speaks again after it', async () => {
    const [onA, onB] = await Promise.all([visitorOf(a), visitorOf(b)])
    for (const visitor of [onA, onB]) visitor.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    await Promise.all([onA.next('answer-delta'), onB.next('answer-delta')])
    const paused = (await lecturer.post('/pauses', { kind: 'persona', targetId: PERSONA })).json<Pause>()
    for (const visitor of [onA, onB]) {
      expect((await visitor.next('answer-end', 1_000)).outcome).toBe('filtered')
      expect(await visitor.next('notice', 1_000)).toMatchObject({ kind: 'persona-withdrawn' })
      visitor.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
      expect(await visitor.next('error', 1_000)).toMatchObject({ code: 'persona-unknown' })
    }
    await lecturer.del(`/pauses/${paused.id}`)
    await within1s(() => [a, b].every((node) => node.deps.personas.get(PERSONA) !== undefined))
    expect((await (await visitorOf(b)).ask(QUESTION)).end.outcome).toBe('grounded')
  })

  it('says nothing more from a paused document, on both nodes', async () => {
    const visitor = await visitorOf(b)
    const documentId = (await visitor.ask(QUESTION)).end.citations[0]?.documentId ?? ''
    visitor.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    await visitor.next('answer-delta')
    const paused = (await lecturer.post('/pauses', { kind: 'document', targetId: documentId })).json<Pause>()
    expect((await visitor.next('answer-end', 1_000)).outcome).toBe('filtered')
    const later = await visitor.ask(QUESTION)
    expect(later.end.citations.map((citation) => citation.documentId)).not.toContain(documentId)
    await lecturer.del(`/pauses/${paused.id}`)
    await within1s(() => !b.deps.corrections.paused.isDocumentPaused(PERSONA, documentId))
  })
})
