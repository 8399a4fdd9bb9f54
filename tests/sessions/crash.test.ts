import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { ServerMessage, SessionReady } from '../../server/protocol/server-message.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { trueSentences } from '../helpers/passages-of.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts'

const PERSONA = 'lin-yue'
const VISITORS = 4
const ROUNDS = 3

let knowledge: KnowledgeFolder
let model: ScriptedOpenAi
let dataDir: string
let server: ServerProcess | undefined

beforeAll(async () => {
  knowledge = await copyTalkativeKnowledge(PERSONA)
  dataDir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-crash-'))
  model = await startScriptedOpenAi((request) =>
    trueSentences(request, 8).flatMap((sentence) => [{ text: `${sentence}\n` }, { wait: 200 }]),
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

/** What one visitor was told of one question. */
interface Visit {
  readonly ready: SessionReady
  readonly turnId: string
  readonly question: string
  readonly heard: ServerMessage[]
}

function start(): Promise<ServerProcess> {
  return startServerProcess({
    DATA_DIR: dataDir,
    KNOWLEDGE_DIR: knowledge.dir,
    OPENAI_BASE_URL: model.baseUrl,
    CHAT_MODEL: 'scripted',
  })
}

async function visit(address: string, question: string): Promise<{ client: ChatClient; visit: Visit }> {
  const client = await connectChat(address)
  const ready = await client.open(PERSONA)
  const turnId = randomUUID()
  client.send({ type: 'turn-ask', turnId, text: question })
  return { client, visit: { ready, turnId, question, heard: client.heard as ServerMessage[] } }
}

function shownText({ heard }: Visit): string {
  return heard.map((message) => (message.type === 'answer-delta' ? message.text : '')).join('')
}

/** Comes back with the cursor of what was shown, and follows the answer to its end. */
async function comeBack(address: string, { ready, turnId, heard, question }: Visit, shown: string) {
  const accepted = heard.find((message) => message.type === 'turn-accepted')
  const last = heard.findLast((message) => message.type === 'answer-delta')
  const client = await connectChat(address)
  const { sessionId, token } = ready
  const have = last ? [{ answerId: last.answerId, epoch: last.epoch, seq: last.seq }] : []
  const back = await client.open(PERSONA, { sessionId, token, have })
  const turn = back.transcript.find((known) => known.turnId === turnId)
  if (accepted) expect(turn).toMatchObject({ question, answerId: accepted.answerId })
  if (!turn) return client.close()
  expect(turn.text.startsWith(shown)).toBe(true)

  let text = shown
  for (let ended = turn.status === 'ended' && have.length === 0; !ended; ) {
    await sleep(50)
    const seen = client.heard.flatMap((message) =>
      message.type === 'answer-snapshot' || message.type === 'answer-end' ? [message] : [],
    )
    for (const message of seen)
      if (message.type === 'answer-snapshot') {
        expect(message.text.startsWith(text)).toBe(true)
        text = message.text
      }
    const end = seen.find((message) => message.type === 'answer-end' || message.status === 'ended')
    if (end) {
      expect(['interrupted', 'grounded']).toContain(end.outcome)
      if (end.type === 'answer-snapshot') expect(end.text).toBe(text)
      ended = true
    }
  }
  // The conversation goes on.
  const again = await client.ask('你好')
  expect(again.end.outcome).toBe('grounded')
  await client.close()
}

it('loses nothing that was acknowledged when it is killed in mid-answer, again and again', {
  timeout: 60_000,
}, async () => {
  const visits: Visit[] = []
  for (let round = 0; round < ROUNDS; round++) {
    server = await start()
    const { address } = server
    const before = visits.length
    const now = await Promise.all(
      Array.from({ length: VISITORS }, (_, at) => visit(address, `你的师傅是谁？（${round}-${at}）`)),
    )
    visits.push(...now.map((one) => one.visit))
    await now[0]?.client.next('answer-delta')
    await sleep(40 + round * 110)
    await server.kill('SIGKILL')
    await Promise.all(now.map(({ client }) => client.closed()))
    expect(visits.slice(before).filter((one) => shownText(one) !== '').length).toBeGreaterThan(0)
    expect(visits.slice(before).some(({ heard }) => heard.every(({ type }) => type !== 'answer-end'))).toBe(true)
  }
  const restarted = performance.now()
  server = await start()
  const { address } = server
  await Promise.all(visits.map((one) => comeBack(address, one, shownText(one))))
  expect(performance.now() - restarted).toBeLessThan(15_000 + 2_000)
})
