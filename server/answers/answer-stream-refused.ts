/** Why a store of answer streams refuses to write: the producer decides on it what to do next. */
export type RefusalReason =
  /** The store does not hold the answer (it was dropped or the store lost it): a producer may open a new epoch. */
  | 'not-held'
  /** Another epoch of the answer is current: another producer took over, this one stops. */
  | 'stale-epoch'
  /** A `seq` is not the next one, or the frames do not belong to the stream. */
  | 'out-of-order'
  /** The stream has its `answer-end`. */
  | 'ended'
  /** A visitor deleted the conversation: nothing may be written any more. */
  | 'forgotten'

const SENTENCES: Record<RefusalReason, string> = {
  'not-held': 'its stream is not held (any more)',
  'stale-epoch': 'another epoch is current',
  'out-of-order': 'a frame is not the next one of its stream',
  ended: 'its stream has ended',
  forgotten: 'it was forgotten on request',
}

/** Whether a store's reply is the reason of a refusal. */
export function isRefusalReason(reply: unknown): reply is RefusalReason {
  return typeof reply === 'string' && Object.hasOwn(SENTENCES, reply)
}

/** Thrown by `open` and `append` where the store is well but the write would break a stream. */
export class AnswerStreamRefused extends Error {
  readonly reason: RefusalReason
  readonly answerId: string
  readonly epoch: string

  constructor(reason: RefusalReason, answerId: string, epoch: string) {
    super(`Answer ${answerId}, epoch ${epoch}, is refused: ${SENTENCES[reason]}`)
    this.name = 'AnswerStreamRefused'
    this.reason = reason
    this.answerId = answerId
    this.epoch = epoch
  }
}
