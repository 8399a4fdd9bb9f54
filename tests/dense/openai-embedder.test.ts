import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createOpenAiEmbedder } from '../../server/dense/openai-embedder.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { type ReplyServer, startReplyServer } from './reply-server.ts'

let server: ReplyServer
let openai: ScriptedOpenAi
beforeAll(async () => {
  server = await startReplyServer()
  openai = await startScriptedOpenAi()
})
afterAll(() => openai.close())
beforeEach(() => {
  server.requests.length = 0
})

const embedder = (options: { maxRetries?: number; timeoutMs?: number; model?: string; batchSize?: number } = {}) =>
  createOpenAiEmbedder({
    baseUrl: server.baseUrl,
    apiKey: 'sk-test',
    model: 'text-embedding-v4',
    random: () => 0,
    ...options,
  })
const inputOf = (body: Record<string, unknown>) => body.input as string[]
/** A vector that tells which text it is for: the number in it. */
const vectorsFor = (body: Record<string, unknown>) => ({
  data: inputOf(body).map((text, index) => ({ index, embedding: [Number(/\d+/.exec(text)?.[0] ?? 0), 1] })),
})
const texts = (count: number) => Array.from({ length: count }, (_, at) => `第${at}段`)
const numbersOf = (vectors: readonly Float32Array[]) =>
  vectors.map(([first = 0, second = 1]) => Math.round(first / second))

describe('an OpenAI-compatible embeddings endpoint', () => {
  it('gives unit vectors, equal texts equal ones', async () => {
    const scripted = createOpenAiEmbedder({ baseUrl: openai.baseUrl, apiKey: '', model: 'scripted' })
    const vectors = await scripted.embed(['焊条要先烘干', '下雨', '焊条要先烘干'], 'passage')
    expect(vectors.map(({ length }) => length)).toEqual([64, 64, 64])
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
    expect(vectors[2]).toEqual(vectors[0])
  })

  it('asks in batches and keeps the order, whatever order the server has', async () => {
    server.reply = (body) => ({ json: { data: vectorsFor(body).data.reverse() } })
    const vectors = await embedder().embed(texts(150), 'passage')
    expect(server.requests.map(({ body }) => inputOf(body).length)).toEqual([64, 64, 22])
    expect(numbersOf(vectors)).toEqual(texts(150).map((_, at) => at))
    expect(server.requests[0]).toMatchObject({
      path: '/v1/embeddings',
      authorization: 'Bearer sk-test',
      body: { model: 'text-embedding-v4', encoding_format: 'float' },
    })
  })

  it('finds out how many texts a server takes', async () => {
    server.reply = (body) =>
      inputOf(body).length > 10
        ? { status: 400, json: { error: { message: 'batch size' } } }
        : { json: vectorsFor(body) }
    const one = embedder()
    expect(numbersOf(await one.embed(texts(100), 'passage'))).toEqual(texts(100).map((_, at) => at))
    server.requests.length = 0
    await one.embed(texts(100), 'passage')
    expect(server.requests.every(({ body }) => inputOf(body).length <= 10)).toBe(true)
  })

  it('asks a busy server again, and not one that refuses', async () => {
    server.reply = (body, index) =>
      index < 2 ? { status: index === 0 ? 429 : 503, headers: { 'retry-after-ms': '5' } } : { json: vectorsFor(body) }
    expect(numbersOf(await embedder().embed(['第7段'], 'passage'))).toEqual([7])
    expect(server.requests).toHaveLength(3)
    server.requests.length = 0
    server.reply = () => ({ status: 401, json: { error: { message: 'bad key sk-test' } } })
    const refused = embedder().embed(['第7段'], 'passage')
    await expect(refused).rejects.toThrow('The embedding endpoint failed: The model server answered 401')
    await expect(refused).rejects.not.toThrow('sk-test')
    expect(server.requests).toHaveLength(1)
  })

  it('gives up on a server that is silent, and leaves at once when aborted', async () => {
    server.reply = () => ({ silent: true })
    await expect(embedder({ timeoutMs: 50, maxRetries: 0 }).embed(['第1段'], 'passage')).rejects.toThrow(
      'The embedding endpoint failed',
    )
    const leave = new AbortController()
    const asked = embedder().embed(['第1段'], 'query', leave.signal)
    setTimeout(() => leave.abort(new Error('too late')), 30)
    const started = performance.now()
    await expect(asked).rejects.toThrow('too late')
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('refuses answers that do not fit the texts', async () => {
    for (const data of [
      [],
      [{ index: 0, embedding: [] }],
      [{ index: 3, embedding: [1, 2] }],
      [{ index: 0, embedding: [0, 0] }],
      'no',
    ]) {
      server.reply = () => ({ json: { data } })
      await expect(embedder({ maxRetries: 0 }).embed(['第1段'], 'passage')).rejects.toThrow(
        /one vector for each text|direction/,
      )
    }
  })

  it("puts the model's own mark before a question", async () => {
    server.reply = (body) => ({ json: vectorsFor(body) })
    const bge = embedder({ model: 'BAAI/bge-large-zh-v1.5' })
    await bge.embed(['第1段'], 'query')
    await bge.embed(['第1段'], 'passage')
    expect(server.requests.map(({ body }) => inputOf(body)[0])).toEqual([
      '为这个句子生成表示以用于检索相关文章：第1段',
      '第1段',
    ])
  })
})
