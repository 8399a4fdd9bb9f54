import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Dialect, type Driver, Kysely, sql } from 'kysely'
import LibsqlDatabase from 'libsql/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../server/db/open-database.ts'
import type { Schema } from '../../server/db/schema.ts'
import { type SqliteFile, sqliteDialect } from '../../server/db/sqlite-dialect.ts'
import { groupWriter } from '../../server/db/writer.ts'

let directory: string
let database: OpenDatabase
let reader: OpenDatabase
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'writer-'))
  database = await openDatabase({ dataDir: directory })
  reader = await openDatabase({ dataDir: directory })
})
afterAll(async () => {
  await Promise.all([database.close(), reader.close()])
  await rm(directory, { recursive: true })
})

it('keeps each of the writes given together or undoes it alone, and has it on the disk when it resolves', async () => {
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('good', 'throws', 'breaks'), { maxLength: 30 }), async (kinds) => {
      round += 1
      const writes = kinds.map(async (kind, index) => {
        const id = `${round}-${index}`
        await database.writer.transaction(async (db) => {
          await db.insertInto('write_checks').values({ id, payload: kind }).execute()
          if (kind === 'throws') throw new Error('no')
          if (kind === 'breaks') await db.insertInto('write_checks').values({ id, payload: 'again' }).execute()
        })
        // Another connection sees what is committed, and nothing else.
        const seen = await reader.kysely.selectFrom('write_checks').select('id').where('id', '=', id).execute()
        expect(seen).toHaveLength(1)
      })
      const results = await Promise.allSettled(writes)
      expect(results.map((result) => result.status)).toEqual(
        kinds.map((kind) => (kind === 'good' ? 'fulfilled' : 'rejected')),
      )
      const rows = await reader.kysely
        .selectFrom('write_checks')
        .select('id')
        .where('id', 'like', `${round}-%`)
        .execute()
      expect(rows).toHaveLength(kinds.filter((kind) => kind === 'good').length)
    }),
    { numRuns: 25 },
  )
})

it('takes writes made from within the answer to a write', async () => {
  const write = (id: string) =>
    database.writer.statement((db) => db.insertInto('write_checks').values({ id, payload: '' }).execute())
  await write('first').then(() => Promise.all([write('second'), write('third')]))
  await database.writer.idle()
  const rows = await reader.kysely
    .selectFrom('write_checks')
    .select('id')
    .where('id', 'in', ['second', 'third'])
    .execute()
  expect(rows).toHaveLength(2)
})

it('has many writes share one commit', async () => {
  const dialect = sqliteDialect(new LibsqlDatabase(':memory:', {}) as unknown as SqliteFile, 0)
  let commits = 0
  const counting: Dialect = {
    ...dialect,
    createDriver: () => {
      const driver = dialect.createDriver()
      const commitTransaction: Driver['commitTransaction'] = (connection) => {
        commits += 1
        return driver.commitTransaction(connection)
      }
      return { ...driver, commitTransaction }
    },
  }
  const kysely = new Kysely<Schema>({ dialect: counting })
  await sql`create table write_checks (id text primary key, payload text)`.execute(kysely)
  const writer = groupWriter(kysely)
  const writes = Array.from({ length: 100 }, (_, index) =>
    writer.statement((db) =>
      db
        .insertInto('write_checks')
        .values({ id: `${index}`, payload: '' })
        .execute(),
    ),
  )
  await Promise.all(writes)
  expect(commits).toBe(1)
  await kysely.destroy()
})
