import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenDatabase } from '../../server/db/open-database.ts'
import { loadPrompts } from '../../server/prompts/load-prompts.ts'
import type { Correction } from '../../server/protocol/console-correction.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { act, approve, begin, databaseOf, draftOf } from '../helpers/made-correction.ts'
import { trueSentences } from '../helpers/passages-of.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { projectDir, startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const QUESTION = '你的师傅是谁？'
const ANSWER = '我的师傅是周国梁。这是我自己的话。'
/** Free paraphrases, which words alone do not match. */
const FREE = [
  '当初领你入行、手把手教你焊接的师傅是哪一位',
  '刚进厂那会儿，师傅指的是哪一位前辈',
  '你这身手艺是跟哪位师傅学来的',
]
const PROMPT = 'judge.correction.zh'
const TIMEOUT_MS = 2_000

let knowledge: KnowledgeFolder
let model: ScriptedOpenAi
let judge: ScriptedOpenAi
let server: TestServer
let database: OpenDatabase
let lecturer: ConsoleClient
let live: Correction
let client: ChatClient | undefined
let count = 0

const numberOf = (wanted: string) => (request: { messages: readonly { content: string }[] }) => {
  const stored = [...(request.messages[1]?.content ?? '').matchAll(/<stored n="(\d+)">\n<phrasing>(.*?)<\/phrasing>/g)]
  return JSON.stringify({ number: Number(stored.find(([, , question]) => question === wanted)?.[1] ?? 0) || null })
}

beforeAll(async () => {
  knowledge = await copyTalkativeKnowledge(PERSONA)
  model = await startScriptedOpenAi()
  judge = await startScriptedOpenAi()
  server = await startTestServer({
    KNOWLEDGE_DIR: knowledge.dir,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'sk-of-the-chat-model',
    CHAT_MODEL: 'scripted',
    CORRECTION_JUDGE_BASE_URL: judge.baseUrl,
    CORRECTION_JUDGE_MODEL: 'scripted-judge',
    CORRECTION_JUDGE_TIMEOUT_MS: String(TIMEOUT_MS),
  })
  database = await databaseOf(server)
  lecturer = await signIn(server, { role: 'lecturer', personaId: PERSONA })
  live = await approve(lecturer, database, await begin(lecturer, draftOf({ question: QUESTION, answer: ANSWER })))
  await approve(
    lecturer,
    database,
    await begin(lecturer, draftOf({ question: '你带过几个徒弟？', answer: '带过十一个。' })),
  )
})
beforeEach(() => {
  model.use((request) => trueSentences(request, 2).map((text) => ({ text: `${text}\n` })))
  judge.use(numberOf(QUESTION))
})
afterEach(() => client?.close())
afterAll(async () => {
  await database?.close()
  await server?.close()
  await model?.close()
  await judge?.close()
  await knowledge?.close()
})

/** What one question brings about. */
async function ask(question: string) {
  await client?.close()
  client = await connectChat(server.address)
  await client.open(PERSONA)
  const [modelCalls, judgeCalls] = [model.calls.length, judge.calls.length]
  const began = performance.now()
  const { end, text } = await client.ask(question)
  const milliseconds = performance.now() - began
  const making = (await server.deps.transcripts.findAnswer(end.answerId))?.making
  return { end, text, milliseconds, making, asked: judge.calls.slice(judgeCalls), model: model.calls.slice(modelCalls) }
}

/** A question that the judge does not remember. */
const fresh = () => {
  const digits = [...'一二三四五六七八九']
  count += 1
  return `${FREE[count % FREE.length]}，第${digits[Math.floor(count / 9)]}十${digits[count % 9]}回问了`
}

