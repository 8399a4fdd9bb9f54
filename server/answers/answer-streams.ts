import type { AnswerCursor } from '../protocol/client-message.ts'
import type { AnswerDelta, AnswerEnd, AnswerFrame } from '../protocol/server-message.ts'

/** What a reader is given: frames in order, or the whole text so far in one step where frames are missing. */
export type AnswerEvent =
  | AnswerFrame
  | {
      readonly type: 'replaced'
      readonly epoch: string
      readonly deltas: readonly AnswerDelta[]
      readonly end?: AnswerEnd
    }

/**
 * Resumable answer streams: hot state that every reader of an answer follows, on any node. A stream is one
 * `(answerId, epoch)`; `seq` in it is contiguous from 1 and the store refuses any other, so that a second producer
 * cannot write into it.
 */
export interface AnswerStreams {
  /**
   * Starts a stream; an older epoch of the same answer is no longer followed. Opening the current epoch again changes
   * nothing. Throws `AnswerStreamRefused` where the epoch was replaced by another or the answer was forgotten.
   */
  open(answerId: string, epoch: string): Promise<void>
  /**
   * Adds frames in order, all or none. Throws `AnswerStreamRefused` where a `seq` is not the next one, the epoch is
   * not the current one, or the store does not hold the answer (any more).
   */
  append(answerId: string, epoch: string, frames: readonly AnswerFrame[]): Promise<void>
  /**
   * Follows an answer from a cursor (null: from the current epoch's first frame): every frame after `cursor.seq` in
   * order and then live ones until `answer-end`; or, where the cursor's epoch is not current or it points past what is
   * there, one `replaced` first. Yields `undefined` once and ends where the store does not hold the answer (any more):
   * the caller asks the records. When a new epoch is opened meanwhile, `replaced` comes again. Ends silently when
   * `signal` aborts, when the store is closed, and where the cursor is at `answer-end` already. Rejects where the
   * store is away.
   */
  follow(answerId: string, cursor: AnswerCursor | null, signal: AbortSignal): AsyncIterable<AnswerEvent | undefined>
  /**
   * Forgets the answer at once (a visitor deleted the conversation). Readers end, with `undefined`; writing to it is
   * refused from then on.
   */
  forget(answerId: string): Promise<void>
  close(): Promise<void>
}

/** How long a stream stays readable after its end, and how much of it is kept. */
export interface AnswerStreamLimits {
  /** Milliseconds after `answer-end`. */
  readonly keepAfterEndMs: number
  /** Milliseconds without an append after which a stream that never ended is dropped. */
  readonly keepRunningMs: number
}
