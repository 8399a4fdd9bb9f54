import { join } from 'node:path'
import type { KnowledgeLibrary } from '../knowledge/knowledge-library.ts'
import type { Log } from '../log.ts'
import type { KnowledgeSearch } from '../retrieval/knowledge-search.ts'
import type { Retriever } from '../retrieval/retriever.ts'
import { openCachedEmbedder } from './cached-embedder.ts'
import type { Embedder } from './embedder.ts'
import { createHybridRetriever } from './hybrid-retriever.ts'
import type { Reranker } from './reranker.ts'
import { createRerankingRetriever } from './reranking-retriever.ts'
import { createScopePassages } from './scope-passages.ts'

export interface DenseSearchOptions {
  readonly search: KnowledgeSearch
  readonly library: KnowledgeLibrary
  readonly embedder?: Embedder | undefined
  readonly reranker?: Reranker | undefined
  /** Vectors are kept in the folder `vectors` below it. */
  readonly cacheDir: string
  readonly log: Log
}

export interface DenseSearch extends KnowledgeSearch {
  /** The embedder with its kept vectors, where there is one. */
  readonly embedder?: Embedder
  close(): Promise<void>
}

/**
 * Adds search by meaning and reranking, whichever is given, to the search by words. Every persona's vectors are computed in the background, now and after
 * each change of the knowledge. Closing it closes the embedder and the reranker, too.
 */
export async function openDenseSearch(options: DenseSearchOptions): Promise<DenseSearch> {
  const { search, library, embedder, reranker, cacheDir, log } = options
  const passagesOf = createScopePassages(() => library.current().documents)
  const closers: (() => unknown)[] = []
  let retriever: Retriever = search
  let kept: Embedder | undefined
  if (embedder !== undefined) {
    const cached = await openCachedEmbedder({
      embedder,
      dir: join(cacheDir, 'vectors'),
      onCacheError: (error) => log.warn({ err: error }, 'vectors could not be kept'),
    })
    kept = cached
    const hybrid = createHybridRetriever({ lexical: search, passagesOf, embedder: cached, log })
    const prepareAll = () => {
      for (const { collections } of library.current().personas) {
        // What went wrong is in the log already; questions are searched by words meanwhile.
        hybrid.prepare(collections).catch(() => undefined)
      }
    }
    prepareAll()
    closers.push(library.onChange(prepareAll), hybrid.close, () => cached.close?.())
    retriever = hybrid
  }
  if (reranker !== undefined) {
    retriever = createRerankingRetriever({ retriever, reranker, passagesOf, log })
    closers.push(() => reranker.close?.())
  }
  const outermost = retriever
  return {
    ...search,
    ...(kept && { embedder: kept }),
    retrieve: (question, collections, retrieveOptions) => outermost.retrieve(question, collections, retrieveOptions),
    async close() {
      for (const close of closers) await close()
    },
  }
}
