import type { Analyzer } from '../retrieval/analyzer.ts'
import { buildLexicalIndex, type LexicalIndex } from '../retrieval/lexical-index.ts'
import type { Passage, RankedPassage } from '../retrieval/passage.ts'

export interface PackSearch {
  readonly statistics: LexicalIndex['statistics']
  /** The best passages for a question, by the production search. */
  find(text: string, limit: number): RankedPassage[]
}

/** Makes passages searchable as the server does. */
export function searchPack(passages: readonly Passage[], analyzer: Analyzer): PackSearch {
  const index = buildLexicalIndex(
    passages.map(({ title, headings, text }) => ({ title, headings, text })),
    analyzer,
  )
  return {
    statistics: index.statistics,
    find: (text, limit) =>
      index.search(text, limit).flatMap(({ ordinal, score }) => {
        const passage = passages[ordinal]
        return passage === undefined ? [] : [{ passage, score }]
      }),
  }
}
