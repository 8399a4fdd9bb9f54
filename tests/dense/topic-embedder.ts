import { type EmbeddedKind, type Embedder, unitVector } from '../../server/dense/embedder.ts'

export interface TopicEmbedder extends Embedder {
  readonly calls: { readonly kind: EmbeddedKind; readonly texts: readonly string[] }[]
  /** Runs before each call answers; may wait or throw. */
  before: (kind: EmbeddedKind, signal?: AbortSignal) => Promise<void> | void
}

/** An embedder that understands a few topics: texts with words of the same topic lie close together, whatever words they are. */
export function topicEmbedder(topics: readonly RegExp[]): TopicEmbedder {
  const made: TopicEmbedder = {
    name: 'topics',
    calls: [],
    before: () => undefined,
    async embed(texts, kind, signal) {
      signal?.throwIfAborted()
      made.calls.push({ kind, texts })
      await made.before(kind, signal)
      return texts.map((text) => unitVector([0.1, ...topics.map((topic) => (topic.test(text) ? 1 : 0))]))
    },
  }
  return made
}
