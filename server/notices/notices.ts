import { type Static, Type } from 'typebox'
import { Citation } from '../protocol/citation.ts'

/**
 * What nodes of one site tell each other at once. Nothing here is the only home of a fact: the database is.
 * `resynchronise` comes from the store itself, never from a publisher: notices may have been missed, so that a node
 * reads again what it keeps.
 */
export const SiteNotice = Type.Union([
  Type.Immutable(
    Type.Object({
      kind: Type.Literal('persona-withdrawn'),
      personaId: Type.String(),
      /** Until the pause ends, rather than until the knowledge folder says otherwise. */
      paused: Type.Optional(Type.Boolean()),
    }),
  ),
  Type.Immutable(Type.Object({ kind: Type.Literal('corrections-changed'), personaId: Type.String() })),
  Type.Immutable(Type.Object({ kind: Type.Literal('pauses-changed') })),
  Type.Immutable(Type.Object({ kind: Type.Literal('knowledge-changed'), hash: Type.String() })),
  Type.Immutable(Type.Object({ kind: Type.Literal('turn-stop'), answerId: Type.String() })),
  Type.Immutable(
    Type.Object({
      kind: Type.Literal('turn-started'),
      sessionId: Type.String(),
      turnId: Type.String(),
      answerId: Type.String(),
      epoch: Type.String(),
    }),
  ),
  Type.Immutable(
    Type.Object({
      kind: Type.Literal('answer-progress'),
      sessionId: Type.String(),
      turnId: Type.String(),
      answerId: Type.String(),
      documents: Type.Integer({ minimum: 1 }),
      sources: Type.Immutable(Type.Array(Citation)),
    }),
  ),
  Type.Immutable(
    Type.Object({
      kind: Type.Literal('session-forgotten'),
      sessionId: Type.String(),
      answerIds: Type.Immutable(Type.Array(Type.String())),
    }),
  ),
  Type.Immutable(Type.Object({ kind: Type.Literal('lecturer-reply'), sessionId: Type.String() })),
  Type.Immutable(Type.Object({ kind: Type.Literal('resynchronise') })),
])
export type SiteNotice = Static<typeof SiteNotice>

export interface Notices {
  /**
   * Tells every node, this one too and at once. Rejects where the other nodes could not be told; this one was told
   * nevertheless.
   */
  publish(notice: SiteNotice): Promise<void>
  /** Returns the function that ends the subscription. A listener that throws does not keep the others from hearing. */
  subscribe(listener: (notice: SiteNotice) => void): () => void
  close(): Promise<void>
}
