import type { AnswerFrame } from '../protocol/server-message.ts'
import { AnswerStreamRefused } from './answer-stream-refused.ts'

/**
 * Checks frames that are to be appended together: all of `(answerId, epoch)`, `seq` contiguous from 1 upwards, nothing
 * after `answer-end`. Gives back the first `seq` and whether the last frame ends the answer; undefined where there
 * are none. Throws `AnswerStreamRefused` (`out-of-order`).
 */
export function checkFrames(
  answerId: string,
  epoch: string,
  frames: readonly AnswerFrame[],
): { readonly firstSeq: number; readonly ends: boolean } | undefined {
  const [first] = frames
  if (!first) return undefined
  const fit = frames.every(
    (frame, index) =>
      frame.answerId === answerId &&
      frame.epoch === epoch &&
      frame.seq === first.seq + index &&
      (frame.type === 'answer-delta' || index === frames.length - 1),
  )
  if (!fit || first.seq < 1) throw new AnswerStreamRefused('out-of-order', answerId, epoch)
  return { firstSeq: first.seq, ends: frames.at(-1)?.type === 'answer-end' }
}
