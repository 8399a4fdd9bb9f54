import { EmbeddingError } from './embedder.ts'
import type { Reranker } from './reranker.ts'

export interface EndpointRerankerOptions {
  /** What `/rerank` is put behind, such as `http://127.0.0.1:8000/v1`. */
  readonly baseUrl: string
  /** Empty where the server asks for none. */
  readonly apiKey: string
  readonly model: string
  readonly timeoutMs?: number
  readonly fetch?: typeof fetch
}

/** The names that a request's passages go by: `documents` for Jina, Cohere and vLLM, `texts` for Text Embeddings Inference. */
type PassagesField = 'documents' | 'texts'

/** A `/rerank` endpoint as vLLM, Jina, Cohere and Text Embeddings Inference have it. Throws EmbeddingError where it does not answer as it should. */
export function createEndpointReranker(options: EndpointRerankerOptions): Reranker {
  const { apiKey, model, timeoutMs = 10_000, fetch: send = fetch } = options
  const address = `${options.baseUrl.replace(/\/+$/, '')}/rerank`
  let field: PassagesField = 'documents'

  async function ask(
    question: string,
    passages: readonly string[],
    by: PassagesField,
    signal?: AbortSignal,
  ): Promise<Response> {
    const deadline = AbortSignal.timeout(timeoutMs)
    try {
      return await send(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
        body: JSON.stringify({ model, query: question, [by]: passages }),
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      })
    } catch (error) {
      signal?.throwIfAborted()
      const reason = deadline.aborted ? `gave no answer within ${timeoutMs} ms` : 'cannot be reached'
      throw new EmbeddingError(`The rerank endpoint ${reason}`, { cause: error })
    }
  }

  return {
    name: model,
    async rerank(question, passages, signal) {
      signal?.throwIfAborted()
      if (passages.length === 0) return []
      let response = await ask(question, passages, field, signal)
      if (response.status === 422 || response.status === 400) {
        await response.body?.cancel()
        const other = field === 'documents' ? 'texts' : 'documents'
        response = await ask(question, passages, other, signal)
        if (response.ok) field = other
      }
      if (!response.ok) {
        await response.body?.cancel()
        throw new EmbeddingError(`The rerank endpoint answered ${response.status}`)
      }
      const body: unknown = await response.json().catch(() => undefined)
      signal?.throwIfAborted()
      return readScores(body, passages.length)
    },
  }
}

function readScores(body: unknown, count: number): number[] {
  const results = Array.isArray(body) ? body : (body as { results?: unknown } | undefined)?.results
  const scores: number[] = new Array(count).fill(Number.NaN)
  for (const item of Array.isArray(results) ? results : []) {
    const { index, relevance_score: relevance, score = relevance } = item as Record<string, unknown>
    if (typeof index === 'number' && index in scores && typeof score === 'number') scores[index] = score
  }
  if (scores.some(Number.isNaN)) throw new EmbeddingError('The rerank endpoint did not give one score for each passage')
  return scores
}
