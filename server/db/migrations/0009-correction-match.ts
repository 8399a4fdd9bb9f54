import type { Kysely } from 'kysely'

/** How sure a match of a question with a correction was, and what a judge said of it. */
export async function addCorrectionMatch(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('turns').addColumn('correction_match', 'text').execute()
}
