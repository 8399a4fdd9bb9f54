import type { PackPassage } from '../../../server/evaluation/retrieval-pack.ts'
import type { PackageLoader, Peer } from './peer.ts'

interface MiniSearch {
  addAll(documents: readonly PackPassage[]): void
  search(query: string): { id: string }[]
}
type MiniSearchClass = new (options: { fields: readonly string[]; tokenize?: (text: string) => string[] }) => MiniSearch

function miniSearch(name: string, tokenize?: (text: string) => string[]): Omit<Peer, 'sampleAbove'> {
  return {
    name,
    packages: ['minisearch'],
    async index(passages, load: PackageLoader) {
      const MiniSearch = load<MiniSearchClass>('minisearch')
      const search = new MiniSearch({ fields: ['title', 'text'], ...(tokenize === undefined ? {} : { tokenize }) })
      search.addAll(passages)
      return (question, limit) =>
        search
          .search(question)
          .slice(0, limit)
          .map(({ id }) => id)
    },
  }
}

export const miniSearchDefault: Peer = miniSearch('MiniSearch, default')

const segmenter = new Intl.Segmenter('zh', { granularity: 'word' })

export const miniSearchIntl: Peer = {
  ...miniSearch('MiniSearch, Intl.Segmenter words', (text) =>
    [...segmenter.segment(text)].flatMap(({ segment, isWordLike }) => (isWordLike ? [segment] : [])),
  ),
  sampleAbove: 10_000,
}
