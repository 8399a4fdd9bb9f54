import { type Peer, wholeText } from './peer.ts'

interface Retrievers {
  readonly BM25Retriever: {
    fromDocuments(
      documents: readonly object[],
      options: { k: number },
    ): { invoke(question: string): Promise<{ metadata: { id: string } }[]> }
  }
}
interface Documents {
  readonly Document: new (document: { pageContent: string; metadata: { id: string } }) => object
}

export const langChainBm25: Peer = {
  name: 'LangChain BM25Retriever',
  packages: ['@langchain/community', '@langchain/core'],
  async index(passages, load) {
    const { BM25Retriever } = load<Retrievers>('@langchain/community/retrievers/bm25')
    const { Document } = load<Documents>('@langchain/core/documents')
    const documents = passages.map(
      (passage) => new Document({ pageContent: wholeText(passage), metadata: { id: passage.id } }),
    )
    const retriever = BM25Retriever.fromDocuments(documents, { k: 10 })
    return async (question, limit) => {
      const found = await retriever.invoke(question)
      return found.slice(0, limit).map(({ metadata }) => metadata.id)
    }
  },
}
