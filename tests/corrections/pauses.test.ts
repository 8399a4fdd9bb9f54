import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { OpenDatabase } from '../../server/db/open-database.ts'
import type { Pause } from '../../server/protocol/console-correction.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { approve, begin, databaseOf, draftOf } from '../helpers/made-correction.ts'
import { trueSentences } from '../helpers/passages-of.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const QUESTION = '你的师傅是谁？'

await onBothDatabases('a pause', (databaseSettings) => {
  let server: TestServer
  let database: OpenDatabase
  let knowledge: KnowledgeFolder
  let model: ScriptedOpenAi
  let lecturer: ConsoleClient
  let env: Record<string, string>
  const clients: ChatClient[] = []

  beforeAll(async () => {
    knowledge = await copyTalkativeKnowledge(PERSONA)
    model = await startScriptedOpenAi((request) =>
      trueSentences(request, 6).flatMap((sentence) => [{ text: `${sentence}\n` }, { wait: 120 }]),
    )
    env = {
      ...(await databaseSettings()),
      KNOWLEDGE_DIR: knowledge.dir,
      OPENAI_BASE_URL: model.baseUrl,
      CHAT_MODEL: 'scripted',
    }
    server = await startTestServer(env)
    database = await databaseOf(server)
    lecturer = await signIn(server, { role: 'lecturer', personaId: PERSONA, name: '林悦本人' })
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
  })
  afterAll(async () => {
    await database?.close()
    await server?.close()
    await model?.close()
    await knowledge?.close()
  })

  async function visitor(personaId = PERSONA): Promise<ChatClient> {
    const client = await connectChat(server.address)
    clients.push(client)
    await client.open(personaId)
    return client
  }

  async function pause(body: object): Promise<Pause> {
    const answer = await lecturer.post('/pauses', body)
    expect(answer.status).toBe(200)
    return answer.json<Pause>()
  }

  it('of a persona cuts what it is saying, tells its visitors, outlives a restart and ends', async () => {
    const client = await visitor()
    client.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    const shown = await client.next('answer-delta')
    const { id } = await pause({ kind: 'persona', targetId: PERSONA })
    const end = await client.next('answer-end', 1_000)
    expect(end.outcome).toBe('filtered')
    expect(end.length).toBeGreaterThanOrEqual(shown.text.length)
    expect(await client.next('notice', 1_000)).toMatchObject({ kind: 'persona-withdrawn' })
    client.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    expect(await client.next('error', 1_000)).toMatchObject({ code: 'persona-unknown' })
    const cards = (await (await fetch(`${server.address}/v1/personas`)).json()) as { personas: { id: string }[] }
    expect(cards.personas.map((card) => card.id)).not.toContain(PERSONA)
    expect((await (await visitor('gao-zhenbang')).ask('你好')).end.outcome).toBe('grounded')

    // A change of the knowledge folder is no consent.
    await knowledge.edit('personas/gao-zhenbang.md', (text) => text.replace('来了啊，坐。', '来了啊。'))
    await server.deps.library.reload()
    expect(server.deps.personas.get(PERSONA)).toBeUndefined()

    const again = await startTestServer({ ...env, DATA_DIR: server.dataDir })
    expect(again.deps.personas.get(PERSONA)).toBeUndefined()
    await again.close()

    expect((await lecturer.del(`/pauses/${id}`)).status).toBe(204)
    expect((await (await visitor()).ask(QUESTION)).end.outcome).toBe('grounded')
    const second = await visitor()
    const { id: next } = await pause({ kind: 'persona', targetId: PERSONA })
    expect(await second.next('notice', 1_000)).toMatchObject({ kind: 'persona-withdrawn' })
    await lecturer.del(`/pauses/${next}`)
  })

  it('of a document cuts what is said from it; nothing comes from it until it ends', async () => {
    const before = await (await visitor()).ask(QUESTION)
    const documentId = before.end.citations[0]?.documentId ?? ''
    expect(documentId).not.toBe('')
    const client = await visitor()
    client.send({ type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    let cited = false
    while (!cited) {
      const delta = await client.next('answer-delta')
      cited = delta.sources?.some((source) => source.documentId === documentId) === true
    }
    const { id } = await pause({ kind: 'document', targetId: documentId })
    expect((await client.next('answer-end', 1_000)).outcome).toBe('filtered')
    const silent = await (await visitor()).ask(QUESTION)
    expect(silent.end.citations.map((citation) => citation.documentId)).not.toContain(documentId)
    const turn = await server.deps.transcripts.findAnswer(silent.end.answerId)
    expect(turn?.making?.retrieved.map((found) => found.documentId)).not.toContain(documentId)
    expect((await fetch(`${server.address}/v1/documents/${documentId}`)).status).toBe(404)
    await lecturer.del(`/pauses/${id}`)
    const after = await (await visitor()).ask(QUESTION)
    expect(after.end.citations.map((citation) => citation.documentId)).toContain(documentId)
  })

  it('of an answer declines the same question in other words, and nothing else', async () => {
    const asked = await (await visitor()).ask(QUESTION)
    const { id } = await pause({ kind: 'answer', targetId: asked.end.answerId })
    for (const text of [QUESTION, '请问，你的師傅是誰呀', '你师傅叫什么名字？']) {
      const { end, text: said } = await (await visitor()).ask(text)
      expect({ text, outcome: end.outcome }).toEqual({ text, outcome: 'declined' })
      expect(said).toContain('核对')
    }
    expect((await (await visitor()).ask('焊条为什么要先烘干？')).end.outcome).toBe('grounded')
    const [listed] = (await lecturer.get('/pauses')).json<{ rows: Pause[] }>().rows
    expect(listed).toMatchObject({ id, kind: 'answer', title: QUESTION })
    await lecturer.del(`/pauses/${id}`)
    expect((await (await visitor()).ask(QUESTION)).end.outcome).toBe('grounded')
  })

  it('of a document silences the corrections that rest on it', async () => {
    const document = server.deps.library.document(`stories/${PERSONA}/contest`)
    if (document === undefined) throw new Error('The story is missing')
    const quote = document.text.slice(0, 30)
    const source = {
      kind: 'document',
      documentId: document.id,
      documentHash: document.hash,
      start: 0,
      end: 30,
      quote,
    } as const
    const draft = draftOf({ question: '你最怕什么小动物？', answer: '蜘蛛。', source })
    await approve(lecturer, database, await begin(lecturer, draft))
    expect((await (await visitor()).ask(draft.question)).end.outcome).toBe('corrected')
    const { id } = await pause({ kind: 'document', targetId: document.id })
    expect((await (await visitor()).ask(draft.question)).end.outcome).not.toBe('corrected')
    await lecturer.del(`/pauses/${id}`)
  })
})
