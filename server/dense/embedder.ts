/** Models made for search embed a question and a passage differently. */
export type EmbeddedKind = 'query' | 'passage'

/** Turns texts into vectors whose dot product says how close their meanings are. */
export interface Embedder {
  /** Names the model and everything else that shapes its vectors: vectors of different names do not compare. */
  readonly name: string
  /** Numbers in a vector, where that is known before the first call. */
  readonly dimensions?: number
  /**
   * One unit vector for each text, in order. Texts longer than the model reads are cut by it. Throws {@link EmbeddingError} where the model does not
   * give them, and the reason of `signal` when it aborts.
   */
  embed(texts: readonly string[], kind: EmbeddedKind, signal?: AbortSignal): Promise<Float32Array[]>
  close?(): Promise<void>
}

/** A model that could not be opened or did not answer. The message is for operators and holds no text that was to be embedded. */
export class EmbeddingError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EmbeddingError'
  }
}

/** The vector made one long, as float32. Throws {@link EmbeddingError} for a vector without a direction: all zero, or with a number that is none. */
export function unitVector(values: ArrayLike<number>): Float32Array {
  let sum = 0
  for (let at = 0; at < values.length; at += 1) sum += (values[at] ?? 0) ** 2
  const length = Math.sqrt(sum)
  if (!(length > 0 && Number.isFinite(length)))
    throw new EmbeddingError('The embedding model gave a vector without a direction')
  return Float32Array.from(values, (value) => value / length)
}
