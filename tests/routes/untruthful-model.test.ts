import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Citation } from '../../server/protocol/citation.ts'
import type { TurnRecord } from '../../server/transcripts/transcripts.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type EventsClient, openEvents, say } from '../helpers/events-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { markOf } from '../helpers/passages-of.ts'
import { type ScriptedOpenAi, type ScriptedRequest, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const QUESTION = '2010年天府杯你得了多少分？2008年呢？'
/** Told in knowledge/stories/lin-yue/contest.md, word by word. */
const TRUE_2010 = '那一回我总分96.4，拿了第一名，得了“四川省技术能手”。'
const TRUE_2008 =
  '比赛两天，第一天考理论，第二天上午考焊条电弧焊的管板垂直固定，下午考氩弧焊的小管障碍焊，管子边上左右各立一根挡管，间隙30毫米。'

/** A sentence that the passages do not back. `{2010}`, `{2008}` and `{start}` stand for the citation marks of the passages that tell of them. */
interface Lie {
  readonly sentence: string
  /** What must never be seen; nothing of it stands in the sources. */
  readonly invented: string
}

const LIES: Readonly<Record<string, Lie>> = {
  'a number': { sentence: '那一回我总分98.7，拿了第一名。{2010}', invented: '98.7' },
  'a number in Chinese numerals': { sentence: '那一回我废料用了七吨八。{2010}', invented: '七吨八' },
  'a date': { sentence: '2016年3月，还是在德阳，我又拿了第一名。{2010}', invented: '2016年3月' },
  'a name': { sentence: '第一名是绵阳来的一个老师傅，叫郑国平。{2008}', invented: '郑国平' },
  'a prize': { sentence: '那一回我拿了第一名，得了“中华技能大奖”。{2010}', invented: '中华技能大奖' },
  'a quotation': { sentence: '师傅说：“你就是天生的冠军。”{2008}', invented: '天生的冠军' },
  'a citation index': { sentence: '那一回我得了满堂彩。[99]', invented: '满堂彩' },
  'no citation': { sentence: '我那天吃了三个馒头才上场。', invented: '三个馒头' },
  'a number of the same unit from elsewhere': {
    sentence: '2010年那一回我总分92.1，拿了第一名。{2008}{2010}',
    invented: '总分92.1，拿了第一名',
  },
  "another's number": { sentence: '成绩出来，我总分92.8，第二名。{2008}', invented: '我总分92.8' },
  'the number of one occasion under the name of another': {
    sentence: '2010年9月，第二回“天府杯”我理论考了94分。{2008}{2010}',
    invented: '理论考了94分',
  },
  'a rank from elsewhere': { sentence: '理论我考了94分，排第二。{start}', invented: '排第二' },
  'the opposite': { sentence: '那一回我没有拿第一名。{2010}', invented: '没有拿第一名' },
  'a true half and a false half': { sentence: '那一回我拿了第一名，奖金5000元。{2010}', invented: '5000元' },
}

let knowledge: KnowledgeFolder
let model: ScriptedOpenAi
let server: TestServer
const open: { close(): unknown }[] = []

beforeAll(async () => {
  knowledge = await copyTalkativeKnowledge(PERSONA)
  model = await startScriptedOpenAi()
  server = await startTestServer({
    KNOWLEDGE_DIR: knowledge.dir,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'sk-this-key-stays-inside',
    CHAT_MODEL: 'scripted',
    LOG_LEVEL: 'debug',
  })
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})
afterAll(async () => {
  await server.close()
  await model.close()
  await knowledge.close()
})

/** All that a client was sent for one question, as text. */
interface Heard {
  readonly wire: string
  readonly text: string
  readonly outcome: string
  readonly citations: readonly Citation[]
  readonly answerId: string
}

async function overSocket(question: string): Promise<Heard> {
  const client: ChatClient = await connectChat(server.address)
  open.push(client)
  await client.open(PERSONA)
  const { end, text } = await client.ask(question)
  client.send({ type: 'answer-resume', answerId: end.answerId, epoch: 'another', seq: 0 })
  await client.next('answer-snapshot')
  const wire = JSON.stringify(client.heard)
  return { wire, text, outcome: end.outcome, citations: end.citations, answerId: end.answerId }
}

async function overEvents(question: string): Promise<Heard> {
  const reader: EventsClient = await openEvents(server.address, { personaId: PERSONA })
  open.push(reader)
  const ready = await reader.ready()
  const replies = await say(server.address, ready, { type: 'turn-ask', turnId: randomUUID(), text: question })
  const end = await reader.next('answer-end')
  const text = reader.heard.map(({ message }) => (message.type === 'answer-delta' ? message.text : '')).join('')
  const wire = JSON.stringify([...reader.heard, ...replies])
  return { wire, text, outcome: end.outcome, citations: end.citations, answerId: end.answerId }
}

async function overCompletions(question: string, stream: boolean): Promise<Heard> {
  const response = await fetch(`${server.address}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: PERSONA, messages: [{ role: 'user', content: question }], stream }),
  })
  const wire = await response.text()
  type Body = {
    id: string
    outcome?: string
    citations?: Citation[]
    choices: { message?: { content: string }; delta?: { content?: string } }[]
  }
  const bodies = stream
    ? [...wire.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as Body)
    : [JSON.parse(wire) as Body]
  const text = bodies.map(({ choices: [choice] }) => choice?.message?.content ?? choice?.delta?.content ?? '').join('')
  const last = bodies.find(({ outcome }) => outcome !== undefined)
  const answerId = bodies[0]?.id.replace('chatcmpl-', '') ?? ''
  return { wire, text, outcome: last?.outcome ?? '', citations: last?.citations ?? [], answerId }
}

const ROUTES: Readonly<Record<string, (question: string) => Promise<Heard>>> = {
  WebSocket: overSocket,
  'server-sent events': overEvents,
  completions: (question) => overCompletions(question, false),
  'streamed completions': (question) => overCompletions(question, true),
}

function withMarks(sentence: string, request: ScriptedRequest): string {
  return sentence
    .replaceAll('{2010}', () => markOf(request, '总分96.4'))
    .replaceAll('{2008}', () => markOf(request, '总分92.1'))
    .replaceAll('{start}', () => markOf(request, '管板垂直固定'))
}

async function recordOf({ answerId }: Heard): Promise<TurnRecord> {
  const record = await server.deps.transcripts.findAnswer(answerId)
  if (!record) throw new Error('no record')
  return record
}

async function sources(): Promise<string> {
  const names = await readdir(knowledge.dir, { recursive: true })
  const texts = await Promise.all(
    names.filter((name) => name.endsWith('.md')).map((name) => readFile(join(knowledge.dir, name), 'utf8')),
  )
  return texts.join('\n')
}

it('lies about things that no source says', async () => {
  const told = await sources()
  for (const { invented } of Object.values(LIES)) expect(told).not.toContain(invented)
  for (const sentence of [TRUE_2010, TRUE_2008]) expect(told).toContain(sentence)
})

describe.each(Object.entries(ROUTES))('a model that makes things up, over %s', (_route, ask) => {
  it.each(Object.entries(LIES))(
    'never shows %s, and shows what is true beside it',
    async (_name, { sentence, invented }) => {
      model.use((request) => withMarks(`${TRUE_2010}{2010}${sentence}${TRUE_2008}{start}`, request))
      const heard = await ask(QUESTION)
      expect(heard.wire).not.toContain(invented)
      expect(heard.text).toBe(`${TRUE_2010}${TRUE_2008}`)
      expect(heard.outcome).toBe('grounded')
      expect(heard.citations.map(({ quote }) => quote)).toEqual([TRUE_2010, TRUE_2008])
      const record = await recordOf(heard)
      expect(record.making?.withheld).toHaveLength(1)
      expect(record.making?.withheld[0]?.text).toContain(invented)
      const reason = record.making?.withheld[0]?.reason ?? ''
      expect(reason).not.toBe('')
      expect(heard.wire).not.toContain(reason)
    },
  )

  it('declines where everything is made up', async () => {
    model.use((request) => Object.values(LIES).map(({ sentence }) => ({ text: withMarks(sentence, request) })))
    const heard = await ask(QUESTION)
    expect(heard.outcome).toBe('declined')
    expect(heard.citations).toEqual([])
    expect(heard.text).toContain('没有说到')
    for (const { invented } of Object.values(LIES)) expect(heard.wire).not.toContain(invented)
    const record = await recordOf(heard)
    expect(record.making?.withheld).toHaveLength(Object.keys(LIES).length)
    expect(record.making?.model).toBe('scripted')
  })
})

describe('what the record and the log hold', () => {
  it('names the prompt, its hash, the model, the passages and the times', async () => {
    model.use((request) => withMarks(`${TRUE_2010}{2010}`, request))
    const record = await recordOf(await overSocket(QUESTION))
    expect(record.making).toMatchObject({
      promptId: 'answer.story.zh',
      promptHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      model: 'scripted',
      fallbackReason: null,
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    })
    expect(record.making?.retrieved[0]).toMatchObject({
      documentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      score: expect.any(Number),
    })
    expect(Object.keys(record.making?.timings ?? {})).toEqual(
      expect.arrayContaining(['retrieved', 'firstToken', 'firstSentence', 'ended']),
    )
  })

  it('logs neither what a visitor wrote, nor what the model said, nor the key', async () => {
    model.use(() => '那一回我得了满堂彩。[99]')
    await overSocket('紫水晶八音盒在天府杯上响过吗？')
    const client = await connectChat(server.address)
    open.push(client)
    const { token } = await client.open(PERSONA)
    client.sendRaw('{"type":"turn-ask","text":"琥珀色的秘密","turnId":7}')
    await client.closed()
    const logged = server.logged()
    expect(logged.length).toBeGreaterThan(100)
    for (const secret of ['紫水晶', '琥珀色', '满堂彩', 'sk-this-key-stays-inside', token, TRUE_2010])
      expect(logged).not.toContain(secret)
  })

  it('counts withheld sentences by their reason', async () => {
    const metrics = await server.deps.metrics.registry.metrics()
    expect(metrics).toMatch(/lecturer_sentences_withheld_total\{reason="citation-unresolved"\} \d+/)
    expect(metrics).toMatch(/lecturer_sentences_withheld_total\{reason="number-unsupported"\} \d+/)
  })
})
