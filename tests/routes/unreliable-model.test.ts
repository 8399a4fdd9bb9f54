import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TurnRecord } from '../../server/transcripts/transcripts.ts'
import { type ChatClient, connectChat, type SeenAnswer } from '../helpers/chat-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { trueAnswer } from '../helpers/passages-of.ts'
import { type Script, type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const QUESTION = '你的师傅是谁？'
let knowledge: KnowledgeFolder
let model: ScriptedOpenAi
let server: TestServer
let client: ChatClient

beforeAll(async () => {
  knowledge = await copyTalkativeKnowledge(PERSONA)
  model = await startScriptedOpenAi()
  server = await startTestServer({
    KNOWLEDGE_DIR: knowledge.dir,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'sk-this-key-stays-inside',
    CHAT_MODEL: 'scripted',
    MODEL_TIMEOUT_MS: '400',
  })
})
beforeEach(async () => {
  client = await connectChat(server.address)
  await client.open(PERSONA)
  // A good answer between the bad ones keeps the circuit closed.
  model.use((request) => trueAnswer(request, 1))
  const { end } = await client.ask(QUESTION)
  expect((await recordOf(end.answerId)).making?.model).toBe('scripted')
})
afterEach(() => client.close())
afterAll(async () => {
  await server.close()
  await model.close()
  await knowledge.close()
})

async function recordOf(answerId: string): Promise<TurnRecord> {
  const record = await server.deps.transcripts.findAnswer(answerId)
  if (!record) throw new Error('no record')
  return record
}

async function askWhile(script: Script): Promise<{ answer: SeenAnswer; record: TurnRecord }> {
  model.use(script)
  const answer = await client.ask(QUESTION)
  return { answer, record: await recordOf(answer.end.answerId) }
}

describe('a model that fails before anything was shown', () => {
  const failures: [string, Script, string][] = [
    ['says nothing', () => [{ silent: true }], 'timeout'],
    ['thinks and says nothing', () => [{ text: '我' }, { silent: true }], 'timeout'],
    ['answers with 500', () => ({ status: 500 }), 'unavailable'],
    ['answers with 429', () => ({ status: 429, headers: { 'retry-after': '60' } }), 'rate-limited'],
    ['refuses the request', () => ({ status: 403, json: { error: { message: 'no' } } }), 'rejected'],
    ['drops the connection', () => [{ text: '我的师傅' }, { cut: true }], 'unavailable'],
    ['sends an error in the stream', () => [{ text: '我' }, { error: { message: 'overloaded' } }], 'unavailable'],
    ['sends no text', () => [{ finish: 'stop' }], 'unavailable'],
  ]
  it.each(failures)('leaves the answer to the extractive model: it %s', async (_name, script, reason) => {
    const { answer, record } = await askWhile(script)
    expect(answer.end.outcome).toBe('grounded')
    expect(answer.text).toContain('周国梁')
    expect(answer.end.citations.length).toBeGreaterThan(0)
    expect(record.making).toMatchObject({ fallbackReason: reason, model: 'extractive', promptId: 'answer.story.zh' })
  })

  it('shows nothing of a half sentence that came before', async () => {
    const { answer } = await askWhile(() => [{ text: '我的师傅是一个从' }, { cut: true }])
    expect(JSON.stringify(answer.frames)).not.toContain('我的师傅是一个从')
  })
})

describe('a model that breaks off after a sentence was shown', () => {
  const breaks: [string, Script][] = [
    [
      'drops the connection',
      (request) => [{ text: trueAnswer(request, 1) }, { text: '后来我还' }, { wait: 50 }, { cut: true }],
    ],
    ['falls silent', (request) => [{ text: trueAnswer(request, 1) }, { text: '后来我还' }, { silent: true }]],
    [
      'sends an error',
      (request) => [{ text: trueAnswer(request, 1) }, { text: '后来我还' }, { wait: 50 }, { error: { message: 'x' } }],
    ],
  ]
  it.each(breaks)('ends as interrupted with the whole sentences alone: it %s', async (_name, script) => {
    const { answer, record } = await askWhile(script)
    expect(answer.end.outcome).toBe('interrupted')
    expect(answer.text).toMatch(/[。！？]$/)
    expect(JSON.stringify(answer.frames)).not.toContain('后来我还')
    expect(record.ending?.text).toBe(answer.text)
    expect(record.sentences).toHaveLength(1)
  })
})

describe('a model that knows no answer', () => {
  it.each(['[NO_ANSWER]', '[NO_ANSWER]\n', '【NO_ANSWER】。'])('declines on %j', async (said) => {
    const { answer, record } = await askWhile(() => said)
    expect(answer.end.outcome).toBe('declined')
    expect(answer.text).not.toContain('NO_ANSWER')
    expect(record.making).toMatchObject({ model: 'scripted', fallbackReason: null })
  })

  it('declines where it only greets', async () => {
    const { answer } = await askWhile(() => '你好呀！')
    expect(answer.end.outcome).toBe('declined')
    expect(answer.text).not.toContain('你好呀')
  })

  it('cuts an answer without an end', async () => {
    const { answer } = await askWhile((request) =>
      Array.from({ length: 200 }, () => ({ text: trueAnswer(request, 2) })),
    )
    const deltas = answer.frames.filter((frame) => frame.type === 'answer-delta')
    expect(deltas.length).toBeLessThanOrEqual(12)
    expect(answer.end.outcome).toBe('grounded')
  })
})

describe('a stop', () => {
  it('ends the answer, keeps what was shown, and leaves the model', async () => {
    model.use((request) => [{ text: `${trueAnswer(request, 1)}\n` }, { text: '后' }, { wait: 5_000 }])
    const turnId = crypto.randomUUID()
    client.send({ type: 'turn-ask', turnId, text: QUESTION })
    const shown = await client.next('answer-delta')
    client.send({ type: 'turn-stop', turnId })
    const end = await client.next('answer-end')
    expect(end.outcome).toBe('stopped')
    expect(end.length).toBe(shown.text.length)
    const call = model.calls.at(-1)
    await call?.over
    expect(call?.aborted).toBe(true)
    client.send({ type: 'turn-stop', turnId })
    expect((await recordOf(end.answerId)).ending?.outcome).toBe('stopped')
  })
})

describe('a model that fails again and again', () => {
  it('is left alone for a while, and the extractive model answers at once', async () => {
    model.use(() => ({ status: 503 }))
    for (let failed = 0; failed < 5; failed++) await client.ask(QUESTION)
    const before = model.calls.length
    const { answer, record } = await askWhile((request) => trueAnswer(request, 1))
    expect(model.calls).toHaveLength(before)
    expect(record.making?.fallbackReason).toBe('circuit-open')
    expect(answer.end.outcome).toBe('grounded')
    expect(await server.deps.metrics.registry.metrics()).toContain(
      'lecturer_model_errors_total{reason="circuit-open"} 1',
    )
    const logged = server.logged()
    for (const secret of ['sk-this-key-stays-inside', QUESTION, '周国梁']) expect(logged).not.toContain(secret)
  })
})
