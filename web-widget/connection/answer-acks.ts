import type { ClientMessage } from '../../server/protocol/client-message.ts'
import type { Turn } from './conversation-state.ts'

const ACK_INTERVAL_MS = 1_000

export interface AnswerAcks {
  /** More of this turn's answer is on the screen. */
  shown(turnId: string): void
  dispose(): void
}

/** Tells the server how much of the running answer is shown, at most once a second. */
export function createAnswerAcks(
  turnOf: (turnId: string) => Turn | undefined,
  send: (frame: ClientMessage) => void,
): AnswerAcks {
  let timer: ReturnType<typeof setTimeout> | null = null
  let newest = ''
  let last = 0
  const acknowledge = (): void => {
    timer = null
    last = Date.now()
    const answer = turnOf(newest)?.answer
    if (answer?.ending !== null || answer.seq <= 0) return
    send({ type: 'answer-ack', answerId: answer.answerId, epoch: answer.epoch, seq: answer.seq })
  }
  return {
    shown(turnId) {
      newest = turnId
      timer ??= setTimeout(acknowledge, Math.max(0, last + ACK_INTERVAL_MS - Date.now()))
    },
    dispose() {
      if (timer !== null) clearTimeout(timer)
    },
  }
}
