import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../server/db/open-database.ts'
import { createSqlTranscripts } from '../../server/transcripts/sql-transcripts.ts'
import {
  createTestDatabase,
  type PostgresServer,
  postgresInstalled,
  startPostgres,
} from '../helpers/postgres-server.ts'
import { type TranscriptsHouse, transcriptsContract } from './transcripts-contract.ts'

function houseOf(open: () => Promise<OpenDatabase>, close: () => Promise<void>): TranscriptsHouse {
  return {
    openNode: async () => createSqlTranscripts(await open()),
    dump: async () => {
      const database = await open()
      const tables = ['sessions', 'turns', 'answer_sentences', 'feedback'] as const
      const rows = await Promise.all(tables.map((table) => database.kysely.selectFrom(table).selectAll().execute()))
      await database.close()
      return JSON.stringify(rows)
    },
    close,
  }
}

describe('transcripts in SQLite', () => {
  transcriptsContract(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'transcripts-'))
    return houseOf(
      () => openDatabase({ dataDir }),
      () => rm(dataDir, { recursive: true }),
    )
  })
})

const installed = await postgresInstalled()
describe.skipIf(!installed)(`transcripts in PostgreSQL${installed ? '' : ' (PostgreSQL is not installed)'}`, () => {
  let server: PostgresServer | null
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(async () => {
    await server?.stop()
  })

  transcriptsContract(async () => {
    if (server === null) throw new Error('PostgreSQL did not start.')
    const databaseUrl = await createTestDatabase(server)
    return houseOf(
      () => openDatabase({ databaseUrl, dataDir: '/dev/null' }),
      () => Promise.resolve(),
    )
  })
})
