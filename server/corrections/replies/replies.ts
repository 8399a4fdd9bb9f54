import type { OpenDatabase } from '../../db/open-database.ts'
import type { ReplyKind } from './deliver-replies.ts'

/** Words of a person that a visitor has not seen yet. */
export interface WaitingReply {
  readonly id: string
  readonly kind: ReplyKind
  readonly turnId: string
  readonly question: string
  readonly answer: string
  readonly correctionId: string
}

/** What waits for visitors until they have it. */
export interface Replies {
  /** What waits for this session, oldest first; nothing of a correction that answers no more. */
  waiting(sessionId: string): Promise<WaitingReply[]>
  /** Notes that the visitor's client has them. */
  markDelivered(ids: readonly string[], at: number): Promise<void>
}

const MOST_AT_ONCE = 50

export function createReplies({ kysely, writer }: Pick<OpenDatabase, 'kysely' | 'writer'>): Replies {
  return {
    async waiting(sessionId) {
      const rows = await kysely
        .selectFrom('lecturer_replies')
        .innerJoin('corrections', 'corrections.id', 'lecturer_replies.correction_id')
        .innerJoin('sessions', 'sessions.id', 'lecturer_replies.session_id')
        .select([
          'lecturer_replies.id',
          'lecturer_replies.kind',
          'lecturer_replies.turn_id',
          'lecturer_replies.question',
        ])
        .select(['lecturer_replies.answer', 'lecturer_replies.correction_id'])
        .where('lecturer_replies.session_id', '=', sessionId)
        .where('lecturer_replies.delivered_at', 'is', null)
        .where('corrections.live_version', 'is not', null)
        .where('sessions.forgotten_at', 'is', null)
        .orderBy('lecturer_replies.at')
        .orderBy('lecturer_replies.id')
        .limit(MOST_AT_ONCE)
        .execute()
      return rows.map((row) => ({
        id: row.id,
        kind: row.kind === 'answer-corrected' ? 'answer-corrected' : 'lecturer-reply',
        turnId: row.turn_id,
        question: row.question,
        answer: row.answer,
        correctionId: row.correction_id,
      }))
    },
    async markDelivered(ids, at) {
      if (ids.length === 0) return
      await writer.statement((db) =>
        db
          .updateTable('lecturer_replies')
          .set({ delivered_at: at })
          .where('id', 'in', ids)
          .where('delivered_at', 'is', null)
          .execute(),
      )
    },
  }
}
