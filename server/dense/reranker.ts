/** Reads a question and a passage together and says how well the one answers the other: slower than vectors, and more exact. */
export interface Reranker {
  readonly name: string
  /** One number for each passage, in order; higher fits better, and numbers compare only within one call. Throws where the model does not answer. */
  rerank(question: string, passages: readonly string[], signal?: AbortSignal): Promise<number[]>
  close?(): Promise<void>
}
