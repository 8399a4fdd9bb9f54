import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { connectChat } from '../helpers/chat-client.ts'
import { openEvents } from '../helpers/events-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { trueSentences } from '../helpers/passages-of.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts'

const PERSONA = 'lin-yue'
let knowledge: KnowledgeFolder
let model: ScriptedOpenAi
let dataDir: string
let server: ServerProcess | undefined

beforeAll(async () => {
  knowledge = await copyTalkativeKnowledge(PERSONA)
  dataDir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-drain-'))
  model = await startScriptedOpenAi((request) =>
    trueSentences(request, 4).flatMap((sentence) => [{ text: `${sentence}\n` }, { wait: 400 }]),
  )
})
afterEach(async () => {
  await server?.kill('SIGKILL')
})
afterAll(async () => {
  await model.close()
  await knowledge.close()
  await rm(dataDir, { recursive: true, force: true })
})

async function start(): Promise<ServerProcess> {
  server = await startServerProcess({
    DATA_DIR: dataDir,
    KNOWLEDGE_DIR: knowledge.dir,
    OPENAI_BASE_URL: model.baseUrl,
    CHAT_MODEL: 'scripted',
  })
  return server
}

it.each(['SIGTERM', 'SIGINT'] as const)('ends within 10 s of %s when idle, with code 0', async (signal) => {
  const process = await start()
  const asked = performance.now()
  expect(await process.kill(signal)).toEqual({ code: 0, signal: null })
  expect(performance.now() - asked).toBeLessThan(10_000)
})

it('ends within 10 s although clients neither read nor leave', async () => {
  const process = await start()
  const socket = await connectChat(process.address)
  await socket.open(PERSONA)
  socket.socket.pause()
  const events = await openEvents(process.address, { personaId: PERSONA })
  await events.ready()
  const asked = performance.now()
  expect(await process.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(performance.now() - asked).toBeLessThan(10_000)
  socket.socket.terminate()
})

it('lets running answers finish, and tells everyone else to come back', async () => {
  const process = await start()
  const { address } = process
  const asking = await connectChat(address)
  await asking.open(PERSONA)
  const waiting = await connectChat(address)
  await waiting.open(PERSONA)
  const events = await openEvents(address, { personaId: PERSONA })
  await events.ready()

  const turnId = randomUUID()
  asking.send({ type: 'turn-ask', turnId, text: '你的师傅是谁？' })
  await asking.next('answer-delta')
  const exit = process.kill('SIGTERM')

  const drain = await waiting.next('drain')
  expect(drain.afterMs).toBeGreaterThan(0)
  await asking.next('drain')
  await events.next('drain')
  const ready = await fetch(`${address}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toEqual({ status: 'not-ready', reason: 'draining' })
  expect((await fetch(`${address}/healthz`)).status).toBe(200)
  waiting.send({ type: 'turn-ask', turnId: randomUUID(), text: '你好' })
  expect(await waiting.next('error')).toMatchObject({ code: 'draining', retryable: true })
  const refused = await fetch(`${address}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: PERSONA, messages: [{ role: 'user', content: '你好' }] }),
  })
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({ error: { code: 'draining', retryable: true } })

  const end = await asking.next('answer-end')
  expect(end.outcome).toBe('grounded')
  const text = asking.heard.map((message) => (message.type === 'answer-delta' ? message.text : '')).join('')
  expect(text).toHaveLength(end.length)
  expect(asking.heard.filter(({ type }) => type === 'answer-delta')).toHaveLength(4)
  expect((await asking.closed()).code).toBe(1012)
  expect((await waiting.closed()).code).toBe(1012)
  await events.over
  expect(await exit).toEqual({ code: 0, signal: null })
})
