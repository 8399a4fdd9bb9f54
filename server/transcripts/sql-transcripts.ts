import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { OpenDatabase } from '../db/open-database.ts'
import type { FeedbackTable, Schema } from '../db/schema.ts'
import { asStoreError } from '../db/store-errors.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { noteFeedback } from '../review/queue-rows.ts'
import { createForgetting } from './forget.ts'
import { endAnswer, insertTurn, noteShown } from './hot-writes.ts'
import type { AcceptedTurn, NewTurn, Transcripts, TurnRecord } from './transcripts.ts'
import { TurnNotRunningError } from './turn-not-running.ts'
import {
  newTurnRecord,
  sentenceRow,
  sessionRecord,
  sessionRow,
  storable,
  turnRecords,
  turnsQuery,
} from './turn-rows.ts'

export interface SqlTranscriptsOptions {
  /** The clock, for the time at which old sessions are forgotten. */
  readonly now?: () => number
}

const TOUCH_EVERY_MS = 60_000
const MOST_EXPIRED = 200
const ACCEPT_ATTEMPTS = 3
// About what a turn takes with its sentences and citations.
const WRITE_CHECK_TEXT = 'x'.repeat(16_384)

/**
 * The transcripts in SQLite or PostgreSQL. `close` closes the database too. Besides `store-unavailable`,
 * `turn-conflict` and `turn-in-progress`, `acceptTurn` throws `session-invalid` where the session is unknown or
 * forgotten, `giveFeedback` throws `turn-unknown`, and `appendSentences` and `endTurn` throw
 * {@link TurnNotRunningError}. An answer that ends `interrupted` is recorded with all the sentences stored for it.
 */
