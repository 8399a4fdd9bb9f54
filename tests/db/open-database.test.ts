import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase, SQLITE_FILE_NAME } from '../../server/db/open-database.ts'
import {
  createTestDatabase,
  type PostgresServer,
  postgresInstalled,
  startPostgres,
} from '../helpers/postgres-server.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'open-database-'))
})
afterAll(async () => {
  await rm(directory, { recursive: true })
})

/** Starts several processes' worth of databases at once on one empty place. */
async function openTogether(open: () => Promise<OpenDatabase>): Promise<void> {
  const nodes = await Promise.all(Array.from({ length: 4 }, open))
  const [first] = nodes
  const applied = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    first?.kysely ?? never(),
  )
  expect(applied.rows.map((row) => row.name)).toEqual([
    '0001-transcripts',
    '0002-accounts',
    '0003-review',
    '0004-corrections',
    '0005-documents',
    '0006-speech',
    '0007-insight',
    '0008-insight-rows',
    '0009-correction-match',
  ])
  for (const node of nodes) expect(await node.kysely.selectFrom('turns').selectAll().execute()).toEqual([])
  await Promise.all(nodes.map((node) => node.close()))
  const again = await open()
  await again.close()
}

async function refuseNewer(open: () => Promise<OpenDatabase>): Promise<void> {
  const database = await open()
  await sql`insert into kysely_migration (name, timestamp) values ('9999-future', 'now')`.execute(database.kysely)
  await database.close()
  await expect(open()).rejects.toThrow(/9999-future/)
}

describe('openDatabase on SQLite', () => {
  it('makes the folder and the tables, when several processes start at once too', async () => {
    await openTogether(() => openDatabase({ dataDir: join(directory, 'new', 'folder') }))
  })

  it('refuses a file that a newer version has written', async () => {
    await refuseNewer(() => openDatabase({ dataDir: join(directory, 'newer') }))
  })

  it('writes each commit to the disk, checks references and overwrites what is deleted', async () => {
    const { kysely, close } = await openDatabase({ dataDir: join(directory, 'pragmas') })
    const values: unknown[] = []
    for (const pragma of ['journal_mode', 'synchronous', 'foreign_keys', 'secure_delete']) {
      const { rows } = await sql.raw(`pragma ${pragma}`).execute(kysely)
      values.push(...rows)
    }
    expect(values).toEqual([{ journal_mode: 'wal' }, { synchronous: 2 }, { foreign_keys: 1 }, { secure_delete: 1 }])
    await close()
  })

  it('names DATA_DIR where the file cannot be opened', async () => {
    const file = join(directory, 'a-file')
    await writeFile(file, 'not a folder')
    await expect(openDatabase({ dataDir: file })).rejects.toThrow(/^DATA_DIR: .*a-file/)
    await writeFile(join(directory, SQLITE_FILE_NAME), 'this is no database, whatever its name says '.repeat(50))
    await expect(openDatabase({ dataDir: directory })).rejects.toThrow(/^DATA_DIR: .*not a database/)
  })

  it('finds the turns of a persona, newest first, by an index', async () => {
    const { kysely, close } = await openDatabase({ dataDir: join(directory, 'plan') })
    const plan = await sql<{ detail: string }>`explain query plan
      select * from turns where persona_id = 'lin' and (asked_at, answer_id) < (5, 'x')
      order by asked_at desc, answer_id desc limit 50`.execute(kysely)
    expect(plan.rows).toMatchObject([
      { detail: expect.stringContaining('SEARCH turns USING INDEX turns_by_persona_id') },
    ])
    await close()
  })
})

describe('openDatabase with a DATABASE_URL that does not work', () => {
  it('names the setting and the place, never the password', async () => {
    const secret = randomUUID()
    const dead = `postgres://avatar:${secret}@127.0.0.1:1/avatars`
    const error = await openDatabase({ databaseUrl: dead, dataDir: directory }).catch((thrown: Error) => thrown)
    expect(error).toBeInstanceOf(Error)
    expect(String(error)).toMatch(/DATABASE_URL: .*127\.0\.0\.1:1\/avatars.*ECONNREFUSED/)
    expect(String(error)).not.toContain(secret)
    const wrong = openDatabase({ databaseUrl: `mysql://avatar:${secret}@127.0.0.1/avatars`, dataDir: directory })
    await expect(wrong).rejects.toThrow(/^DATABASE_URL: it must look like postgres:/)
    await expect(openDatabase({ databaseUrl: 'nonsense', dataDir: directory })).rejects.toThrow(/^DATABASE_URL/)
  })
})

const installed = await postgresInstalled()
describe.skipIf(!installed)(`openDatabase on PostgreSQL${installed ? '' : ' (PostgreSQL is not installed)'}`, () => {
  let server: PostgresServer | null
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(async () => {
    await server?.stop()
  })

  async function emptyDatabase(): Promise<string> {
    return await createTestDatabase(server ?? never())
  }

  it('makes the tables when several processes start at once', async () => {
    const databaseUrl = await emptyDatabase()
    await openTogether(() => openDatabase({ databaseUrl, dataDir: directory }))
  })

  it('refuses a database that a newer version has written', async () => {
    const databaseUrl = await emptyDatabase()
    await refuseNewer(() => openDatabase({ databaseUrl, dataDir: directory }))
  })

  it('waits for the disk even where the server is set not to, and reads times as numbers', async () => {
    const databaseUrl = await emptyDatabase()
    const { kysely, close } = await openDatabase({ databaseUrl, dataDir: directory })
    const name = new URL(databaseUrl).pathname.slice(1)
    await sql.raw(`alter database ${name} set synchronous_commit = off`).execute(kysely)
    await close()
    const again = await openDatabase({ databaseUrl, dataDir: directory })
    const shown =
      await sql`select current_setting('synchronous_commit') as commit, 1790000000000::bigint as at`.execute(
        again.kysely,
      )
    expect(shown.rows).toEqual([{ commit: 'on', at: 1_790_000_000_000 }])
    await again.close()
  })

  it('names the setting where the database does not exist', async () => {
    const url = new URL(await emptyDatabase())
    url.pathname = '/no_such_database'
    await expect(openDatabase({ databaseUrl: url.href, dataDir: directory })).rejects.toThrow(
      /^DATABASE_URL: .*no_such_database/,
    )
  })
})

function never(): never {
  throw new Error('There is no database.')
}
