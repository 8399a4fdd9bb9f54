import { afterAll, beforeAll, describe } from 'vitest'
import { createTestDatabase, type PostgresServer, postgresInstalled, startPostgres } from './postgres-server.ts'

/**
 * Runs the same suite on SQLite and on PostgreSQL. `suite` gets the settings that name the database, once it is there;
 * each call names an empty one.
 */
export async function onBothDatabases(
  name: string,
  suite: (databaseSettings: () => Promise<Record<string, string>>) => void,
): Promise<void> {
  describe(`${name} on SQLite`, () => suite(async () => ({})))

  const installed = await postgresInstalled()
  describe.skipIf(!installed)(`${name} on PostgreSQL${installed ? '' : ' (PostgreSQL is not installed)'}`, () => {
    let server: PostgresServer | null = null
    beforeAll(async () => {
      server = await startPostgres()
    })
    afterAll(async () => {
      await server?.stop()
    })
    suite(async () => {
      if (server === null) throw new Error('PostgreSQL did not start.')
      return { DATABASE_URL: await createTestDatabase(server) }
    })
  })
}
