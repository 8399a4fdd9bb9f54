import { type Kysely, PostgresAdapter, sql } from 'kysely'

/**
 * What the figures are added up from, so that a year of turns is read from two narrow indices. The document that an
 * answer rests on is derived from its citations: where the visitor's words are deleted, it goes with them.
 */
export async function createInsight(db: Kysely<unknown>): Promise<void> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter
  // SQLite adds no stored column to a table that is there; its index keeps the value all the same.
  await db.schema
    .alterTable('turns')
    .addColumn('first_document_id', 'text', (column) =>
      isPostgres
        ? column.generatedAlwaysAs(sql`(citations::json) -> 0 ->> 'documentId'`).stored()
        : column.generatedAlwaysAs(sql`json_extract(citations, '$[0].documentId')`),
    )
    .execute()
  await db.schema
    .createIndex('turns_insight')
    .on('turns')
    .columns(['asked_at', 'persona_id', 'site', 'outcome', 'first_document_id', 'session_id'])
    .execute()
  await db.schema
    .createIndex('review_insight')
    .on('review_items')
    .columns(['asked_at', 'persona_id', 'site', 'outcome', 'rating', 'question_key', 'answer_id'])
    .execute()
}
