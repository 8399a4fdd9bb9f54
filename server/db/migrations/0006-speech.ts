import type { Kysely } from 'kysely'

/** How much of an answer a visitor has heard aloud. */
export async function createSpeech(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('turns').addColumn('heard_length', 'integer').execute()
}
