import type { Log } from '../log.ts'
import { createCircuitBreaker } from '../model/circuit-breaker.ts'
import { addFocus } from '../retrieval/focus-passages.ts'
import type { Passage } from '../retrieval/passage.ts'
import type { Retriever } from '../retrieval/retriever.ts'
import { createDenseScopes, type DenseScope } from './dense-scopes.ts'
import type { Embedder } from './embedder.ts'
import { fuse } from './fuse.ts'

export interface HybridRetrieverOptions {
  readonly lexical: Retriever
  /** Gives the same array for as long as nothing changed. */
  readonly passagesOf: (collections: readonly string[]) => readonly Passage[]
  /** Used as it is: give one that keeps what it computed. */
  readonly embedder: Embedder
  readonly log: Log
  /** The share of the meaning in a score, 0 to 1; 0.5 by default. */
  readonly weight?: number
  /** Longest wait for the vector of a question, in milliseconds; 300 by default. */
  readonly timeoutMs?: number
  readonly retryMs?: number
}

export interface HybridRetriever extends Retriever {
  /** Resolves when the vectors of these collections, as they are now, are ready. Called early, it makes them ready before the first question. */
  prepare(collections: readonly string[]): Promise<void>
  close(): Promise<void>
}

const FEWEST_CANDIDATES = 50

/**
 * Search by words and by meaning together. Until the vectors of some collections are ready, and whenever the embedder fails or is slow, it is the search by
 * words alone; the log says so once, and once more when it is over.
 */
export function createHybridRetriever(options: HybridRetrieverOptions): HybridRetriever {
  const { lexical, passagesOf, embedder, log, weight = 0.5, timeoutMs = 300, retryMs } = options
  const scopes = createDenseScopes({ passagesOf, embedder, log, ...(retryMs !== undefined && { retryMs }) })
  // A server that hangs would otherwise cost every question the whole wait.
  const breaker = createCircuitBreaker({ failures: 3, coolDownMs: 15_000 })
  let failing = false

  async function meaningOf(
    text: string,
    scope: DenseScope,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array | undefined> {
    const permit = breaker.enter()
    if (permit === null) return undefined
    const late = AbortSignal.timeout(timeoutMs)
    try {
      const [query] = await embedder.embed(
        [text],
        'query',
        signal === undefined ? late : AbortSignal.any([signal, late]),
      )
      if (query === undefined) return undefined
      const cosines = await scope.index.compare(query, signal)
      permit.succeed()
      if (failing) log.info('search by meaning works again')
      failing = false
      return cosines
    } catch (error) {
      signal?.throwIfAborted()
      permit.fail()
      if (!failing)
        log.warn({ err: error, late: late.aborted }, 'search by meaning failed; questions are searched by words alone')
      failing = true
      return undefined
    } finally {
      permit.cancel()
    }
  }

  return {
    async retrieve(question, collections, retrieveOptions) {
      const { limit, signal } = retrieveOptions
      signal?.throwIfAborted()
      const scope = question.searchText.trim() === '' ? undefined : scopes.ready(collections)
      if (scope === undefined || scope.index.size === 0) return lexical.retrieve(question, collections, retrieveOptions)
      const { focus, ...unfocused } = question
      const candidates = Math.max(FEWEST_CANDIDATES, limit * 4)
      const embedding = meaningOf(question.searchText, scope, signal)
      // Awaited below; should the search by words throw first, this must not go unheard.
      embedding.catch(() => undefined)
      const byWords = await lexical.retrieve(unfocused, collections, { ...retrieveOptions, limit: candidates })
      const cosines = await embedding
      signal?.throwIfAborted()
      if (cosines === undefined) return lexical.retrieve(question, collections, retrieveOptions)
      const { passages } = scope
      const fused = fuse({ lexical: byWords.passages, passages, cosines, candidates, weight, limit: candidates })
      const ranked = focus === undefined ? fused : addFocus(fused, focus, passages, limit)
      return { passages: ranked.slice(0, limit), statistics: byWords.statistics }
    },
    async prepare(collections) {
      await scopes.whenReady(collections)
    },
    close: scopes.close,
  }
}
