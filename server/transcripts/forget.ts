import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { forgetReplies } from '../corrections/replies/deliver-replies.ts'
import type { OpenDatabase } from '../db/open-database.ts'
import type { Schema } from '../db/schema.ts'
import { noteForgotten } from '../review/queue-rows.ts'
import type { WithheldRecord } from './transcripts.ts'

const SESSIONS_A_CHUNK = 25
const SHA256_OF_NOTHING = createHash('sha256').digest('hex')

export interface Forgetting {
  forgetSession(sessionId: string, at: number): Promise<string[]>
  forgetOlderThan(before: number, at: number): Promise<number>
}

/** Removes words from the database: see `Transcripts.forgetSession` and `forgetOlderThan`. */
export function createForgetting({ kysely, writer, dialect }: OpenDatabase): Forgetting {
  // The write-ahead log still holds the words until it is emptied into the file, where they are overwritten.
  async function emptyLog(): Promise<void> {
    if (dialect === 'sqlite') await sql`pragma wal_checkpoint(truncate)`.execute(kysely)
  }

  return {
    forgetSession: async (sessionId, at) => {
      const answerIds = await writer.transaction(async (db) => {
        await db
          .updateTable('sessions')
          .set((build) => ({ forgotten_at: build.fn.coalesce('forgotten_at', build.val(at)) }))
          .where('id', '=', sessionId)
          .execute()
        return await removeWords(db, [sessionId], at)
      })
      await emptyLog()
      return answerIds
    },

    forgetOlderThan: async (before, at) => {
      let forgotten = 0
      for (;;) {
        const old = await kysely
          .selectFrom('sessions')
          .select('id')
          .where('forgotten_at', 'is', null)
          .where('last_seen_at', '<', before)
          .orderBy('last_seen_at')
          .limit(SESSIONS_A_CHUNK)
          .execute()
        if (old.length === 0) break
        forgotten += await writer.transaction(async (db) => {
          // Asked again under the row's lock: it may have been used meanwhile.
          const still = await db
            .updateTable('sessions')
            .set({ forgotten_at: at })
            .where(
              'id',
              'in',
              old.map((session) => session.id),
            )
            .where('forgotten_at', 'is', null)
            .where('last_seen_at', '<', before)
            .returning('id')
            .execute()
          if (still.length > 0) {
            await removeWords(
              db,
              still.map((session) => session.id),
              at,
            )
          }
          return still.length
        })
      }
      if (forgotten > 0) await emptyLog()
      return forgotten
    },
  }
}

async function removeWords(db: Kysely<Schema>, sessionIds: readonly string[], at: number): Promise<string[]> {
  // Ends what runs, so that its producer's later words are refused.
  await db
    .updateTable('turns')
    .set({ ended_at: at, outcome: 'stopped' })
    .where('session_id', 'in', sessionIds)
    .where('ended_at', 'is', null)
    .execute()
  await db
    .updateTable('turns')
    .set({
      question: '',
      text: '',
      sha256: SHA256_OF_NOTHING,
      citations: '[]',
      suggestions: '[]',
      search_text: '',
      shown_length: 0,
    })
    .where('session_id', 'in', sessionIds)
    .execute()
  const turns = await db
    .selectFrom('turns')
    .select(['answer_id', 'withheld'])
    .where('session_id', 'in', sessionIds)
    .orderBy('asked_at')
    .execute()
  for (const { answer_id, withheld } of turns) {
    if (withheld === null || withheld === '[]') continue
    const reasons = (JSON.parse(withheld) as WithheldRecord[]).map(({ reason }) => ({ text: '', reason, detail: '' }))
    await db
      .updateTable('turns')
      .set({ withheld: JSON.stringify(reasons) })
      .where('answer_id', '=', answer_id)
      .execute()
  }
  const ofThese = db.selectFrom('turns').select('answer_id').where('session_id', 'in', sessionIds)
  await db.deleteFrom('answer_sentences').where('answer_id', 'in', ofThese).execute()
  await db.updateTable('feedback').set({ comment: null, reason: null }).where('answer_id', 'in', ofThese).execute()
  await forgetReplies(db, sessionIds)
  // A golden question is asked in the visitor's own words.
  await db.deleteFrom('golden_questions').where('from_answer_id', 'in', ofThese).execute()
  const answerIds = turns.map((turn) => turn.answer_id)
  await noteForgotten(db, answerIds)
  return answerIds
}
