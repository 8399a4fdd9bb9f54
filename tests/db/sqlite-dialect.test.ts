import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import LibsqlDatabase from 'libsql/promise'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SqliteFile, sqliteDialect } from '../../server/db/sqlite-dialect.ts'

interface Tables {
  words: { word: string }
}

let directory: string
let kysely: Kysely<Tables>
let other: Kysely<Tables>
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sqlite-dialect-'))
  kysely = open()
  other = open()
  await sql`pragma journal_mode = wal`.execute(kysely)
  await sql`create table words (word text primary key)`.execute(kysely)
})
afterAll(async () => {
  await Promise.all([kysely.destroy(), other.destroy()])
  await rm(directory, { recursive: true })
})

function open(): Kysely<Tables> {
  const file = new LibsqlDatabase(join(directory, 'words.sqlite'), {}) as unknown as SqliteFile
  return new Kysely({ dialect: sqliteDialect(file, 60) })
}

it('commits again after a transaction that gave up waiting for a lock', async () => {
  await other.transaction().execute(async () => {
    const blocked = kysely.transaction().execute((db) => db.insertInto('words').values({ word: 'lost' }).execute())
    await expect(blocked).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
  })
  await kysely.transaction().execute((db) => db.insertInto('words').values({ word: 'kept' }).execute())
  expect(await other.selectFrom('words').selectAll().execute()).toEqual([{ word: 'kept' }])
})

it('gives the connection to one user at a time, in the order in which they asked', async () => {
  const order: number[] = []
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      kysely.transaction().execute(async (db) => {
        order.push(index)
        await db
          .insertInto('words')
          .values({ word: `word ${index}` })
          .execute()
        await db.selectFrom('words').selectAll().execute()
        order.push(index)
      }),
    ),
  )
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => [index, index]).flat())
})

it('undoes a transaction that throws', async () => {
  const before = await other.selectFrom('words').selectAll().execute()
  const failing = kysely.transaction().execute(async (db) => {
    await db.insertInto('words').values({ word: 'undone' }).execute()
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await other.selectFrom('words').selectAll().execute()).toEqual(before)
})
