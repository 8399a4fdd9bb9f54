import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/** What is used of `libsql/promise`, whose own types are too loose to rely on. */
export interface SqliteFile {
  readonly inTransaction: boolean
  prepare(sql: string): Promise<SqliteStatement>
  exec(sql: string): Promise<unknown>
  close(): void
}

interface SqliteStatement {
  readonly reader: boolean
  run(parameters: readonly unknown[]): { readonly changes: number }
  all(parameters: readonly unknown[]): Promise<unknown[]>
}

const CACHED_STATEMENTS = 200
const BUSY_RETRY_MS = 15

/**
 * Kysely on one SQLite connection. Statements are prepared once and run at once on this thread (microseconds, in
 * memory); `commit`, which waits for the disk, runs on another thread. A lock that another process holds is waited
 * for up to `busyMs` without blocking this thread. Transactions begin as immediate ones.
 */
export function sqliteDialect(file: SqliteFile, busyMs: number): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => sqliteDriver(file, busyMs),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function sqliteDriver(file: SqliteFile, busyMs: number): Driver {
  const statements = new Map<string, SqliteStatement>()
  const waiting: (() => void)[] = []
  let taken = false

  async function prepared(sql: string): Promise<SqliteStatement> {
    const known = statements.get(sql)
    if (known !== undefined) {
      // The map's order is that of the last use.
      statements.delete(sql)
      statements.set(sql, known)
      return known
    }
    const statement = await file.prepare(sql)
    if (statements.size >= CACHED_STATEMENTS) {
      for (const oldest of statements.keys()) {
        statements.delete(oldest)
        break
      }
    }
    statements.set(sql, statement)
    return statement
  }

  async function execute(sql: string, parameters: readonly unknown[]): Promise<QueryResult<unknown>> {
    const deadline = Date.now() + busyMs
    for (;;) {
      try {
        const statement = await prepared(sql)
        if (statement.reader) return { rows: await statement.all(parameters) }
        return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) }
      } catch (error) {
        if (!isBusy(error) || file.inTransaction || Date.now() > deadline) throw error
        await sleep(BUSY_RETRY_MS)
      }
    }
  }

  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery) => (await execute(query.sql, query.parameters)) as QueryResult<R>,
    streamQuery: () => {
      throw new Error('Rows are read in pages, not streamed.')
    },
  }

  return {
    init: () => Promise.resolve(),
    acquireConnection: async () => {
      if (taken) await new Promise<void>((resolve) => waiting.push(resolve))
      taken = true
      return connection
    },
    releaseConnection: () => {
      const next = waiting.shift()
      if (next === undefined) taken = false
      else next()
      return Promise.resolve()
    },
    beginTransaction: async () => {
      // A `begin` that met a lock stays in progress until it runs again, and no commit succeeds before; so it is one
      // cached statement for all transactions (https://github.com/tursodatabase/libsql-client-ts/issues/352).
      await execute('begin immediate', [])
    },
    commitTransaction: async () => {
      await file.exec('commit')
    },
    rollbackTransaction: async () => {
      // A full disk or a failed write has SQLite roll back by itself.
      if (file.inTransaction) await execute('rollback', [])
    },
    destroy: () => {
      statements.clear()
      file.close()
      return Promise.resolve()
    },
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}
