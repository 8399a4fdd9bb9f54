import type { EmbeddingsInterface } from '@langchain/core/embeddings'
import { type Embedder, EmbeddingError, unitVector } from '../dense/embedder.ts'

export interface LangChainEmbedderOptions {
  readonly embeddings: EmbeddingsInterface
  /** Names the model behind it and what shapes its vectors: vectors kept on disk are found again by it. */
  readonly name: string
  /** The most texts of one call; 64 by default. */
  readonly batchSize?: number
}

/** Any LangChain `Embeddings` as an embedder of this system. LangChain's interface knows no signal: an aborted call rejects at once and its result is dropped. */
export function createLangChainEmbedder({ embeddings, name, batchSize = 64 }: LangChainEmbedderOptions): Embedder {
  return {
    name,
    async embed(texts, kind, signal) {
      const vectors: Float32Array[] = []
      for (let from = 0; from < texts.length; from += batchSize) {
        signal?.throwIfAborted()
        const batch = texts.slice(from, from + batchSize)
        const made =
          kind === 'query'
            ? Promise.all(batch.map((text) => embeddings.embedQuery(text)))
            : embeddings.embedDocuments(batch)
        vectors.push(...(await unlessAborted(made, signal)).map(unitVector))
        if (vectors.length !== from + batch.length)
          throw new EmbeddingError(`${name} did not give one vector for each text`)
      }
      return vectors
    },
  }
}

function unlessAborted<Value>(made: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return made
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    made.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
