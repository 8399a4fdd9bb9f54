import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Correction, PreviewLine } from '../../server/protocol/console-correction.ts'
import type { TurnDetail } from '../../server/protocol/console-queue.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { act, begin, draftOf } from '../helpers/made-correction.ts'
import { trueSentences } from '../helpers/passages-of.ts'
import { linesOf } from '../helpers/read-lines.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'
import { START, sampleEnding, sampleMaking, sampleSession, sampleTurn } from '../transcripts/sample-records.ts'

const PERSONA = 'lin-yue'

// The races that issue 6 names, by way of the routes and the visitors' socket alone.
await onBothDatabases('two at once', (settings) => {
  let model: ScriptedOpenAi
  let knowledge: KnowledgeFolder
  let server: TestServer
  let lecturer: ConsoleClient
  let reviewer: ConsoleClient
  const clients: ChatClient[] = []

  beforeAll(async () => {
    model = await startScriptedOpenAi((request) =>
      trueSentences(request, 6).flatMap((sentence) => [{ text: `${sentence}\n` }, { wait: 120 }]),
    )
    knowledge = await copyTalkativeKnowledge(PERSONA)
    server = await startTestServer({
      ...(await settings()),
      OPENAI_BASE_URL: model.baseUrl,
      CHAT_MODEL: 'scripted',
      KNOWLEDGE_DIR: knowledge.dir,
    })
    lecturer = await signIn(server, { role: 'lecturer', personaId: PERSONA, name: '林悦本人' })
    reviewer = await signIn(server, { role: 'reviewer', name: '小周' })
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
  })
  afterAll(async () => {
    await server?.close()
    await Promise.all([model?.close(), knowledge?.close()])
  })

  async function visit(): Promise<ChatClient> {
    const client = await connectChat(server.address)
    clients.push(client)
    await client.open(PERSONA)
    return client
  }

  /** A turn that has ended, without a visitor. */
  async function ended(question: string, askedAt: number): Promise<{ sessionId: string; answerId: string }> {
    const { transcripts } = server.deps
    const session = sampleSession({ personaId: PERSONA })
    await transcripts.createSession(session)
    const turn = sampleTurn(session.id, { personaId: PERSONA, question, askedAt })
    await transcripts.acceptTurn(turn)
    const ending = sampleEnding(`回答：${question}`, { endedAt: askedAt + 900 })
    await transcripts.endTurn(turn.answerId, turn.epoch, [], ending, sampleMaking())
    return { sessionId: session.id, answerId: turn.answerId }
  }

  it('decide about one turn: the second is told, and nothing is overwritten', async () => {
    for (let round = 0; round < 8; round++) {
      const { answerId } = await ended(`第${round}个工件怎么焊？`, START + round)
      const path = `/turns/${answerId}/decision`
      const wanted = [
        { who: lecturer, name: '林悦本人', verdict: 'not-my-words' },
        { who: reviewer, name: '小周', verdict: 'right' },
      ] as const
      const answers = await Promise.all(
        (round % 2 === 0 ? wanted : [...wanted].reverse()).map(async ({ who, ...decision }) => ({
          ...decision,
          answer: await who.post(path, { verdict: decision.verdict, revision: 0 }),
        })),
      )
      expect(answers.map(({ answer }) => answer.status).sort()).toEqual([200, 409])
      expect(answers.find(({ answer }) => answer.status === 409)?.answer.error).toBe('changed-meanwhile')
      const first = answers.find(({ answer }) => answer.status === 200)
      for (const who of [lecturer, reviewer]) {
        const { decisions, state, revision } = (await who.get(`/turns/${answerId}`)).json<TurnDetail>()
        expect(decisions).toMatchObject([{ verdict: first?.verdict, by: first?.name, undone: false }])
        expect({ state, revision }).toEqual({ state: 'decided', revision: 1 })
      }
    }
  })

  it('are a visitor who hears an answer and a lecturer who corrects it: it ends in its own words, the next is corrected', async () => {
    const question = '你的师傅是谁？'
    const answer = '我的师傅是周国梁。这是我自己的话。'
    const visitor = await visit()
    const turnId = randomUUID()
    visitor.send({ type: 'turn-ask', turnId, text: question })
    await visitor.next('answer-delta')
    const made = await begin(lecturer, draftOf({ question, answer }))
    const lines = linesOf<PreviewLine>(await lecturer.post(`/corrections/${made.id}/preview`))
    const summary = lines.at(-1)
    if (summary?.type !== 'summary') throw new Error('The preview ends with its summary.')
    const approved = await act(lecturer, made, {
      action: 'approve',
      previewId: summary.previewId,
      acknowledged: true,
    })
    expect(approved.status).toBe(200)
    const live = performance.now()
    const corrected = await (await visit()).ask(question)
    expect(corrected).toMatchObject({ text: answer, end: { outcome: 'corrected' } })
    expect(performance.now() - live).toBeLessThan(1_000)
    const end = await visitor.next('answer-end')
    expect({ turnId: end.turnId, outcome: end.outcome }).toEqual({ turnId, outcome: 'grounded' })
    expect((await server.deps.transcripts.findAnswer(end.answerId))?.ending?.text).not.toContain('这是我自己的话')
    const { state } = approved.json<Correction>()
    expect(state).toBe('live')
    await act(lecturer, approved.json<Correction>(), { action: 'withdraw' })
  }, 30_000)

  it('are a visitor who deletes and somebody who fetches a file: no row has words deleted before it is read', async () => {
    const visitor = await connectChat(server.address)
    clients.push(visitor)
    await visitor.open(PERSONA)
    const { end } = await visitor.ask('你哪一年进厂的？我的暗号是三千零一。')
    const asked = (await server.deps.transcripts.findAnswer(end.answerId))?.askedAt ?? 0
    const start = asked - 1_000
    // Some 30 MB of noise that does not pack, so that the file does not fit into what lies between server and reader.
    for (let index = 0; index < 600; index++) {
      await ended(`${index} ${randomBytes(12_000).toString('hex')}`, start + index)
    }
    const url = `${server.address}/v1/console/insight/export?from=${start}&to=${asked + 1}&what=turns&format=csv`
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, { headers: { cookie: lecturer.cookie } }, resolve).on('error', reject)
    })
    expect(response.statusCode).toBe(200)
    await once(response, 'readable')
    // The file has begun; its last row is the visitor's.
    visitor.send({ type: 'session-forget' })
    await visitor.next('notice')
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString('utf8')
    expect(text).toContain('（访客已删除）')
    expect(text).toContain(end.answerId)
    expect(text).not.toContain('三千零一')
    expect(text.match(/599 [0-9a-f]{8}/g)?.length).toBeGreaterThan(0)
  }, 60_000)
})
