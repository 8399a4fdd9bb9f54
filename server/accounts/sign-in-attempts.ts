import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Schema } from '../db/schema.ts'
import type { RateLimit } from '../limits/rate-limits.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { type AccountsContext, normalLogin, tokenHash } from './account-rows.ts'

/** A school has one address: it may try often. */
export const ATTEMPTS_PER_ADDRESS: RateLimit = { capacity: 40, refillPerSecond: 0.2 }
export const ATTEMPTS_PER_LOGIN: RateLimit = { capacity: 12, refillPerSecond: 1 / 30 }
/** So many failures in a row are free; from then on each one locks the login for twice as long. */
export const FREE_FAILURES = 5
const FIRST_LOCK_MS = 60_000
const LONGEST_LOCK_MS = 15 * 60_000
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000

/** `sign-in-throttled`, and when to try again. */
export class SignInThrottled extends ProtocolError {
  readonly retryAfterMs: number

  constructor(retryAfterMs: number) {
    super('sign-in-throttled')
    this.retryAfterMs = retryAfterMs
  }
}

/** One try with a secret. It counts as failed from its start, so that tries side by side cannot outrun the count. */
export interface Attempt {
  /** Whether its failure locks the login. */
  readonly locks: boolean
  /** It was right: the count starts anew. In the transaction of what it allows. */
  succeeded(db: Kysely<Schema>): Promise<void>
  /** It was neither right nor wrong. */
  takeBack(): Promise<void>
}

/**
 * Begins a try to show that one is `login` (which nobody may have). Throws `SignInThrottled` where the address or the
 * login has tried too often, on whichever node.
 */
export async function beginAttempt(
  { database, limits, now }: AccountsContext,
  { login, address }: { readonly login: string; readonly address: string },
): Promise<Attempt> {
  const hash = tokenHash(normalLogin(login))
  for (const [key, limit] of [
    [`sign-in:address:${address}`, ATTEMPTS_PER_ADDRESS],
    [`sign-in:login:${hash}`, ATTEMPTS_PER_LOGIN],
  ] as const) {
    const decision = await limits.take(key, limit)
    if (!decision.allowed) throw new SignInThrottled(decision.retryAfterMs)
  }
  const at = now()
  const failures = await database.writer.transaction((db) => countFailure(db, hash, at))
  return {
    locks: failures >= FREE_FAILURES,
    succeeded: (db) => forgetFailures(db, login, at),
    async takeBack() {
      await database.writer.statement((db) =>
        db
          .updateTable('sign_in_failures')
          .set({ failures: failures - 1, locked_until: 0 })
          .where('login_hash', '=', hash)
          .where('failures', '=', failures)
          .execute(),
      )
    },
  }
}

/** Ends the lock of the login, and clears away counts that are too old to matter. */
export async function forgetFailures(db: Kysely<Schema>, login: string, at: number): Promise<void> {
  const hash = tokenHash(normalLogin(login))
  await db
    .deleteFrom('sign_in_failures')
    .where((where) => where.or([where('login_hash', '=', hash), where('last_at', '<', at - FORGOTTEN_AFTER_MS)]))
    .execute()
}

/** Failures in a row with this one. Throws where the login is locked. */
async function countFailure(db: Kysely<Schema>, hash: string, at: number): Promise<number> {
  const forgotten = sql<boolean>`sign_in_failures.last_at < ${at - FORGOTTEN_AFTER_MS}`
  const counted = await db
    .insertInto('sign_in_failures')
    .values({ login_hash: hash, failures: 1, locked_until: 0, last_at: at })
    .onConflict((conflict) =>
      conflict
        .column('login_hash')
        .doUpdateSet({
          failures: sql<number>`case when ${forgotten} then 1 else sign_in_failures.failures + 1 end`,
          last_at: at,
        })
        .where('sign_in_failures.locked_until', '<=', at),
    )
    .returning('failures')
    .executeTakeFirst()
  if (counted === undefined) {
    const row = await db.selectFrom('sign_in_failures').select('locked_until').where('login_hash', '=', hash).execute()
    throw new SignInThrottled(Math.max(1_000, (row[0]?.locked_until ?? at) - at))
  }
  const { failures } = counted
  if (failures >= FREE_FAILURES) {
    const lock = Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (failures - FREE_FAILURES))
    await db
      .updateTable('sign_in_failures')
      .set({ locked_until: at + lock })
      .where('login_hash', '=', hash)
      .execute()
  }
  return failures
}
