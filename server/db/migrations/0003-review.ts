import type { Kysely } from 'kysely'

/** The review queue: one row a turn, kept beside the turn so that a filtered page needs no join. */
export async function createReview(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('review_items')
    .addColumn('answer_id', 'text', (column) => column.primaryKey().references('turns.answer_id'))
    .addColumn('persona_id', 'text', (column) => column.notNull())
    .addColumn('site', 'text')
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('asked_at', 'bigint', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('rating', 'text')
    .addColumn('question_key', 'text', (column) => column.notNull())
    .addColumn('answer_key', 'text', (column) => column.notNull())
    .addColumn('reasons', 'integer', (column) => column.notNull())
    .addColumn('value', 'double precision', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('verdict', 'text')
    .addColumn('decided_by', 'text')
    .addColumn('decided_role', 'text')
    .addColumn('decided_at', 'bigint')
    .addColumn('leased_by', 'text')
    .addColumn('leased_name', 'text')
    .addColumn('leased_until', 'bigint')
    // Last, since it is long: SQLite reads the columns before it without it.
    .addColumn('words', 'text', (column) => column.notNull())
    .execute()
  await createReviewIndices(db)
  await db.schema
    .createTable('review_decisions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('batch_id', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('answer_id', 'text', (column) => column.notNull().references('turns.answer_id'))
    .addColumn('persona_id', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('account_name', 'text', (column) => column.notNull())
    .addColumn('account_role', 'text', (column) => column.notNull())
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('note', 'text')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('undone_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('review_decisions_answer')
    .on('review_decisions')
    .columns(['answer_id', 'revision'])
    .execute()
  await db.schema.createIndex('review_decisions_batch').on('review_decisions').columns(['batch_id']).execute()
  await db.schema.createIndex('review_decisions_persona').on('review_decisions').columns(['persona_id', 'at']).execute()
  await db.schema
    .createTable('saved_views')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull().references('accounts.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('filter', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('saved_views_account').on('saved_views').columns(['account_id']).execute()
}

/** Both hold all that a page filters by, in the order in which it gathers, so that it reads nothing but the index. */
async function createReviewIndices(db: Kysely<unknown>): Promise<void> {
  const read = ['asked_at', 'value', 'reasons', 'outcome', 'rating', 'channel', 'site']
  await db.schema
    .createIndex('review_by_state')
    .on('review_items')
    .columns(['state', 'persona_id', 'question_key', ...read])
    .execute()
  await db.schema
    .createIndex('review_by_question')
    .on('review_items')
    .columns(['persona_id', 'question_key', 'state', ...read])
    .execute()
}
