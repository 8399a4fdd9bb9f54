import { ProtocolError } from '../protocol/errors.ts'

const SQLITE_FAILURES =
  /^SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN|BUSY|LOCKED|NOMEM|CORRUPT|NOTADB|PROTOCOL|PERM|INTERRUPT)(?:_|$)/

// SQLSTATE classes: 08 connection, 53 resources (disk full, too many connections), 57 operator (shutdown, time-out),
// 58 system; then read-only, deadlock, serialization, lock time-out, and what a wrong role or database answers.
const POSTGRES_FAILURES = /^(?:08...|53...|57...|58...|25006|40001|40P01|55P03|28...|3D000)$/

const NETWORK_FAILURES = /^(?:ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_|EHOST|ENET|ENOENT$|ENOSPC|EACCES)/

// Failures that `pg` and `libsql` report by their words alone.
const FAILURE_WORDS =
  /connection terminated|timeout exceeded when trying to connect|not queryable|query read timeout|connection error|pool after calling end|connection is not open|driver has already been destroyed/i

/** Whether the driver says that the database cannot be reached, written or waited for (and not that the query is wrong). */
export function isStoreFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code: unknown = 'code' in error ? error.code : undefined
  if (typeof code === 'string') {
    if (SQLITE_FAILURES.test(code) || POSTGRES_FAILURES.test(code) || NETWORK_FAILURES.test(code)) return true
  }
  return FAILURE_WORDS.test(error.message)
}

/** The error to throw on: `store-unavailable` for a failure of the database, any other error as it is. */
export function asStoreError(error: unknown): unknown {
  return isStoreFailure(error) ? new ProtocolError('store-unavailable', undefined, { cause: error }) : error
}
