import type { ServerMessage } from '../../protocol/server-message.ts'
import type { Replies, WaitingReply } from './replies.ts'

/** Gives one client the replies that wait for its session. */
export interface ReplyHandOver {
  /** Sends what waits and was not sent over this connection before. */
  offer(sessionId: string): Promise<void>
  /** The client has shown that it reads: what was sent before is delivered. */
  heard(): Promise<void>
}

export interface ReplyHandOverParts {
  readonly replies: Replies
  readonly send: (message: ServerMessage) => void
  /** Whether the client answers a ping. Where it cannot, what was sent counts as delivered. */
  readonly answersPings: boolean
  readonly isOpen: () => boolean
  readonly english: () => boolean
  readonly now: () => number
}

const TEXTS = {
  'lecturer-reply': { zh: '你留下的问题有回复了。', en: 'Your question has been answered.' },
  'answer-corrected': { zh: '之前的一条回答更正了。', en: 'An earlier answer has been corrected.' },
} as const

export function createReplyHandOver(parts: ReplyHandOverParts): ReplyHandOver {
  const { replies, send, now } = parts
  const sent = new Set<string>()
  let unconfirmed: string[] = []

  return {
    async offer(sessionId) {
      const fresh = (await replies.waiting(sessionId)).filter((reply) => !sent.has(reply.id))
      if (fresh.length === 0 || !parts.isOpen()) return
      for (const reply of fresh) {
        sent.add(reply.id)
        send(noticeOf(reply, parts.english()))
      }
      const ids = fresh.map((reply) => reply.id)
      if (!parts.answersPings) return await replies.markDelivered(ids, now())
      unconfirmed.push(...ids)
      // Its answer comes after the notices were read: frames of a connection keep their order.
      send({ type: 'ping' })
    },
    async heard() {
      if (unconfirmed.length === 0) return
      const ids = unconfirmed
      unconfirmed = []
      await replies.markDelivered(ids, now())
    },
  }
}

function noticeOf({ kind, turnId, question, answer, correctionId }: WaitingReply, english: boolean): ServerMessage {
  const text = TEXTS[kind][english ? 'en' : 'zh']
  return { type: 'notice', kind, text, data: { turnId, question, answer, correctionId } }
}
