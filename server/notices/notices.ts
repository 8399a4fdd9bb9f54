/** What nodes of one site tell each other at once. Nothing here is the only home of a fact: the database is. */
export type SiteNotice =
  | { readonly kind: 'persona-withdrawn'; readonly personaId: string }
  | { readonly kind: 'knowledge-changed'; readonly hash: string }
  | { readonly kind: 'turn-stop'; readonly answerId: string }
  | { readonly kind: 'session-forgotten'; readonly sessionId: string; readonly answerIds: readonly string[] }

export interface Notices {
  /** Tells every node, this one too. */
  publish(notice: SiteNotice): Promise<void>
  /** Returns the function that ends the subscription. */
  subscribe(listener: (notice: SiteNotice) => void): () => void
  close(): Promise<void>
}
