import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Kysely, PostgresDialect } from 'kysely'
import LibsqlDatabase from 'libsql/promise'
import { migrateToLatest } from './migrations.ts'
import { createPostgresPool, kyselyPool } from './postgres-pool.ts'
import type { Schema } from './schema.ts'
import { type SqliteFile, sqliteDialect } from './sqlite-dialect.ts'
import { directWriter, groupWriter, type Writer } from './writer.ts'

export interface DatabaseOptions {
  /** `postgres://…`; without it, the SQLite file in `dataDir`. */
  readonly databaseUrl?: string
  /** Made if it is missing. */
  readonly dataDir: string
}

/** The one database of the process, its tables up to date. */
export interface OpenDatabase {
  readonly dialect: 'sqlite' | 'postgres'
  /** For reading. */
  readonly kysely: Kysely<Schema>
  /** For writing: on SQLite, writes that arrive together share one wait for the disk. */
  readonly writer: Writer
  /** Waits for the writes under way, then closes. */
  close(): Promise<void>
}

export const SQLITE_FILE_NAME = 'lecturer-avatars.sqlite'

const BUSY_MS = 5_000
const POSTGRES_CONNECTIONS = 10

/**
 * Opens the database and brings its tables up to date. Throws an error that names the setting at fault
 * (`DATABASE_URL` or `DATA_DIR`) and holds no password.
 */
export async function openDatabase({ databaseUrl, dataDir }: DatabaseOptions): Promise<OpenDatabase> {
  return databaseUrl === undefined ? await openSqlite(dataDir) : await openPostgres(databaseUrl)
}

async function openSqlite(dataDir: string): Promise<OpenDatabase> {
  const path = join(dataDir, SQLITE_FILE_NAME)
  try {
    await mkdir(dataDir, { recursive: true })
    const file = new LibsqlDatabase(path, {}) as unknown as SqliteFile
    try {
      await preparePragmas(file)
      const kysely = new Kysely<Schema>({ dialect: sqliteDialect(file, BUSY_MS) })
      await migrateToLatest(kysely as unknown as Kysely<unknown>, 'sqlite')
      const writer = groupWriter(kysely)
      return { dialect: 'sqlite', kysely, writer, close: () => closeDatabase(kysely, writer) }
    } catch (error) {
      file.close()
      throw error
    }
  } catch (error) {
    throw new Error(`DATA_DIR: the database ${path} cannot be opened: ${reasonOf(error)}`, { cause: error })
  }
}

async function preparePragmas(file: SqliteFile): Promise<void> {
  await file.exec(`pragma busy_timeout = ${BUSY_MS}`)
  await file.exec('pragma journal_mode = wal')
  // FULL: each commit is on the disk before it is acknowledged. secure_delete: forgotten words are overwritten.
  await file.exec('pragma synchronous = full; pragma foreign_keys = on; pragma secure_delete = on')
  await file.exec('pragma cache_size = -16000; pragma journal_size_limit = 67108864')
  const [row] = await (await file.prepare('pragma journal_mode')).all([])
  if (JSON.stringify(row) !== '{"journal_mode":"wal"}') {
    throw new Error('its file system does not allow a write-ahead log (a network drive?)')
  }
  // From here on the driver waits for a busy file, without blocking the thread.
  await file.exec('pragma busy_timeout = 0')
}

async function openPostgres(databaseUrl: string): Promise<OpenDatabase> {
  const place = describeUrl(databaseUrl)
  try {
    const migrating = new Kysely<unknown>({
      dialect: new PostgresDialect({
        pool: kyselyPool(createPostgresPool({ url: databaseUrl, size: 1, limitStatements: false })),
      }),
    })
    try {
      await migrateToLatest(migrating, 'postgres')
    } finally {
      await migrating.destroy()
    }
  } catch (error) {
    throw new Error(`DATABASE_URL: PostgreSQL at ${place} cannot be used: ${reasonOf(error)}`, { cause: error })
  }
  const pool = createPostgresPool({ url: databaseUrl, size: POSTGRES_CONNECTIONS, limitStatements: true })
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: kyselyPool(pool) }) })
  const writer = directWriter(kysely)
  return { dialect: 'postgres', kysely, writer, close: () => closeDatabase(kysely, writer) }
}

async function closeDatabase(kysely: Kysely<Schema>, writer: Writer): Promise<void> {
  await writer.idle()
  await kysely.destroy()
}

/** Host and database of the URL, without user and password. */
function describeUrl(databaseUrl: string): string {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null
  if (url === null || !/^postgres(?:ql)?:$/.test(url.protocol)) {
    throw new Error('DATABASE_URL: it must look like postgres://user:password@host:5432/database')
  }
  return `${url.host}${url.pathname}`
}

/** The reason in one line; a refused connection to a name with two addresses is an error of errors. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message || String(('code' in error && error.code) || error.name) : String(error)
}
