import { randomUUID } from 'node:crypto'
import { Value } from 'typebox/value'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Citation } from '../../server/protocol/citation.ts'
import type { Notice } from '../../server/protocol/server-message.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { trueAnswer } from '../helpers/passages-of.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const QUESTION = '你的师傅是谁？'
let knowledge: KnowledgeFolder
let model: ScriptedOpenAi
let server: TestServer
let client: ChatClient

beforeAll(async () => {
  knowledge = await copyTalkativeKnowledge(PERSONA)
  model = await startScriptedOpenAi((request) => [{ wait: 700 }, { text: trueAnswer(request, 1) }])
  server = await startTestServer({
    KNOWLEDGE_DIR: knowledge.dir,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'sk-test',
    CHAT_MODEL: 'scripted',
  })
})
beforeEach(async () => {
  client = await connectChat(server.address)
})
afterEach(() => client.close())
afterAll(async () => {
  await server.close()
  await model.close()
  await knowledge.close()
})

const progressHeardBy = (who: ChatClient): Notice[] =>
  who.heard.flatMap((message) => (message.type === 'notice' && message.kind === 'answer-progress' ? [message] : []))

describe('the news of what was found', () => {
  it('comes once, between the acceptance and the first sentence, with sources that can be shown', async () => {
    await client.open(PERSONA)
    const turnId = randomUUID()
    const { end } = await client.ask(QUESTION, turnId)
    const [progress, ...more] = progressHeardBy(client)
    expect(more).toEqual([])
    const order = client.heard.map((message) => (message === progress ? 'progress' : message.type))
    expect(order.indexOf('progress')).toBeGreaterThan(order.indexOf('turn-accepted'))
    expect(order.indexOf('progress')).toBeLessThan(order.indexOf('answer-delta'))
    expect(progress?.data).toMatchObject({ turnId, answerId: end.answerId, step: 'found' })
    expect(progress?.text).toContain(`${progress?.data?.documents} 份资料`)
    const sources = progress?.data?.sources as Citation[]
    expect(sources.length).toBeGreaterThan(0)
    expect(sources.length).toBeLessThanOrEqual(3)
    for (const source of sources) expect(Value.Check(Citation, source)).toBe(true)
    // It is no part of the stream: its numbers stay without a gap.
    const deltas = client.heard.filter((message) => message.type === 'answer-delta')
    expect(deltas.map(({ seq }) => seq)).toEqual(deltas.map((_, index) => index + 1))
  })

  it('is neither stored nor sent again, and goes to no other session', async () => {
    const { sessionId, token } = await client.open(PERSONA)
    const other = await connectChat(server.address)
    await other.open(PERSONA)
    const { end } = await client.ask(QUESTION)
    expect(progressHeardBy(other)).toEqual([])
    await other.close()
    const again = await connectChat(server.address)
    await again.open(PERSONA, { sessionId, token, have: [{ answerId: end.answerId, epoch: end.epoch, seq: 0 }] })
    await again.next('answer-end')
    expect(progressHeardBy(again)).toEqual([])
    await again.close()
  })

  it('does not come where the first sentence is quick', async () => {
    model.use((request) => trueAnswer(request, 1))
    await client.open(PERSONA)
    await client.ask(QUESTION)
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(progressHeardBy(client)).toEqual([])
  })
})
