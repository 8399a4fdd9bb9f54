import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createEndpointReranker } from '../../server/dense/endpoint-reranker.ts'
import type { Reranker } from '../../server/dense/reranker.ts'
import { createRerankingRetriever } from '../../server/dense/reranking-retriever.ts'
import { createScopePassages } from '../../server/dense/scope-passages.ts'
import { createPersonaRetriever } from '../../server/retrieval/persona-retriever.ts'
import { standaloneQuestion } from '../../server/retrieval/question.ts'
import { recordingLog } from './recording-log.ts'
import { type ReplyServer, startReplyServer } from './reply-server.ts'
import { plainAnalyzer, story } from './story-passages.ts'

let server: ReplyServer
beforeAll(async () => {
  server = await startReplyServer()
})
beforeEach(() => {
  server.requests.length = 0
})
const endpoint = (timeoutMs = 2_000) =>
  createEndpointReranker({ baseUrl: `${server.baseUrl}/`, apiKey: 'sk-test', model: 'bge-reranker', timeoutMs })

describe('a rerank endpoint', () => {
  it('speaks as vLLM, Jina and Cohere do', async () => {
    server.reply = () => ({
      json: {
        results: [
          { index: 2, relevance_score: 0.9 },
          { index: 0, relevance_score: 0.2 },
          { index: 1, relevance_score: 0.1 },
        ],
      },
    })
    expect(await endpoint().rerank('问', ['甲', '乙', '丙'])).toEqual([0.2, 0.1, 0.9])
    expect(server.requests[0]).toEqual({
      path: '/v1/rerank',
      authorization: 'Bearer sk-test',
      body: { model: 'bge-reranker', query: '问', documents: ['甲', '乙', '丙'] },
    })
  })

  it('speaks as Text Embeddings Inference does, once it has found that out', async () => {
    server.reply = ({ texts }) =>
      Array.isArray(texts) ? { json: texts.map((_, index) => ({ index, score: 5 - index })) } : { status: 422 }
    const reranker = endpoint()
    expect(await reranker.rerank('问', ['甲', '乙'])).toEqual([5, 4])
    await reranker.rerank('问', ['甲', '乙'])
    expect(server.requests.map(({ body }) => 'texts' in body)).toEqual([false, true, true])
  })

  it('says what went wrong', async () => {
    server.reply = () => ({ status: 503 })
    await expect(endpoint().rerank('问', ['甲'])).rejects.toThrow('answered 503')
    server.reply = () => ({ json: { results: [{ index: 5, relevance_score: 1 }] } })
    await expect(endpoint().rerank('问', ['甲'])).rejects.toThrow('one score for each passage')
    server.reply = () => ({ silent: true })
    await expect(endpoint(40).rerank('问', ['甲'])).rejects.toThrow('no answer within 40 ms')
    await expect(endpoint().rerank('问', ['甲'], AbortSignal.timeout(20))).rejects.toThrow(/timeout|aborted/)
  })
})

describe('a retriever with a reranker', () => {
  const document = story('stories/tester/welding', '学焊', [
    '师傅教我烘干焊条。',
    '焊条烘干以后再焊。',
    '焊条要放在烘箱里烘干，三百五十度，一个小时。',
    '师傅很严。',
  ])
  const documents = () => [document]
  const lexical = createPersonaRetriever({ documents, analyzer: plainAnalyzer() })
  const build = (rerank: Reranker['rerank']) => {
    const log = recordingLog()
    const retriever = createRerankingRetriever({
      retriever: lexical,
      reranker: { name: 'test', rerank },
      passagesOf: createScopePassages(documents),
      log,
      timeoutMs: 50,
    })
    return { retriever, log }
  }
  const question = standaloneQuestion('焊条怎么烘干')
  const ask = (limit = 4) => ({ limit })

  it('puts passages in its order and keeps the scale of the scores', async () => {
    const before = (await lexical.retrieve(question, ['stories'], ask())).passages
    const { retriever } = build(async (_question, texts) =>
      texts.map((text) => (text.includes('三百五十度') ? 2 : text.includes('师傅教') ? 1 : 0)),
    )
    const after = (await retriever.retrieve(question, ['stories'], ask(2))).passages
    expect(after.map(({ passage }) => passage.text)).toEqual([
      '焊条要放在烘箱里烘干，三百五十度，一个小时。',
      '师傅教我烘干焊条。',
    ])
    expect(after.map(({ score }) => score)).toEqual(before.slice(0, 2).map(({ score }) => score))
  })

  it('changes nothing where it fails, gives nonsense or is slow, and says so once', async () => {
    const before = (await lexical.retrieve(question, ['stories'], ask())).passages
    let calls = 0
    const { retriever, log } = build(async (_question, texts, signal) => {
      calls += 1
      if (calls === 1) throw new Error('out of order')
      if (calls === 2) return texts.map(() => Number.NaN)
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    })
    for (let asked = 0; asked < 5; asked += 1)
      expect((await retriever.retrieve(question, ['stories'], ask())).passages).toEqual(before)
    expect(calls).toBe(3)
    expect(log.lines).toHaveLength(1)
  })

  it('still looks first where a follow-up was read', async () => {
    const { retriever } = build(async (_question, texts) => texts.map((_, at) => -at))
    const focus = { documentId: document.id, afterOffset: document.text.indexOf('师傅很严') }
    const { passages } = await retriever.retrieve({ ...question, followUp: true, focus }, ['stories'], ask(3))
    expect(passages.map(({ passage }) => passage.text)).toContain('师傅很严。')
  })
})
