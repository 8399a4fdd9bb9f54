import type { AnswerCursor } from '../protocol/client-message.ts'
import type { AnswerFrame } from '../protocol/server-message.ts'
import type { AnswerEvent } from './answer-streams.ts'
import type { WakeUps } from './wake-ups.ts'

/** Milliseconds after which a reader looks again although nobody woke it: a wake-up may be lost, a frame may not. */
export const FOLLOW_POLL_MS = 1000

/** What a store holds of an answer at one moment. */
export interface AnswerReading {
  /** The current epoch. */
  readonly epoch: string
  /**
   * True where the reader's position is of this epoch and not past its end: `frames` are then those after it;
   * otherwise they are all frames of the epoch.
   */
  readonly continues: boolean
  readonly frames: readonly AnswerFrame[]
  /** Whether the epoch has its `answer-end`. */
  readonly ended: boolean
}

/** Reads an answer at one moment, all or nothing; undefined where the store does not hold it. `at` null: from the start. */
export type ReadAnswer = (
  answerId: string,
  at: { readonly epoch: string; readonly seq: number } | null,
) => AnswerReading | undefined | Promise<AnswerReading | undefined>

/**
 * Follows an answer by reading after each wake-up, from the reader's own position: see `AnswerStreams.follow`. Ends
 * silently where the store was closed (and woke its readers).
 * Reading is the only way a frame comes here, so that a lost or doubled wake-up neither loses nor doubles a frame.
 */
export async function* followAnswer(
  read: ReadAnswer,
  wakeUps: WakeUps,
  answerId: string,
  cursor: AnswerCursor | null,
  signal: AbortSignal,
  isClosed: () => boolean,
): AsyncGenerator<AnswerEvent | undefined, void, undefined> {
  let at = cursor === null ? null : { epoch: cursor.epoch, seq: cursor.seq }
  const waiter = wakeUps.join(answerId)
  try {
    while (!signal.aborted && !isClosed()) {
      waiter.reset()
      const reading = await read(answerId, at)
      if (signal.aborted || isClosed()) return
      if (!reading) {
        yield undefined
        return
      }
      const { epoch, frames } = reading
      if (reading.continues) {
        for (const frame of frames) {
          yield frame
          if (signal.aborted) return
        }
      } else yield replaced(epoch, frames)
      if (reading.ended) return
      at = { epoch, seq: frames.at(-1)?.seq ?? (reading.continues ? (at?.seq ?? 0) : 0) }
      await waiter.wait(FOLLOW_POLL_MS, signal)
    }
  } finally {
    waiter.leave()
  }
}

function replaced(epoch: string, frames: readonly AnswerFrame[]): AnswerEvent {
  const deltas = frames.filter((frame) => frame.type === 'answer-delta')
  const end = frames.find((frame) => frame.type === 'answer-end')
  return { type: 'replaced', epoch, deltas, ...(end && { end }) }
}
