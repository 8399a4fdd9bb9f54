import { type Peer, wholeText } from './peer.ts'

interface FlexSearch {
  readonly Charset: { readonly CJK: object }
  readonly Index: new (options: {
    encoder: object
  }) => {
    add(id: number, text: string): void
    search(query: string, options: { limit: number; suggest: boolean }): number[]
  }
}

function flexSearch(name: string, suggest: boolean): Peer {
  return {
    name,
    packages: ['flexsearch'],
    async index(passages, load) {
      const { Charset, Index } = load<FlexSearch>('flexsearch')
      const search = new Index({ encoder: Charset.CJK })
      for (const [place, passage] of passages.entries()) search.add(place, wholeText(passage))
      return (question, limit) =>
        search.search(question, { limit, suggest }).map((place) => passages[Number(place)]?.id ?? '')
    },
  }
}

export const flexSearchDefault = flexSearch('FlexSearch, CJK, default', false)
export const flexSearchSuggest = flexSearch('FlexSearch, CJK, suggest', true)
