import { type Kysely, type Migration, Migrator, sql } from 'kysely'
import { createTranscripts } from './migrations/0001-transcripts.ts'
import { createAccounts } from './migrations/0002-accounts.ts'
import { createReview } from './migrations/0003-review.ts'
import { createCorrections } from './migrations/0004-corrections.ts'
import { createDocuments } from './migrations/0005-documents.ts'
import { createSpeech } from './migrations/0006-speech.ts'
import { createInsight } from './migrations/0007-insight.ts'
import { createInsightRows } from './migrations/0008-insight-rows.ts'
import { addCorrectionMatch } from './migrations/0009-correction-match.ts'

// Applied once each, in this order, on both databases. Never edit one that has been released: add the next.
// A migration sees the tables as they were, so it knows nothing of today's schema type.
const migrations: Readonly<Record<string, Migration>> = {
  '0001-transcripts': { up: createTranscripts },
  '0002-accounts': { up: createAccounts },
  '0003-review': { up: createReview },
  '0004-corrections': { up: createCorrections },
  '0005-documents': { up: createDocuments },
  '0006-speech': { up: createSpeech },
  '0007-insight': { up: createInsight },
  '0008-insight-rows': { up: createInsightRows },
  '0009-correction-match': { up: addCorrectionMatch },
}

// Any number that no other program on the same PostgreSQL database uses.
const ADVISORY_LOCK = 7_316_002_145n

/**
 * Brings the tables up to date, in one transaction under a lock: several processes may start at once.
 * Throws where a migration fails or the database was written by a newer version.
 */
export async function migrateToLatest(kysely: Kysely<unknown>, dialect: 'sqlite' | 'postgres'): Promise<void> {
  // By hand, since the Migrator makes its own tables before it takes its lock.
  await kysely.connection().execute(async (connection) => {
    await sql.raw(dialect === 'sqlite' ? 'begin immediate' : 'begin').execute(connection)
    try {
      if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(ADVISORY_LOCK)})`.execute(connection)
      const migrator = new Migrator({
        db: connection,
        provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
        disableTransactions: true,
      })
      const { error } = await migrator.migrateToLatest()
      if (error !== undefined) throw error
      await sql`commit`.execute(connection)
    } catch (error) {
      await sql`rollback`.execute(connection).catch(() => undefined)
      throw error
    }
  })
}
