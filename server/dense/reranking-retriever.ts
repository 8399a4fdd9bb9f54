import type { Log } from '../log.ts'
import { createCircuitBreaker } from '../model/circuit-breaker.ts'
import { addFocus } from '../retrieval/focus-passages.ts'
import type { Passage, RankedPassage } from '../retrieval/passage.ts'
import type { Retriever } from '../retrieval/retriever.ts'
import { passageText } from './dense-scopes.ts'
import type { Reranker } from './reranker.ts'

export interface RerankingRetrieverOptions {
  readonly retriever: Retriever
  readonly reranker: Reranker
  /** Only for follow-ups, which look at the passages of one document. */
  readonly passagesOf: (collections: readonly string[]) => readonly Passage[]
  readonly log: Log
  /** How many of the passages found the reranker reads; 16 by default. */
  readonly candidates?: number
  /** Longest wait for the reranker, in milliseconds; 1,500 by default. */
  readonly timeoutMs?: number
}

/**
 * Lets a reranker put the best passages in order. Scores stay on the scale of the search: the best passage takes the best score, the second the second. A
 * reranker that fails or is slow changes nothing; the log says so once, and once more when it is over.
 */
export function createRerankingRetriever(options: RerankingRetrieverOptions): Retriever {
  const { retriever, reranker, passagesOf, log, candidates = 16, timeoutMs = 1_500 } = options
  const breaker = createCircuitBreaker({ failures: 3, coolDownMs: 15_000 })
  let failing = false

  async function relevance(
    question: string,
    found: readonly RankedPassage[],
    signal: AbortSignal | undefined,
  ): Promise<number[] | undefined> {
    const permit = breaker.enter()
    if (permit === null) return undefined
    const late = AbortSignal.timeout(timeoutMs)
    const texts = found.map(({ passage }) => passageText(passage))
    try {
      const scores = await reranker.rerank(
        question,
        texts,
        signal === undefined ? late : AbortSignal.any([signal, late]),
      )
      if (scores.length !== found.length || scores.some(Number.isNaN))
        throw new RangeError('The reranker did not score each passage')
      permit.succeed()
      if (failing) log.info('reranking works again')
      failing = false
      return scores
    } catch (error) {
      signal?.throwIfAborted()
      permit.fail()
      if (!failing)
        log.warn({ err: error, late: late.aborted }, 'reranking failed; passages keep the order of the search')
      failing = true
      return undefined
    } finally {
      permit.cancel()
    }
  }

  return {
    async retrieve(question, collections, retrieveOptions) {
      const { limit, signal } = retrieveOptions
      const { focus, ...unfocused } = question
      const wide = Math.max(limit, candidates)
      const found = await retriever.retrieve(unfocused, collections, { ...retrieveOptions, limit: wide })
      const read = found.passages.slice(0, candidates)
      const scores =
        read.length < 2 || question.searchText.trim() === ''
          ? undefined
          : await relevance(question.searchText, read, signal)
      if (scores === undefined) return retriever.retrieve(question, collections, retrieveOptions)
      const order = read.map((_, place) => place).sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0))
      const reranked = order.flatMap((from, place) => {
        const passage = read[from]?.passage
        return passage === undefined ? [] : [{ passage, score: read[place]?.score ?? 0 }]
      })
      const whole = [...reranked, ...found.passages.slice(candidates)]
      const ranked = focus === undefined ? whole : addFocus(whole, focus, passagesOf(collections), limit)
      return { passages: ranked.slice(0, limit), statistics: found.statistics }
    },
  }
}
