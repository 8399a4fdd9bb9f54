import type { Kysely } from 'kysely'
import type { Schema } from '../db/schema.ts'
import type { SignedIn } from './access.ts'
import { type AccountsContext, accountOf, newToken, tokenHash } from './account-rows.ts'

/** A session ends after this long without a request, and at last this long after its start. */
export const SESSION_IDLE_MS = 12 * 60 * 60_000
export const SESSION_LONGEST_MS = 14 * 24 * 60 * 60_000
/** How exactly it is known when an account was last seen: a write each request would be too many. */
const SEEN_EVERY_MS = 60_000

export interface AccountSessions {
  /** Who holds this cookie; null where the session has ended or the account is disabled. */
  find(cookie: string): Promise<SignedIn | null>
  /** Starts a session of the account; gives the cookie. */
  open(accountId: string): Promise<string>
}

export function createAccountSessions({ database, now }: AccountsContext): AccountSessions {
  return {
    async find(cookie) {
      const hash = tokenHash(cookie)
      const at = now()
      const session = await database.kysely
        .selectFrom('account_sessions')
        .select(['account_id', 'last_seen_at', 'expires_at'])
        .where('token_hash', '=', hash)
        .executeTakeFirst()
      if (session === undefined || session.expires_at <= at || session.last_seen_at <= at - SESSION_IDLE_MS) return null
      const row = await database.kysely
        .selectFrom('accounts')
        .selectAll()
        .where('id', '=', session.account_id)
        .where('disabled_at', 'is', null)
        .executeTakeFirst()
      if (row === undefined) return null
      if (session.last_seen_at <= at - SEEN_EVERY_MS) {
        await database.writer.transaction(async (db) => {
          await db.updateTable('account_sessions').set({ last_seen_at: at }).where('token_hash', '=', hash).execute()
          await db.updateTable('accounts').set({ last_seen_at: at }).where('id', '=', row.id).execute()
        })
      }
      return { account: accountOf(row), sessionHash: hash }
    },
    open: (accountId) => database.writer.transaction((db) => openSession(db, accountId, now())),
  }
}

/** Starts a session in the transaction of the sign-in, and clears away those that have ended. Gives the cookie. */
export async function openSession(db: Kysely<Schema>, accountId: string, at: number): Promise<string> {
  await db
    .deleteFrom('account_sessions')
    .where((where) => where.or([where('expires_at', '<=', at), where('last_seen_at', '<=', at - SESSION_IDLE_MS)]))
    .execute()
  const cookie = newToken()
  await db
    .insertInto('account_sessions')
    .values({
      token_hash: tokenHash(cookie),
      account_id: accountId,
      created_at: at,
      last_seen_at: at,
      expires_at: at + SESSION_LONGEST_MS,
    })
    .execute()
  await db.updateTable('accounts').set({ last_seen_at: at }).where('id', '=', accountId).execute()
  return cookie
}

/** Ends the sessions of the account, but for the one with the hash `except`. */
export async function endSessions(db: Kysely<Schema>, accountId: string, except?: string): Promise<void> {
  let ending = db.deleteFrom('account_sessions').where('account_id', '=', accountId)
  if (except !== undefined) ending = ending.where('token_hash', '<>', except)
  await ending.execute()
}
