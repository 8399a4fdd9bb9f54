import { type Kysely, sql } from 'kysely'

/** Sessions, turns, their sentences and feedback. */
export async function createTranscripts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('persona_id', 'text', (column) => column.notNull())
    .addColumn('token_hash', 'text', (column) => column.notNull())
    .addColumn('site', 'text')
    .addColumn('locale', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('forgotten_at', 'bigint')
    .execute()
  await db.schema
    .createTable('turns')
    .addColumn('answer_id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id'))
    .addColumn('turn_id', 'text', (column) => column.notNull())
    .addColumn('persona_id', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('site', 'text')
    .addColumn('question', 'text', (column) => column.notNull())
    .addColumn('asked_at', 'bigint', (column) => column.notNull())
    .addColumn('epoch', 'text', (column) => column.notNull())
    .addColumn('producer', 'text', (column) => column.notNull())
    .addColumn('lease_until', 'bigint', (column) => column.notNull())
    .addColumn('shown_length', 'integer', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('outcome', 'text')
    .addColumn('text', 'text')
    .addColumn('sha256', 'text')
    .addColumn('citations', 'text')
    .addColumn('suggestions', 'text')
    .addColumn('delivered_at', 'bigint')
    .addColumn('model', 'text')
    .addColumn('search_text', 'text')
    .addColumn('retrieved', 'text')
    .addColumn('withheld', 'text')
    .addColumn('answerability', 'double precision')
    .addColumn('prompt_id', 'text')
    .addColumn('prompt_hash', 'text')
    .addColumn('fallback_reason', 'text')
    .addColumn('usage', 'text')
    .addColumn('timings', 'text')
    .addUniqueConstraint('turns_session_turn_unique', ['session_id', 'turn_id'])
    .execute()
  await db.schema
    .createTable('answer_sentences')
    .addColumn('answer_id', 'text', (column) => column.notNull().references('turns.answer_id'))
    .addColumn('epoch', 'text', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('text_offset', 'integer', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('citations', 'text', (column) => column.notNull())
    .addColumn('sources', 'text', (column) => column.notNull())
    .addColumn('support', 'double precision')
    .addPrimaryKeyConstraint('answer_sentences_primary', ['answer_id', 'epoch', 'seq'])
    .execute()
  await db.schema
    .createTable('feedback')
    .addColumn('answer_id', 'text', (column) => column.primaryKey().references('turns.answer_id'))
    .addColumn('rating', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('comment', 'text')
    .addColumn('given_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('write_checks')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('payload', 'text', (column) => column.notNull())
    .execute()
  await createTranscriptIndices(db)
}

async function createTranscriptIndices(db: Kysely<unknown>): Promise<void> {
  // The database itself keeps a session from running two turns, whatever node they were asked on.
  await db.schema
    .createIndex('turns_one_running')
    .on('turns')
    .column('session_id')
    .unique()
    .where(sql.ref('ended_at'), 'is', null)
    .execute()
  await db.schema
    .createIndex('turns_lease')
    .on('turns')
    .column('lease_until')
    .where(sql.ref('ended_at'), 'is', null)
    .execute()
  await db.schema.createIndex('turns_session').on('turns').columns(['session_id', 'asked_at']).execute()
  // The lists of turns, newest first, paged by the last (asked_at, answer_id) seen.
  for (const filter of ['persona_id', 'outcome', 'site']) {
    const columns = [filter, 'asked_at', 'answer_id']
    await db.schema.createIndex(`turns_by_${filter}`).on('turns').columns(columns).execute()
  }
  await db.schema.createIndex('turns_by_time').on('turns').columns(['asked_at', 'answer_id']).execute()
  await db.schema
    .createIndex('sessions_unforgotten')
    .on('sessions')
    .column('last_seen_at')
    .where(sql.ref('forgotten_at'), 'is', null)
    .execute()
}
