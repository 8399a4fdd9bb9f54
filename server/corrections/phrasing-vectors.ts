import type { Embedder } from '../dense/embedder.ts'
import type { Log } from '../log.ts'
import type { CorrectionBook } from './correction-book.ts'
import { phrasingsOf } from './live-correction.ts'

/** The phrasings of live corrections by their meaning. */
export interface PhrasingVectors {
  /**
   * Ids of the persona's corrections that are nearest to a question in meaning, the nearest first; those whose vectors
   * are there already. Throws what the embedder throws, and the reason of `signal` when it aborts.
   */
  nearest(personaId: string, question: string, limit: number, signal: AbortSignal): Promise<readonly string[]>
  /** Resolves when all phrasings that are live now have vectors, or could not get them. */
  ready(): Promise<void>
  close(): Promise<void>
}

export interface PhrasingVectorsParts {
  readonly book: Pick<CorrectionBook, 'all' | 'live' | 'onChange'>
  /** One that keeps the vectors of passages by the hash of their text (`openCachedEmbedder`), else each start makes them anew. */
  readonly embedder: Embedder
  readonly log: Log
}

/** A closeness (dot product of unit vectors) below which two questions do not even share a topic, for common models. */
const LEAST_CLOSE = 0.5

/** Computes the vectors in the background, now and after each change of what is live. */
export function openPhrasingVectors({ book, embedder, log }: PhrasingVectorsParts): PhrasingVectors {
  const vectors = new Map<string, Float32Array>()
  const closing = new AbortController()
  let preparing: Promise<void> = Promise.resolve()

  async function prepare(): Promise<void> {
    const live = new Set(book.all().flatMap(({ content }) => phrasingsOf(content)))
    for (const text of vectors.keys()) if (!live.has(text)) vectors.delete(text)
    const missing = [...live].filter((text) => !vectors.has(text))
    if (missing.length === 0) return
    const made = await embedder.embed(missing, 'passage', closing.signal)
    for (const [place, text] of missing.entries()) {
      const vector = made[place]
      if (vector !== undefined) vectors.set(text, vector)
    }
  }

  function begin(): void {
    preparing = preparing.then(prepare).catch((error) => {
      if (!closing.signal.aborted) log.warn({ err: error }, 'vectors of corrections could not be made')
    })
  }

  begin()
  const stopListening = book.onChange(begin)
  return {
    async nearest(personaId, question, limit, signal) {
      const live = book.live(personaId)
      if (!live.some(({ content }) => vectors.has(content.question))) return []
      const [asked] = await embedder.embed([question], 'query', signal)
      if (asked === undefined) return []
      return live
        .map(({ id, content }) => ({
          id,
          closeness: Math.max(...phrasingsOf(content).map((text) => closenessOf(asked, vectors.get(text)))),
        }))
        .filter(({ closeness }) => closeness >= LEAST_CLOSE)
        .sort((left, right) => right.closeness - left.closeness)
        .slice(0, limit)
        .map(({ id }) => id)
    },
    ready: () => preparing,
    async close() {
      closing.abort()
      stopListening()
      await preparing
    },
  }
}

function closenessOf(one: Float32Array, other: Float32Array | undefined): number {
  if (other === undefined) return -1
  let sum = 0
  for (let at = 0; at < one.length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0)
  return sum
}