describe('a correction that only a judge recognises', () => {
  it.each(FREE)('answers %s in the approved words, and the record says who decided', async (question) => {
    const { text, end, making, asked } = await ask(question)
    expect(server.deps.corrections.match(PERSONA, question)).toBeUndefined()
    expect(text).toBe(ANSWER)
    expect(end.outcome).toBe('corrected')
    expect(asked.length).toBe(1)
    const prompts = await loadPrompts(`${projectDir}/prompts`)
    expect(making).toMatchObject({
      model: 'correction',
      correctionId: live.id,
      retrieved: [],
      answerability: null,
      promptId: null,
      correctionMatch: {
        judge: {
          model: 'scripted-judge',
          promptId: PROMPT,
          promptHash: prompts.get(PROMPT).hash,
          candidates: expect.any(Number),
          result: 'same',
        },
      },
    })
    expect(making?.correctionMatch?.probability).toBeLessThan(0.58)
    // A key for another service is never sent.
    expect(asked[0]?.headers.authorization).toBe('Bearer none')
  })

  it('stops what the chat model has begun meanwhile, and shows none of it', async () => {
    model.use(() => [{ text: '我的师傅' }, { silent: true }])
    judge.use(async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 150))
      return numberOf(QUESTION)(request)
    })
    const { text, model: calls } = await ask(fresh())
    expect(text).toBe(ANSWER)
    await Promise.all(calls.map(({ over }) => over))
    expect(calls.every(({ aborted }) => aborted)).toBe(true)
  })

  it('goes on with the ordinary answer where the judge says none, which was got ready meanwhile', async () => {
    judge.use(() => '{"number": null}')
    const { text, making, end, model: calls, asked } = await ask(fresh())
    expect(text).not.toContain('这是我自己的话')
    expect(end.outcome).toBe('grounded')
    expect(making?.correctionMatch?.judge?.result).toBe('none')
    expect(making?.correctionId).toBeUndefined()
    expect(calls.length).toBe(1)
    expect((calls[0]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeLessThan(TIMEOUT_MS)
  })

  it.each([
    ['is silent', () => new Promise<never>(() => undefined)],
    ['is down', () => ({ status: 503 })],
    ['says something else', () => '第一个，应该是'],
  ])('goes on with the ordinary answer where the judge %s, within the limit', async (_name, script) => {
    judge.use(script)
    const question = fresh()
    const { end, making, milliseconds } = await ask(question)
    expect(end.outcome).toBe('grounded')
    expect(making?.correctionMatch?.judge?.result).toBe('fallback')
    expect(milliseconds).toBeLessThan(TIMEOUT_MS + 2_000)
    expect(
      server
        .logged()
        .split('\n')
        .filter((line) => line.includes('the judge of corrections') && line.includes(question)),
    ).toEqual([])
    // A judgement between the failures keeps the circuit closed.
    judge.use(numberOf(QUESTION))
    expect((await ask(fresh())).end.outcome).toBe('corrected')
  })

  it('is asked once for the same question, and not at all where words tell', async () => {
    const question = fresh()
    expect((await ask(question)).asked.length).toBe(1)
    const again = await ask(question)
    expect([again.asked.length, again.end.outcome]).toEqual([0, 'corrected'])
    const plain = await ask('请问您的师傅是谁呀？')
    expect([plain.asked.length, plain.end.outcome]).toEqual([0, 'corrected'])
    expect(plain.making?.correctionMatch).toEqual({ probability: 1 })
  })

  it('is not asked by a preview or a check of golden questions', async () => {
    const { end } = await ask(fresh())
    expect((await lecturer.post('/golden', { answerId: end.answerId })).status).toBe(200)
    // With one more to choose from, the judge would have to read anew.
    const draft = draftOf({ question: '你师傅的绰号是什么？', answer: '没有绰号。' })
    const before = judge.calls.length
    expect((await lecturer.post('/corrections/preview', draft)).text).toContain('"summary"')
    await approve(lecturer, database, await begin(lecturer, draft))
    expect((await lecturer.get(`/golden/check?personaId=${PERSONA}`)).text).toContain('"checked":1')
    expect(judge.calls.length).toBe(before)
    await ask(fresh())
    expect(judge.calls.length).toBe(before + 1)
  })

  it('says nothing of a correction that is withdrawn while the judge reads', async () => {
    const draft = draftOf({ question: '你最怕什么？', answer: '怕焊缝里藏着气孔。' })
    const made = await approve(lecturer, database, await begin(lecturer, draft))
    judge.use(async (request) => {
      await act(lecturer, made, { action: 'withdraw' })
      return numberOf(draft.question)(request)
    })
    const { text } = await ask('有什么事情让你心里怕得不行')
    expect(text).not.toContain('气孔')
  })
})

describe('a matcher that fails', () => {
  it('never fails the turn; the log has no words of the visitor', async () => {
    const { book } = server.deps.corrections
    const { match, candidates } = book
    const question = fresh()
    const throwing = () => {
      throw new RangeError(question)
    }
    Object.assign(book, { match: throwing, candidates: throwing })
    try {
      const { end, making } = await ask(question)
      expect(end.outcome).toBe('grounded')
      expect(making?.correctionMatch).toBeUndefined()
    } finally {
      Object.assign(book, { match, candidates })
    }
    const lines = server
      .logged()
      .split('\n')
      .filter((line) => line.includes('could not be matched'))
    expect(lines.length).toBe(1)
    expect(lines.join()).toContain('RangeError')
    expect(lines.join()).not.toContain(question)
    expect((await ask(QUESTION)).end.outcome).toBe('corrected')
  })
})
