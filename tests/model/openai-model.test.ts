import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ModelError } from '../../server/model/chat-model.ts'
import { createCircuitBreaker } from '../../server/model/circuit-breaker.ts'
import { createOpenAiModel, type OpenAiModelOptions } from '../../server/model/openai-model.ts'
import { createTokenBudget } from '../../server/model/token-budget.ts'
import { hear, someRequest } from '../helpers/model-request.ts'
import { type ScriptedOpenAi, spoken, startScriptedOpenAi } from '../helpers/scripted-openai.ts'

const KEY = 'sk-test-key-that-must-stay-secret'
let server: ScriptedOpenAi

beforeAll(async () => {
  server = await startScriptedOpenAi()
})
afterAll(() => server.close())

let before = 0
beforeEach(() => {
  before = server.calls.length
  server.use(() => '我听见了。[1]')
})
const calls = () => server.calls.slice(before)

function createModel(changes: Partial<OpenAiModelOptions> = {}) {
  return createOpenAiModel({
    baseUrl: server.baseUrl,
    apiKey: KEY,
    model: 'scripted-8b',
    timeoutMs: 400,
    budget: createTokenBudget({}),
    breaker: createCircuitBreaker({ failures: 3, coolDownMs: 60_000 }),
    random: () => 0,
    ...changes,
  })
}

function reasonOf(error: unknown): string | undefined {
  return error instanceof ModelError ? error.reason : undefined
}

describe('an answer', () => {
  test('comes whole, with the usage last, and the request says what it should', async () => {
    server.queue({
      steps: [
        ...spoken('我1998年进厂。[1]后来当了班长。[2][3]'),
        { usage: { prompt_tokens: 31, completion_tokens: 12 } },
      ],
    })
    const heard = await hear(createModel())
    expect(heard.error).toBeUndefined()
    expect(heard.text).toBe('我1998年进厂。[1]后来当了班长。[2][3]')
    expect(heard.events.at(-1)).toEqual({ type: 'usage', usage: { inputTokens: 31, outputTokens: 12 } })
    const [call] = calls()
    expect(call?.headers.authorization).toBe(`Bearer ${KEY}`)
    expect(call?.body).toMatchObject({ model: 'scripted-8b', stream: true, stream_options: { include_usage: true } })
    expect(call?.body.messages).toEqual(someRequest().messages)
    expect(call?.aborted).toBe(false)
  })

  test('is given sentence by sentence, each as soon as the next one begins', async () => {
    let tellRest = () => {}
    const rest = new Promise<void>((resolve) => {
      tellRest = resolve
    })
    async function* steps() {
      yield* spoken('第一句。[1]第')
      await rest
      yield* spoken('二句。[2]')
    }
    server.queue({ steps: steps() })
    const stream = createModel().stream(someRequest(), new AbortController().signal)[Symbol.asyncIterator]()
    let text = ''
    for (;;) {
      const next = await stream.next()
      if (next.done || next.value.type !== 'text') throw new Error('the first sentence did not come')
      text += next.value.text
      // An empty text says that the sentence is over.
      if (next.value.text === '') break
    }
    expect(text).toBe('第一句。[1]')
    tellRest()
    for (let next = await stream.next(); !next.done; next = await stream.next()) {
      if (next.value.type === 'text') text += next.value.text
    }
    expect(text).toBe('第一句。[1]第二句。[2]')
  })

  test('survives UTF-8 characters cut between packets', async () => {
    const text = '师傅说：“焊枪要稳，👷心更要稳。”[1]我记了二十年。[2]'
    server.queue({ steps: spoken(text, 5), bytesPerPiece: 7 })
    expect((await hear(createModel())).text).toBe(text)
  })

  test('never shows what the model thought', async () => {
    server.queue([{ reasoning: '学生问的是进厂。' }, ...spoken('<think>再想想。\n\n</think>\n我进厂早。[1]', 2)])
    expect((await hear(createModel())).text).toBe('我进厂早。[1]')
  })

  test('that is cut off by its length ends with its last whole sentence', async () => {
    server.queue([...spoken('我1998年进厂。[1]那年我刚满十'), { finish: 'length' }])
    const heard = await hear(createModel())
    expect(heard.error).toBeUndefined()
    expect(heard.text).toBe('我1998年进厂。[1]')
  })

  test('that just ends without a finish chunk keeps its whole sentences', async () => {
    server.queue([...spoken('我1998年进厂。[1]那年我刚'), { end: true }])
    const heard = await hear(createModel())
    expect(heard.error).toBeUndefined()
    expect(heard.text).toBe('我1998年进厂。[1]')
  })

  test('without any text is a failure', async () => {
    server.queue([{ reasoning: '想了很久' }, { finish: 'length' }])
    expect(reasonOf((await hear(createModel())).error)).toBe('unavailable')
    server.queue([{ finish: 'content_filter' }])
    expect(reasonOf((await hear(createModel())).error)).toBe('rejected')
  })

  test('is complete even where the server forgets the usage and keeps the connection open', async () => {
    server.queue([...spoken('我进厂早。[1]'), { finish: 'stop' }, { silent: true }])
    const started = performance.now()
    const heard = await hear(createModel({ timeoutMs: 15_000 }))
    expect(heard).toMatchObject({ text: '我进厂早。[1]', error: undefined, usage: undefined })
    expect(performance.now() - started).toBeLessThan(3_000)
  })

  test('that never stops is stopped', async () => {
    async function* forever() {
      for (;;) {
        yield { text: '我又说了一句。[1]' }
        yield { wait: 1 }
      }
    }
    server.queue({ steps: forever() })
    const heard = await hear(createModel({ maxOutputTokens: 10 }))
    expect(heard.error).toBeUndefined()
    expect(heard.text.length).toBeLessThan(200)
    await calls()[0]?.over
    expect(calls()[0]?.aborted).toBe(true)
  })
})