export function createSqlTranscripts(database: OpenDatabase, options: SqlTranscriptsOptions = {}): Transcripts {
  const { kysely, writer, dialect } = database
  const now = options.now ?? Date.now
  const forgetting = createForgetting(database)

  async function acceptTurn(turn: NewTurn): Promise<AcceptedTurn> {
    const stored: NewTurn = { ...turn, question: storable(turn.question), site: storable(turn.site) }
    for (let attempt = 0; attempt < ACCEPT_ATTEMPTS; attempt++) {
      const inserted = await writer.statement((db) => insertTurn(db, dialect, stored))
      if (inserted) return { duplicate: false, turn: newTurnRecord(stored) }
      // The unique constraints have refused it; what follows only finds out which one.
      const earlier = await findTurn(stored.sessionId, stored.turnId)
      if (earlier !== null) {
        if (earlier.question !== stored.question) throw new ProtocolError('turn-conflict')
        return { duplicate: true, turn: earlier }
      }
      const session = await findSession(stored.sessionId)
      if (session === null || session.forgottenAt !== null) throw new ProtocolError('session-invalid')
      if (await hasRunningTurn(kysely, stored.sessionId)) throw new ProtocolError('turn-in-progress')
      // The turn that was in the way has ended meanwhile.
    }
    throw new ProtocolError('turn-in-progress')
  }

  async function findSession(id: string) {
    const row = await kysely.selectFrom('sessions').selectAll().where('id', '=', storable(id)).executeTakeFirst()
    return row === undefined ? null : sessionRecord(row)
  }

  async function findTurn(sessionId: string, turnId: string): Promise<TurnRecord | null> {
    const rows = await turnsQuery(kysely)
      .where('turns.session_id', '=', storable(sessionId))
      .where('turns.turn_id', '=', storable(turnId))
      .execute()
    return (await turnRecords(kysely, rows))[0] ?? null
  }

  const transcripts: Transcripts = {
    createSession: async (session) => {
      await writer.statement((db) => db.insertInto('sessions').values(sessionRow(session)).execute())
    },
    findSession,
    touchSession: async (id, at) => {
      await writer.statement((db) =>
        db
          .updateTable('sessions')
          .set({ last_seen_at: at })
          .where('id', '=', id)
          .where('last_seen_at', '<=', at - TOUCH_EVERY_MS)
          .execute(),
      )
    },
    acceptTurn,
    appendSentences: async (answerId, epoch, sentences) => {
      const last = sentences.at(-1)
      if (last === undefined) return
      await writer.transaction(async (db) => {
        // Locks the row until the sentences are stored, so that no other node can end the answer between the two.
        const running = await noteShown(db, answerId, epoch, last.offset + last.text.length)
        if (!running) throw new TurnNotRunningError(answerId)
        const rows = sentences.map((sentence) => sentenceRow(answerId, epoch, sentence))
        await db.insertInto('answer_sentences').values(rows).execute()
      })
    },
    endTurn: async (answerId, epoch, sentences, ending, making) => {
      await writer.transaction((db) => endAnswer(db, answerId, epoch, sentences, ending, making))
    },
    findTurn,
    findAnswer: async (answerId) => {
      const rows = await turnsQuery(kysely).where('turns.answer_id', '=', storable(answerId)).execute()
      return (await turnRecords(kysely, rows))[0] ?? null
    },
    listTurns: async (sessionId, limit) => {
      const rows = await turnsQuery(kysely)
        .where('turns.session_id', '=', storable(sessionId))
        .orderBy('turns.asked_at', 'desc')
        .orderBy('turns.answer_id', 'desc')
        .limit(limit)
        .execute()
      return await turnRecords(kysely, rows.reverse())
    },
    giveFeedback: async (sessionId, turnId, feedback) => {
      const values = {
        rating: feedback.rating,
        reason: storable(feedback.reason),
        comment: storable(feedback.comment),
        given_at: feedback.givenAt,
      }
      const result = await writer.transaction(async (db) => {
        const turn = await db
          .selectFrom('turns')
          .innerJoin('sessions', 'sessions.id', 'turns.session_id')
          .select('turns.answer_id')
          .where('turns.session_id', '=', storable(sessionId))
          .where('turns.turn_id', '=', storable(turnId))
          .where('sessions.forgotten_at', 'is', null)
          .$if(dialect === 'postgres', (query) => query.forShare('sessions'))
          .executeTakeFirst()
        if (turn === undefined) return null
        await storeFeedback(db, dialect, { answer_id: turn.answer_id, ...values })
        return turn
      })
      if (result === null) throw new ProtocolError('turn-unknown')
    },
    markDelivered: async (answerId, at) => {
      await writer.statement((db) =>
        db
          .updateTable('turns')
          .set({ delivered_at: at })
          .where('answer_id', '=', answerId)
          .where('delivered_at', 'is', null)
          .execute(),
      )
    },
    markHeard: async (answerId, chars) => {
      await writer.statement((db) =>
        db
          .updateTable('turns')
          .set(({ eb, ref }) => ({
            heard_length: eb.case().when('shown_length', '<', chars).then(ref('shown_length')).else(chars).end(),
          }))
          .where('answer_id', '=', storable(answerId))
          .where((eb) => eb.or([eb('heard_length', 'is', null), eb('heard_length', '<', chars)]))
          .execute(),
      )
    },
    renewLeases: async (producer, until) => {
      await writer.statement((db) =>
        db
          .updateTable('turns')
          .set({ lease_until: until })
          .where('producer', '=', producer)
          .where('ended_at', 'is', null)
          .execute(),
      )
    },
    expiredTurns: async (at) => {
      const rows = await turnsQuery(kysely)
        .where('turns.ended_at', 'is', null)
        .where('turns.lease_until', '<', at)
        .orderBy('turns.lease_until')
        .limit(MOST_EXPIRED)
        .execute()
      return await turnRecords(kysely, rows)
    },
    forgetSession: (sessionId, at) => forgetting.forgetSession(sessionId, at),
    forgetOlderThan: (before) => forgetting.forgetOlderThan(before, now()),
    checkWritable: async () => {
      await writer.transaction(async (db) => {
        const id = randomUUID()
        await db.insertInto('write_checks').values({ id, payload: WRITE_CHECK_TEXT }).execute()
        await db.deleteFrom('write_checks').where('id', '=', id).execute()
      })
    },
    close: () => database.close(),
  }
  return withStoreErrors(transcripts)
}

/** Run it in a transaction that has locked the session. */
async function storeFeedback(db: Kysely<Schema>, dialect: 'sqlite' | 'postgres', row: FeedbackTable): Promise<void> {
  // Waits for an end under way on another node: either the end sees this feedback, or this sees the end's row.
  await db
    .selectFrom('turns')
    .select('answer_id')
    .where('answer_id', '=', row.answer_id)
    .$if(dialect === 'postgres', (query) => query.forShare())
    .execute()
  const { answer_id, ...values } = row
  const before = await db.selectFrom('feedback').selectAll().where('answer_id', '=', answer_id).executeTakeFirst()
  await db
    .insertInto('feedback')
    .values(row)
    .onConflict((conflict) => conflict.column('answer_id').doUpdateSet(values))
    .execute()
  const said = [row.rating, row.reason, row.comment]
  const isNews =
    before === undefined || said.some((part, index) => part !== [before.rating, before.reason, before.comment][index])
  await noteFeedback(db, answer_id, isNews)
}

async function hasRunningTurn(db: Kysely<Schema>, sessionId: string): Promise<boolean> {
  const row = await db
    .selectFrom('turns')
    .select('answer_id')
    .where('session_id', '=', sessionId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** The same methods, a failure of the database told as `store-unavailable`. */
function withStoreErrors(transcripts: Transcripts): Transcripts {
  const guarded = Object.entries(transcripts).map(([name, method]) => [
    name,
    async (...parameters: unknown[]) => {
      try {
        return await method(...parameters)
      } catch (error) {
        throw asStoreError(error)
      }
    },
  ])
  return Object.fromEntries(guarded)
}
