import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AnswerDelta } from '../../server/protocol/server-message.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { openEvents, say } from '../helpers/events-client.ts'
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

describe.skipIf(redis === null || !(await postgresInstalled()))('two servers on one Redis and one PostgreSQL', () => {
  let postgres: PostgresServer
  let model: ScriptedOpenAi
  let knowledgeA: KnowledgeFolder
  let knowledgeB: KnowledgeFolder
  let a: TestServer
  let b: TestServer
  const clients: ChatClient[] = []

  beforeAll(async () => {
    const given = await startPostgres()
    if (!given || !redis) throw new Error('PostgreSQL and Redis are said to be installed')
    postgres = given
    model = await startScriptedOpenAi((request) =>
      trueSentences(request, 6).flatMap((sentence) => [{ text: `${sentence}\n` }, { wait: 80 }]),
    )
    knowledgeA = await copyTalkativeKnowledge(PERSONA)
    knowledgeB = await copyTalkativeKnowledge(PERSONA)
    const shared = {
      DATABASE_URL: await createTestDatabase(postgres),
      REDIS_URL: redis.url,
      OPENAI_BASE_URL: model.baseUrl,
      CHAT_MODEL: 'scripted',
    }
    a = await startTestServer({ ...shared, KNOWLEDGE_DIR: knowledgeA.dir })
    b = await startTestServer({ ...shared, KNOWLEDGE_DIR: knowledgeB.dir })
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
  })
  afterAll(async () => {
    await Promise.all([a?.close(), b?.close()])
    await Promise.all([model?.close(), knowledgeA?.close(), knowledgeB?.close(), postgres?.stop()])
  })

  async function connect(server: TestServer): Promise<ChatClient> {
    const client = await connectChat(server.address)
    clients.push(client)
    return client
  }

  /** The same visitor on both nodes. */
  async function connectBoth() {
    const onA = await connect(a)
    const ready = await onA.open(PERSONA)
    const onB = await connect(b)
    await onB.open(PERSONA, { sessionId: ready.sessionId, token: ready.token })
    return { onA, onB, ready }
  }

  function deltasOf(client: ChatClient): AnswerDelta[] {
    return client.heard.flatMap((message) => (message.type === 'answer-delta' ? [message] : []))
  }

  it('resumes on the other node in mid-answer without a lost or doubled character', async () => {
    const onA = await connect(a)
    const { sessionId, token } = await onA.open(PERSONA)
    onA.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    await onA.next('answer-delta')
    const last = await onA.next('answer-delta')
    onA.socket.terminate()
    const onB = await connect(b)
    const { answerId, epoch, seq } = last
    const ready = await onB.open(PERSONA, { sessionId, token, have: [{ answerId, epoch, seq }] })
    expect(ready.transcript[0]).toMatchObject({ answerId, status: 'running', question: QUESTION })
    const end = await onB.next('answer-end')
    const before = deltasOf(onA).filter((delta) => delta.seq <= seq)
    const after = deltasOf(onB)
    expect([...before, ...after].map((delta) => delta.seq)).toEqual(
      Array.from({ length: end.seq - 1 }, (_, at) => at + 1),
    )
    const text = [...before, ...after].map((delta) => delta.text).join('')
    expect(after.length).toBeGreaterThan(0)
    expect(text).toHaveLength(end.length)
    expect(text).toBe((await b.deps.transcripts.findAnswer(answerId))?.ending?.text)
    expect(end.outcome).toBe('grounded')
  })

  it('stops through the other node', async () => {
    const { onA, onB } = await connectBoth()
    const turnId = randomUUID()
    onA.send({ type: 'turn-ask', turnId, text: QUESTION })
    const shown = await onA.next('answer-delta')
    onB.send({ type: 'turn-stop', turnId })
    const end = await onA.next('answer-end', 1_500)
    expect(end.outcome).toBe('stopped')
    expect(end.length).toBeGreaterThanOrEqual(shown.text.length)
  })

  it('makes one answer of one turnId that races on both nodes', async () => {
    for (let round = 0; round < 5; round++) {
      const { onA, onB, ready } = await connectBoth()
      const turnId = randomUUID()
      const ask = { type: 'turn-ask', turnId, text: '你好' }
      onA.send(ask)
      onB.send(ask)
      const [first, second] = await Promise.all([onA.next('turn-accepted'), onB.next('turn-accepted')])
      expect(first.answerId).toBe(second.answerId)
      expect([first.duplicate, second.duplicate].sort()).toEqual([false, true])
      const [endA, endB] = await Promise.all([onA.next('answer-end'), onB.next('answer-end')])
      expect(endA).toEqual(endB)
      expect(await a.deps.transcripts.listTurns(ready.sessionId, 10)).toHaveLength(1)
    }
  })

  it('refuses a second turn while the other node answers the first', async () => {
    const { onA, onB } = await connectBoth()
    onA.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    await onA.next('answer-delta')
    onB.send({ type: 'turn-ask', turnId: randomUUID(), text: '你好' })
    expect(await onB.next('error')).toMatchObject({ code: 'turn-in-progress', retryable: true })
    await onA.next('answer-end')
    expect((await onB.ask('你好')).end.outcome).toBe('grounded')
  })

  it('carries events of one node for frames posted to the other', async () => {
    const events = await openEvents(a.address, { personaId: PERSONA })
    const ready = await events.ready()
    await say(b.address, ready, { type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    const end = await events.next('answer-end')
    const text = events.heard.map(({ message }) => (message.type === 'answer-delta' ? message.text : '')).join('')
    expect(text).toHaveLength(end.length)
    events.close()
  })

  it('forgets on every node', async () => {
    const { onA, onB, ready } = await connectBoth()
    const { end } = await onA.ask(QUESTION)
    onB.send({ type: 'session-forget' })
    expect((await onA.next('notice')).kind).toBe('session-forgotten')
    for (const node of [a, b]) {
      const record = await node.deps.transcripts.findAnswer(end.answerId)
      expect(JSON.stringify(record)).not.toContain(QUESTION)
    }
    const back = await connect(a)
    back.send({ type: 'session-open', personaId: PERSONA, sessionId: ready.sessionId, token: ready.token })
    expect((await back.closed()).code).toBe(4401)
  })

  it('counts the questions of a visitor on both nodes together', async () => {
    const { onA, onB } = await connectBoth()
    for (let sent = 0; sent < 75; sent++) {
      for (const client of [onA, onB]) client.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    }
    const limited = () =>
      [onA, onB]
        .flatMap(({ heard }) => heard)
        .filter((message) => message.type === 'error' && message.code === 'rate-limited')
    await expect.poll(() => limited().length, { timeout: 5_000 }).toBeGreaterThan(0)
    expect(limited()[0]).toMatchObject({ retryable: true, retryAfterMs: expect.any(Number) })
  })

  it('silences a withdrawn persona on both nodes within a second', { timeout: 30_000 }, async () => {
    const { onA, onB } = await connectBoth()
    const other = await connect(b)
    await other.open(PERSONA)
    onA.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    other.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    await Promise.all([onA.next('answer-delta'), other.next('answer-delta')])
    const withdrawn = performance.now()
    // Only node A sees the change; node B hears of it.
    await knowledgeA.edit(`personas/${PERSONA}.md`, (text) =>
      text.replace(
        'speaker: fictional',
        'speaker: real\nconsent:\n  scopes: [text]\n  from: 2020-01-01\n  revoked: 2020-01-02',
      ),
    )
    const notices = await Promise.all([onA.next('notice'), onB.next('notice'), other.next('notice')])
    for (const notice of notices)
      expect(notice).toMatchObject({ kind: 'persona-withdrawn', data: { personaId: PERSONA } })
    const ends = await Promise.all([onA.next('answer-end'), other.next('answer-end')])
    expect(performance.now() - withdrawn).toBeLessThan(1_000)
    for (const end of ends) expect(end.outcome).toBe('filtered')
    for (const node of [a, b]) {
      const { personas } = (await (await fetch(`${node.address}/v1/personas`)).json()) as { personas: { id: string }[] }
      expect(personas.map(({ id }) => id)).not.toContain(PERSONA)
      const client = await connect(node)
      client.send({ type: 'session-open', personaId: PERSONA })
      expect((await client.closed()).code).toBe(4404)
    }
    onB.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    expect((await onB.closed()).code).toBe(4404)
    // Longer than a node takes to look for consents that have ended.
    await sleep(700)
    for (const client of [onA, onB, other]) expect(client.heard.filter(({ type }) => type === 'notice')).toHaveLength(1)
  })
})
