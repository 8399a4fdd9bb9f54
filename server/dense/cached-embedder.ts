import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { EmbeddedKind, Embedder } from './embedder.ts'
import { openVectorStore, type VectorStore } from './vector-store.ts'

export interface CachedEmbedderOptions {
  readonly embedder: Embedder
  /** The folder of the files, one a model; it may be emptied at any time that the server does not run. */
  readonly dir: string
  /** Hears that vectors could not be kept; they are then computed again at the next start. */
  readonly onCacheError?: (error: unknown) => void
}

export interface CachedEmbedder extends Embedder {
  /** How many of some passages are kept already. */
  keptOf(texts: readonly string[]): number
}

/** How many questions' vectors stay in memory. Questions are never written to disk: they are visitors' words. */
const QUESTIONS_KEPT = 500

/** Keeps every passage's vector on disk by the hash of model, kind and text, and the last questions' in memory. Closing it closes the embedder. */
export async function openCachedEmbedder({
  embedder,
  dir,
  onCacheError,
}: CachedEmbedderOptions): Promise<CachedEmbedder> {
  const file = createHash('sha256').update(embedder.name).digest('hex').slice(0, 16)
  const store = await openVectorStore(join(dir, `${file}.vectors`), embedder.name)
  const questions = new Map<string, Float32Array>()
  const keyOf = (text: string, kind: EmbeddedKind) =>
    createHash('sha256').update(`${embedder.name}\n${kind}\n${text}`).digest('hex').slice(0, 32)

  async function embedQuestion(text: string, signal: AbortSignal | undefined): Promise<Float32Array> {
    const known = questions.get(text)
    const [vector] = known === undefined ? await embedder.embed([text], 'query', signal) : [known]
    if (vector === undefined) throw new RangeError('an embedder gives one vector for each text')
    // Put last again, so that the first of the map is the one not asked for longest.
    questions.delete(text)
    questions.set(text, vector)
    for (const oldest of questions.keys()) {
      if (questions.size <= QUESTIONS_KEPT) break
      questions.delete(oldest)
    }
    return vector
  }

  return {
    name: embedder.name,
    ...(embedder.dimensions !== undefined && { dimensions: embedder.dimensions }),
    async embed(texts, kind, signal) {
      signal?.throwIfAborted()
      if (kind === 'query') return Promise.all(texts.map((text) => embedQuestion(text, signal)))
      const keys = texts.map((text) => keyOf(text, kind))
      const vectors = await store.read(keys)
      const missing = new Map(
        keys.flatMap((key, place) => (vectors[place] === undefined ? [[key, texts[place] ?? '']] : [])),
      )
      const made = missing.size === 0 ? [] : await embedder.embed([...missing.values()], kind, signal)
      const entries = [...missing.keys()].flatMap((key, place) => {
        const vector = made[place]
        return vector === undefined ? [] : [{ key, vector }]
      })
      await keep(store, entries, onCacheError)
      const byKey = new Map(entries.map(({ key, vector }) => [key, vector]))
      return keys.map((key, place) => {
        const vector = vectors[place] ?? byKey.get(key)
        if (vector === undefined) throw new RangeError('an embedder gives one vector for each text')
        return vector
      })
    },
    keptOf: (texts) => texts.filter((text) => store.has(keyOf(text, 'passage'))).length,
    async close() {
      await embedder.close?.()
      await store.close()
    },
  }
}

async function keep(
  store: VectorStore,
  entries: readonly { key: string; vector: Float32Array }[],
  onCacheError: ((error: unknown) => void) | undefined,
): Promise<void> {
  try {
    await store.append(entries)
  } catch (error) {
    onCacheError?.(error)
  }
}
