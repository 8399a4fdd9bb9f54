import { type Kysely, PostgresAdapter, sql } from 'kysely'

/**
 * Figures are read in one pass over one narrow index, so what they need of a turn stands in its row of the queue: the
 * visitor's session and the document that the answer rests on. What was derived from the turns for them goes.
 */
export async function createInsightRows(db: Kysely<unknown>): Promise<void> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  await db.schema.dropIndex('turns_insight').execute()
  await db.schema.dropIndex('review_insight').execute()
  await db.schema.alterTable('turns').dropColumn('first_document_id').execute()
  await db.schema.alterTable('review_items').addColumn('session_id', 'text').execute()
  await db.schema.alterTable('review_items').addColumn('document_id', 'text').execute()
  const document = isPostgres
    ? sql`(turns.citations::json) -> 0 ->> 'documentId'`
    : sql`json_extract(turns.citations, '$[0].documentId')`
  await sql`
    update review_items set session_id = turns.session_id, document_id = ${document}
    from turns where turns.answer_id = review_items.answer_id`.execute(db)
  await db.schema
    .createIndex('review_insight_rows')
    .on('review_items')
    .columns([
      ...['persona_id', 'asked_at', 'answer_id'],
      ...['site', 'outcome', 'rating', 'question_key', 'session_id', 'document_id'],
    ])
    .execute()
}
