import type { PostgresPoolClient } from 'kysely'
import pg from 'pg'

const { Pool, types } = pg

const INT8 = 20
const CONNECT_MS = 3_000
const STATEMENT_MS = 10_000

// A server set to answer before the disk has it would break the promise that an acknowledged turn is kept.
const DURABLE = `select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') = 'off'`
// Set by statements and not at the connection's start, where a connection pooler in between may refuse them.
const LIMITS = `set statement_timeout = ${STATEMENT_MS}; set idle_in_transaction_session_timeout = ${STATEMENT_MS * 2}`

export interface PoolOptions {
  readonly url: string
  /** Connections of this process; all processes together must stay under the server's `max_connections`. */
  readonly size: number
  /** False for migrations, which may wait long for another process to finish its own. */
  readonly limitStatements: boolean
}

/**
 * Connections to PostgreSQL. `bigint` is read as a number (epoch milliseconds stay below 2^53). A connection that the
 * server ends, idle or in use, never ends this process: it is thrown away and the next query opens another.
 */
export function createPostgresPool({ url, size, limitStatements }: PoolOptions): pg.Pool {
  const pool = new Pool({
    connectionString: url,
    max: size,
    min: Math.min(2, size),
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'lecturer-avatars',
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
    // For a network that has gone silent; the server's own limit below comes first.
    ...(limitStatements ? { query_timeout: STATEMENT_MS + 2_000 } : {}),
    verify: (client, done) => {
      client.query(limitStatements ? `${DURABLE}; ${LIMITS}` : DURABLE).then(
        () => done(),
        (error: Error) => done(error),
      )
    },
  })
  pool.on('error', ignore)
  // A client in use has no listener of the pool's; an unheard 'error' would end the process. Its query rejects anyway.
  pool.on('connect', (client) => client.on('error', ignore))
  return pool
}

/** What Kysely needs of a pool; a connection whose query got no answer in time is closed and not used again. */
export function kyselyPool(pool: pg.Pool): {
  connect(): Promise<PostgresPoolClient>
  end(): Promise<void>
} {
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect()
      const known = wrapped.get(client)
      if (known !== undefined) return known
      let silent = false
      const made = {
        // Kysely calls this form only; its type lists the cursor form as well.
        query: (async (sql: string, parameters: readonly unknown[]) => {
          try {
            return await client.query(sql, [...parameters])
          } catch (error) {
            silent ||= error instanceof Error && /query read timeout/i.test(error.message)
            throw error
          }
        }) as unknown as PostgresPoolClient['query'],
        release: () => client.release(silent),
      }
      wrapped.set(client, made)
      return made
    },
  }
}

function ignore(): void {}
