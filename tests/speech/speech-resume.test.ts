import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AnswerDelta, ServerMessage } from '../../server/protocol/server-message.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { openEvents } from '../helpers/events-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
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
const redis = await startRedis()

afterAll(() => redis?.stop())

const isDelta = (message: ServerMessage): message is AnswerDelta => message.type === 'answer-delta'
/** The bytes of what moves the mouth, by the number of the frame. */
const spokenOf = (messages: readonly ServerMessage[]) =>
  new Map(messages.filter(isDelta).map(({ seq, text, speech }) => [seq, JSON.stringify([text, speech])]))

describe.skipIf(redis === null || !(await postgresInstalled()))('speech of an answer that is resumed', () => {
  let postgres: PostgresServer
  let model: ScriptedOpenAi
  let here: KnowledgeFolder
  let there: KnowledgeFolder
  let a: TestServer
  let b: TestServer
  const clients: ChatClient[] = []

  beforeAll(async () => {
    const given = await startPostgres()
    if (!given || !redis) throw new Error('PostgreSQL and Redis are said to be installed')
    postgres = given
    model = await startScriptedOpenAi((request) =>
      trueSentences(request, 6).flatMap((sentence) => [{ text: `${sentence}\n` }, { wait: 120 }]),
    )
    here = await copyTalkativeKnowledge(PERSONA)
    there = await copyTalkativeKnowledge(PERSONA)
    // A node that reads words otherwise: were units made again on it, they would not be the same.
    await there.write('language/pronunciations.txt', '师 zhuang1\n我 zhuang1\n的 zhuang1\n')
    const shared = {
      DATABASE_URL: await createTestDatabase(postgres),
      REDIS_URL: redis.url,
      OPENAI_BASE_URL: model.baseUrl,
      CHAT_MODEL: 'scripted',
    }
    a = await startTestServer({ ...shared, KNOWLEDGE_DIR: here.dir })
    b = await startTestServer({ ...shared, KNOWLEDGE_DIR: there.dir })
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
  })
  afterAll(async () => {
    await Promise.all([a?.close(), b?.close()])
    await Promise.all([model?.close(), here?.close(), there?.close(), postgres?.stop()])
  })

  async function connect(server: TestServer): Promise<ChatClient> {
    const client = await connectChat(server.address)
    clients.push(client)
    return client
  }

  /** A visitor at node A whose answer runs, and another of their windows that hears it whole. */
  async function begin(): Promise<{ cut: ChatClient; whole: ChatClient; sessionId: string; token: string }> {
    const cut = await connect(a)
    const { sessionId, token } = await cut.open(PERSONA)
    const whole = await connect(a)
    await whole.open(PERSONA, { sessionId, token })
    cut.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    const { answerId, epoch } = await cut.next('turn-accepted')
    whole.send({ type: 'answer-resume', answerId, epoch, seq: 0 })
    return { cut, whole, sessionId, token }
  }

  async function expectSame(whole: ChatClient, parts: readonly ServerMessage[]): Promise<void> {
    await whole.next('answer-end', 10_000)
    const expected = spokenOf(whole.heard)
    expect(expected.size).toBeGreaterThan(3)
    for (const spoken of expected.values()) expect(spoken).toContain('"units":"')
    expect(spokenOf(parts)).toEqual(expected)
  }

  it('over a WebSocket at another node is the same, byte by byte', async () => {
    const { cut, whole, sessionId, token } = await begin()
    await cut.next('answer-delta')
    const { answerId, epoch, seq } = await cut.next('answer-delta')
    cut.socket.terminate()
    const onB = await connect(b)
    await onB.open(PERSONA, { sessionId, token, have: [{ answerId, epoch, seq }] })
    await onB.next('answer-end', 10_000)
    expect(onB.heard.filter(isDelta).length).toBeGreaterThan(0)
    await expectSame(whole, [...cut.heard.filter(isDelta).filter((delta) => delta.seq <= seq), ...onB.heard])
  })

  it('over events by Last-Event-ID at another node is the same', async () => {
    const { cut, whole, sessionId, token } = await begin()
    const { answerId, epoch, seq } = await cut.next('answer-delta')
    cut.socket.terminate()
    const events = await openEvents(b.address, {
      personaId: PERSONA,
      sessionId,
      token,
      lastEventId: `${answerId}:${epoch}:${seq}`,
    })
    await events.next('answer-end')
    const later = events.heard.map(({ message }) => message)
    expect(later.filter(isDelta).length).toBeGreaterThan(0)
    await expectSame(whole, [...cut.heard.filter(isDelta).filter((delta) => delta.seq <= seq), ...later])
    events.close()
  })

  it('replayed from its beginning out of Redis, after its end, is the same', async () => {
    const { cut, whole, sessionId, token } = await begin()
    const { answerId, epoch } = await cut.next('answer-delta')
    await cut.next('answer-end', 10_000)
    await cut.close()
    const onB = await connect(b)
    await onB.open(PERSONA, { sessionId, token })
    onB.send({ type: 'answer-resume', answerId, epoch, seq: 0 })
    await onB.next('answer-end')
    await expectSame(whole, onB.heard)
  })
})