describe('silence', () => {
  test('before the first token is a time-out that ends the request', async () => {
    server.queue([{ silent: true }])
    const started = performance.now()
    const heard = await hear(createModel({ timeoutMs: 120 }))
    expect(reasonOf(heard.error)).toBe('timeout')
    expect(performance.now() - started).toBeGreaterThan(110)
    expect(performance.now() - started).toBeLessThan(1_000)
    await calls()[0]?.over
    expect(calls()[0]?.aborted).toBe(true)
  })

  test('before the headers is a time-out too', async () => {
    server.use(() => new Promise(() => {}))
    expect(reasonOf((await hear(createModel({ timeoutMs: 120 }))).error)).toBe('timeout')
  })

  test('in the middle is a time-out; slow but steady tokens are not', async () => {
    server.queue([...spoken('我1998年进厂。[1]那年'), { silent: true }])
    const broken = await hear(createModel({ timeoutMs: 120 }))
    expect(reasonOf(broken.error)).toBe('timeout')
    expect(broken.text).toBe('我1998年进厂。[1]')
    server.queue(spoken('我1998年进厂。[1]', 1, 30))
    const slow = await hear(createModel({ timeoutMs: 150 }))
    expect(slow).toMatchObject({ text: '我1998年进厂。[1]', error: undefined })
  })

  test('is not broken by empty chunks', async () => {
    const empty = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: '' } }] })}\n\n: still here\n\n`
    const steps = Array.from({ length: 60 }, () => [{ raw: empty }, { wait: 20 }]).flat()
    server.queue(steps)
    const started = performance.now()
    expect(reasonOf((await hear(createModel({ timeoutMs: 150 }))).error)).toBe('timeout')
    expect(performance.now() - started).toBeLessThan(700)
  })

  test('of a reader that takes its time is not held against the server', async () => {
    server.queue(spoken('第一句。[1]第二句。[2]第三句。[3]', 2, 10))
    let text = ''
    for await (const event of createModel({ timeoutMs: 80 }).stream(someRequest(), new AbortController().signal)) {
      if (event.type === 'text') text += event.text
      await new Promise((resolve) => setTimeout(resolve, 120))
    }
    expect(text).toBe('第一句。[1]第二句。[2]第三句。[3]')
  })

  test('has a limit for the whole answer as well', async () => {
    server.queue(spoken('我说得很慢很慢。', 1, 30))
    expect(reasonOf((await hear(createModel({ maxAnswerMs: 100 }))).error)).toBe('timeout')
  })
})

describe('retries', () => {
  test('follow retry-after of a 429 and then answer', async () => {
    server.queue({ status: 429, headers: { 'retry-after-ms': '150' } }, { status: 503 })
    const heard = await hear(createModel({ timeoutMs: 2_000 }))
    expect(heard.text).toBe('我听见了。[1]')
    const [first, second, third] = calls().map((call) => call.at)
    expect(calls()).toHaveLength(3)
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(145)
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThan(100)
  })

  test('end after two', async () => {
    server.use(() => ({ status: 429 }))
    expect(reasonOf((await hear(createModel({ timeoutMs: 3_000 }))).error)).toBe('rate-limited')
    expect(calls()).toHaveLength(3)
    server.use(() => ({ status: 500 }))
    expect(reasonOf((await hear(createModel({ timeoutMs: 3_000 }))).error)).toBe('unavailable')
    expect(calls()).toHaveLength(6)
  })

  test('are not waited for where the wait is longer than the patience', async () => {
    server.use(() => ({ status: 429, headers: { 'retry-after': '30' } }))
    const started = performance.now()
    expect(reasonOf((await hear(createModel())).error)).toBe('rate-limited')
    expect(performance.now() - started).toBeLessThan(300)
    expect(calls()).toHaveLength(1)
  })

  test('are made after a lost connection, but never after the first token', async () => {
    server.queue([{ cut: true }])
    expect((await hear(createModel({ timeoutMs: 2_000 }))).text).toBe('我听见了。[1]')
    expect(calls()).toHaveLength(2)
    server.queue([...spoken('我1998年进厂。[1]那年我'), { wait: 20 }, { cut: true }])
    const heard = await hear(createModel({ timeoutMs: 2_000 }))
    expect(heard.text).toBe('我1998年进厂。[1]')
    expect(reasonOf(heard.error)).toBe('unavailable')
    expect(heard.error).toHaveProperty('cause')
    expect(calls()).toHaveLength(3)
  })

  test.each([400, 401, 403, 404])('are not made for %i', async (status) => {
    server.use(() => ({ status }))
    expect(reasonOf((await hear(createModel())).error)).toBe('rejected')
    expect(calls()).toHaveLength(1)
  })

  test('do not help where nobody listens', async () => {
    const closed = await startScriptedOpenAi()
    await closed.close()
    const heard = await hear(createModel({ baseUrl: closed.baseUrl, timeoutMs: 3_000 }))
    expect(reasonOf(heard.error)).toBe('unavailable')
    expect(inspect(heard.error)).toContain('ECONNREFUSED')
  })

  test('leave out a parameter that the server does not know, and remember it', async () => {
    server.use((request) =>
      'stream_options' in request || 'max_tokens' in request
        ? { status: 400, json: { error: { message: 'Unrecognized: stream_options, max_tokens' } } }
        : '我听见了。[1]',
    )
    const model = createModel()
    expect((await hear(model)).text).toBe('我听见了。[1]')
    expect((await hear(model)).text).toBe('我听见了。[1]')
    expect(calls()).toHaveLength(3)
    expect(calls()[2]?.body).toMatchObject({ max_completion_tokens: 800 })
  })
})

describe('failures in the stream', () => {
  test('an error frame keeps what was said before', async () => {
    server.queue([...spoken('我1998年进厂。[1]那年'), { error: { message: 'out of memory', code: 'server_error' } }])
    const heard = await hear(createModel())
    expect(heard.text).toBe('我1998年进厂。[1]')
    expect(reasonOf(heard.error)).toBe('unavailable')
    expect(inspect(heard.error)).toContain('server_error')
  })

  test('a frame that is no JSON is a failure', async () => {
    server.queue([...spoken('我1998年进厂。[1]那年'), { raw: 'data: {not json\n\n' }])
    expect(reasonOf((await hear(createModel())).error)).toBe('unavailable')
  })

  test('a page instead of a stream is a failure', async () => {
    server.use(() => ({ status: 200, headers: { 'content-type': 'text/html' }, json: '<html>sign in</html>' }))
    expect(reasonOf((await hear(createModel())).error)).toBe('unavailable')
  })
})

describe('the visitor', () => {
  test('ends the request, and the stream throws the reason', async () => {
    server.queue([...spoken('第一句。[1]第二'), { silent: true }])
    const visitor = new AbortController()
    const reason = new Error('stopped by the visitor')
    const breaker = createCircuitBreaker({ failures: 1, coolDownMs: 60_000 })
    setTimeout(() => visitor.abort(reason), 60)
    const heard = await hear(createModel({ breaker, timeoutMs: 5_000 }), visitor.signal)
    expect(heard.error).toBe(reason)
    expect(heard.text).toBe('第一句。[1]')
    await calls()[0]?.over
    expect(calls()[0]?.aborted).toBe(true)
    expect(breaker.state).toBe('closed')
  })

  test('who leaves during a back-off is not kept', async () => {
    server.use(() => ({ status: 429, headers: { 'retry-after': '2' } }))
    const visitor = new AbortController()
    setTimeout(() => visitor.abort(new Error('gone')), 40)
    const started = performance.now()
    const heard = await hear(createModel({ timeoutMs: 5_000 }), visitor.signal)
    expect(heard.error).toHaveProperty('message', 'gone')
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  test('who has left already costs no request', async () => {
    const heard = await hear(createModel(), AbortSignal.abort(new Error('gone')))
    expect(heard.error).toHaveProperty('message', 'gone')
    expect(calls()).toHaveLength(0)
  })

  test('who stops reading ends the request', async () => {
    server.queue([...spoken('第一句。[1]第二句。[2]第'), { silent: true }])
    for await (const _event of createModel().stream(someRequest(), new AbortController().signal)) break
    await calls()[0]?.over
    expect(calls()[0]?.aborted).toBe(true)
  })
})

describe('circuit and budget', () => {
  test('a server that fails is left alone, and asked again after the cool-down', async () => {
    let now = 0
    const breaker = createCircuitBreaker({ failures: 2, coolDownMs: 1_000, now: () => now })
    const model = createModel({ breaker, maxRetries: 0 })
    server.queue({ status: 500 }, { status: 500 })
    await hear(model)
    await hear(model)
    expect(reasonOf((await hear(model)).error)).toBe('circuit-open')
    expect(calls()).toHaveLength(2)
    now = 1_000
    expect((await hear(model)).text).toBe('我听见了。[1]')
    expect(breaker.state).toBe('closed')
  })

  test('a question that the server rejects does not open the circuit', async () => {
    const breaker = createCircuitBreaker({ failures: 1, coolDownMs: 60_000 })
    const model = createModel({ breaker })
    server.queue({ status: 400 })
    await hear(model)
    expect(breaker.state).toBe('closed')
    server.queue({ status: 401 })
    await hear(model)
    expect(breaker.state).toBe('open')
  })

  test('what is used counts, told or guessed, and what is over the budget is not sent', async () => {
    const budget = createTokenBudget({ tokensPerDay: 1_000 })
    const model = createModel({ budget })
    server.queue({ steps: [{ text: '好。' }, { usage: { prompt_tokens: 150, completion_tokens: 45 } }] })
    await hear(model)
    expect(budget.spent().tokensToday).toBe(195)
    expect(reasonOf((await hear(model)).error)).toBe('budget')
    expect(calls()).toHaveLength(1)

    const guessed = createTokenBudget({})
    server.queue({ steps: [{ text: '好的。' }], noUsage: true })
    await hear(createModel({ budget: guessed }))
    expect(guessed.spent().tokensToday).toBeGreaterThan(15)
    expect(guessed.spent().tokensToday).toBeLessThan(60)
    const free = createTokenBudget({})
    server.queue({ status: 401 })
    await hear(createModel({ budget: free }))
    expect(free.spent().tokensToday).toBe(0)
  })
})

test('neither errors nor the log hold a key, a prompt or an answer', async () => {
  const lines: unknown[] = []
  const model = createModel({ log: { warn: (details, message) => lines.push([details, message]) }, timeoutMs: 3_000 })
  const leak = { error: { message: `bad key ${KEY}: 你哪年进厂的？`, code: `${KEY} x`, type: 'auth' } }
  server.queue({ status: 503, json: leak }, { status: 401, json: leak })
  const denied = await hear(model)
  server.queue([...spoken('秘密的话。[1]然后'), { error: { message: '你哪年进厂的？' } }])
  const broken = await hear(model)
  server.queue([...spoken('秘密的话。[1]然后'), { raw: 'data: 秘密的话\n\n' }])
  const garbled = await hear(model)
  expect(reasonOf(denied.error)).toBe('rejected')
  const written = inspect([lines, denied.error, broken.error, garbled.error], { depth: 12 })
  expect(lines.length).toBeGreaterThan(0)
  for (const secret of [KEY, '你哪年进厂的', '秘密的话']) expect(written).not.toContain(secret)
})
