import type { PackageLoader, Peer } from './peer.ts'

interface Orama {
  create(options: { schema: object; components?: object }): object
  insertMultiple(db: object, documents: readonly object[], batchSize: number): unknown
  search(db: object, query: { term: string; limit: number }): unknown
}

function orama(name: string, packages: readonly string[], components: (load: PackageLoader) => object): Peer {
  return {
    name,
    packages,
    async index(passages, load) {
      const { create, insertMultiple, search } = load<Orama>('@orama/orama')
      const db = create({ schema: { title: 'string', text: 'string' }, ...components(load) })
      const documents = passages.map(({ id, title, text }) => ({ id, title, text }))
      await insertMultiple(db, documents, 500)
      return async (term, limit) => {
        const { hits } = (await search(db, { term, limit })) as { hits: readonly { id: string }[] }
        return hits.map(({ id }) => id)
      }
    },
  }
}

export const oramaDefault = orama('Orama, default', ['@orama/orama'], () => ({}))

export const oramaMandarin: Peer = {
  ...orama('Orama, mandarin tokenizer', ['@orama/orama', '@orama/tokenizers'], (load) => {
    const { createTokenizer } = load<{ createTokenizer(): object }>('@orama/tokenizers/mandarin')
    return { components: { tokenizer: createTokenizer() } }
  }),
  sampleAbove: 10_000,
}
