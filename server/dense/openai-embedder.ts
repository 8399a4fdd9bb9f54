import { setTimeout as wait } from 'node:timers/promises'
import OpenAI, { APIError } from 'openai'
import { readModelFailure } from '../model/openai-model-failure.ts'
import { retryDelayMs } from '../model/retry.ts'
import { type EmbeddedKind, type Embedder, EmbeddingError, unitVector } from './embedder.ts'
import { familyPrefixes } from './local-model-folder.ts'

export interface OpenAiEmbedderOptions {
  /** Up to and with `/v1`. */
  readonly baseUrl: string
  /** Empty where the server asks for none. */
  readonly apiKey: string
  readonly model: string
  /** Longest wait for one request, in milliseconds; 30,000 by default. A question's own deadline is its signal. */
  readonly timeoutMs?: number
  /** Tries after the first one; 3 by default. */
  readonly maxRetries?: number
  /** The most texts of one request; 64 by default. Where a server takes fewer, that is found out. */
  readonly batchSize?: number
  /** Put before the texts, for models trained so; by default what the model's name calls for (BGE, E5). */
  readonly prefixes?: Readonly<Record<EmbeddedKind, string>>
  readonly random?: () => number
}

/** Any OpenAI-compatible `/embeddings` endpoint. Busy or failing servers are asked again; what stays a failure is an EmbeddingError. */
export function createOpenAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const { baseUrl, model, timeoutMs = 30_000, maxRetries = 3, random = Math.random } = options
  const prefixes = options.prefixes ?? familyPrefixes(model)
  const client = new OpenAI({
    baseURL: baseUrl,
    apiKey: options.apiKey || 'none',
    // Left out, the client would read these from the environment.
    organization: null,
    project: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: timeoutMs,
  })
  let batchSize = Math.max(1, options.batchSize ?? 64)

  async function request(input: string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    const deadline = AbortSignal.timeout(timeoutMs)
    const { data } = await client.embeddings.create(
      // Asked for nothing, the client wants base64 and misreads the plain numbers of servers that do not know it.
      { model, input, encoding_format: 'float' },
      { signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]) },
    )
    return readVectors(data, input.length)
  }

  async function embedBatch(texts: string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    for (let tries = 0; ; ) {
      try {
        return await request(texts, signal)
      } catch (error) {
        signal?.throwIfAborted()
        if (texts.length > 1 && refusesBatch(error)) {
          const half = Math.ceil(texts.length / 2)
          batchSize = Math.min(batchSize, half)
          const first = await embedBatch(texts.slice(0, half), signal)
          return [...first, ...(await embedBatch(texts.slice(half), signal))]
        }
        if (error instanceof EmbeddingError) throw error
        const failure = readModelFailure(error, Date.now())
        if (!failure.retryable || tries >= maxRetries) {
          throw new EmbeddingError(`The embedding endpoint failed: ${failure.error.message}`, { cause: failure.error })
        }
        await wait(retryDelayMs(tries, failure.retryAfterMs, { random }), undefined, signal && { signal }).catch(() =>
          signal?.throwIfAborted(),
        )
        tries += 1
      }
    }
  }

  return {
    name: `${model}@${new URL(baseUrl).host}${prefixes.query === '' && prefixes.passage === '' ? '' : '-prefixed'}`,
    async embed(texts, kind, signal) {
      signal?.throwIfAborted()
      const vectors: Float32Array[] = []
      while (vectors.length < texts.length) {
        // An empty text is an error for some servers, a space is not.
        const batch = texts
          .slice(vectors.length, vectors.length + batchSize)
          .map((text) => prefixes[kind] + text || ' ')
        vectors.push(...(await embedBatch(batch, signal)))
      }
      return vectors
    },
  }
}

/** Servers limit how many texts, or how many tokens, one request has; they say so with one of these. */
function refusesBatch(error: unknown): boolean {
  return error instanceof APIError && (error.status === 400 || error.status === 413 || error.status === 422)
}

function readVectors(data: unknown, count: number): Float32Array[] {
  const vectors: Float32Array[] = []
  for (const [place, item] of (Array.isArray(data) ? data : []).entries()) {
    const { embedding, index = place } = item as { embedding?: unknown; index?: number }
    if (Array.isArray(embedding) && embedding.length > 0) vectors[index] = unitVector(embedding)
  }
  const width = vectors[0]?.length
  const whole =
    vectors.length === count && Array.from(vectors).every((vector) => vector !== undefined && vector.length === width)
  if (!whole) throw new EmbeddingError('The embedding endpoint did not give one vector for each text')
  return vectors
}
