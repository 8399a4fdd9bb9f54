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
  /** Starts a stream; an older epoch of the same answer is no longer followed. */
  open(answerId: string, epoch: string): Promise<void>
  /** Adds frames in order. Throws where a `seq` is not the next one or the epoch is not the current one. */
  append(answerId: string, epoch: string, frames: readonly AnswerFrame[]): Promise<void>
  /**
   * Follows an answer from a cursor: every frame after `cursor.seq` in order and then live ones until `answer-end`;
   * or, where the cursor's epoch is not current or it points past what is there, one `replaced` first. Yields
   * `undefined` once and ends where the store does not hold the answer (any more): the caller asks the records.
   * When a new epoch is opened meanwhile, `replaced` comes again. Ends silently when `signal` aborts.
   */
  follow(answerId: string, cursor: AnswerCursor | null, signal: AbortSignal): AsyncIterable<AnswerEvent | undefined>
  /** Forgets the answer at once (a visitor deleted the conversation). Readers end. */
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
