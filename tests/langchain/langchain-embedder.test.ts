import { FakeEmbeddings, SyntheticEmbeddings } from '@langchain/core/utils/testing'
import { describe, expect, it } from 'vitest'
import { createLangChainEmbedder } from '../../server/langchain/langchain-embedder.ts'

describe("LangChain's embeddings as an embedder", () => {
  it('gives the same vectors, made one long', async () => {
    const embeddings = new SyntheticEmbeddings({ vectorSize: 8 })
    const embedder = createLangChainEmbedder({ embeddings, name: 'synthetic', batchSize: 2 })
    // The synthetic ones read the letters a to z.
    const texts = ['dry the electrodes first', 'it rains', 'my master']
    const vectors = await embedder.embed(texts, 'passage')
    const plain = await embeddings.embedDocuments(texts)
    for (const [place, vector] of vectors.entries()) {
      const length = Math.hypot(...(plain[place] ?? []))
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
      for (const [at, value] of vector.entries()) expect(value).toBeCloseTo((plain[place]?.[at] ?? 0) / length, 5)
    }
    expect(await embedder.embed(['it rains'], 'query')).toEqual([vectors[1]])
  })

  it('says which one gave a vector without a direction, or too few', async () => {
    const zero = createLangChainEmbedder({
      embeddings: { embedQuery: async () => [0, 0], embedDocuments: async () => [] },
      name: 'broken',
    })
    await expect(zero.embed(['焊'], 'query')).rejects.toThrow('direction')
    await expect(zero.embed(['焊'], 'passage')).rejects.toThrow('broken did not give one vector for each text')
  })

  it('leaves at once when it is aborted', async () => {
    const embeddings = new FakeEmbeddings()
    embeddings.embedDocuments = () => new Promise(() => undefined)
    const leave = new AbortController()
    const asked = createLangChainEmbedder({ embeddings, name: 'slow' }).embed(['焊'], 'passage', leave.signal)
    leave.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
  })
})
