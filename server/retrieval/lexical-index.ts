import type { Analyzer } from './analyzer.ts'
import { collectPostings } from './collect-postings.ts'
import type { IndexablePassage } from './passage.ts'
import type { Postings } from './postings.ts'
import type { TermStatistics } from './retriever.ts'
import { createSearch, type Hit, type SearchOptions } from './search-index.ts'
import { createStatistics } from './term-statistics.ts'

/** What the index reads of a passage. Passages with the same `documentId` support each other. */

export interface LexicalIndex {
  readonly postings: Postings
  readonly statistics: TermStatistics
  /**
   * The best passages for a question by their position in the index, best first; equal scores in the order of the
   * index.
   */
  search(queryText: string, limit: number, options?: SearchOptions): Hit[]
}

/** Builds the index of some passages; `ordinal` of a hit is the position in `passages`. */
export function buildLexicalIndex(passages: Iterable<IndexablePassage>, analyzer: Analyzer): LexicalIndex {
  const collecting = collectPostings([...passages], analyzer)
  let step = collecting.next()
  while (step.done !== true) step = collecting.next()
  return openLexicalIndex(step.value, analyzer)
}

/** Like `buildLexicalIndex`, but lets other work through every few milliseconds. */
export async function buildLexicalIndexInSlices(
  passages: Iterable<IndexablePassage>,
  analyzer: Analyzer,
): Promise<LexicalIndex> {
  const collecting = collectPostings([...passages], analyzer)
  let step = collecting.next()
  while (step.done !== true) {
    await new Promise((resolve) => setImmediate(resolve))
    step = collecting.next()
  }
  return openLexicalIndex(step.value, analyzer)
}

/** Makes postings, built or loaded, searchable. */
export function openLexicalIndex(postings: Postings, analyzer: Analyzer): LexicalIndex {
  return {
    postings,
    statistics: createStatistics(postings),
    search: createSearch(postings, analyzer),
  }
}
