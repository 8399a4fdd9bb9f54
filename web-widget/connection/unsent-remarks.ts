import type { ClientMessage } from '../../server/protocol/client-message.ts'

/** What is said of answers (ratings, how far each was heard) waits here while there is no connection. */
export interface UnsentRemarks {
  /** Keeps the newest remark of each `key`. */
  keep(key: string, remark: ClientMessage): void
  /** Hands over all that waits. */
  take(): ClientMessage[]
}

export function createUnsentRemarks(): UnsentRemarks {
  const waiting = new Map<string, ClientMessage>()
  return {
    keep: (key, remark) => void waiting.set(key, remark),
    take() {
      const remarks = [...waiting.values()]
      waiting.clear()
      return remarks
    },
  }
}
