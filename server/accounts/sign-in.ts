import type { AccountsTable } from '../db/schema.ts'
import type { Login } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { type AccountsContext, normalLogin, tokenHash } from './account-rows.ts'
import { openSession } from './account-sessions.ts'
import { writeAudit } from './audit.ts'
import type { Passwords } from './passwords.ts'
import { takeSecondFactor } from './second-factor.ts'
import type { SecretBox } from './secret-box.ts'
import { beginAttempt } from './sign-in-attempts.ts'

export interface SignInRequest extends Login {
  readonly address: string
  /** The cookie of a session that the new one replaces. */
  readonly replaces?: string
}

export interface SignIn {
  /**
   * Gives the cookie of a new session. Throws `sign-in-failed` alike for an unknown login, a wrong password, a wrong
   * code and a disabled account; `second-factor-required` where the password was right and the code is missing;
   * `sign-in-throttled`.
   */
  signIn(request: SignInRequest): Promise<string>
  signOut(account: { readonly id: string; readonly name: string }, sessionHash: string): Promise<void>
}

export function createSignIn(context: AccountsContext, passwords: Passwords, box: SecretBox): SignIn {
  const { database, now } = context

  async function failed(row: AccountsTable | undefined, locks: boolean, address: string): Promise<never> {
    // Of a login that nobody has nothing is kept: people type passwords there by mistake.
    if (row !== undefined) {
      await database.writer.statement((db) =>
        writeAudit(db, {
          at: now(),
          accountId: row.id,
          accountName: row.name,
          action: locks ? 'sign-in-locked' : 'sign-in-failed',
          subjectId: row.id,
          detail: { address },
        }),
      )
    }
    throw new ProtocolError('sign-in-failed')
  }

  return {
    async signIn({ login, password, code, address, replaces }) {
      const attempt = await beginAttempt(context, { login, address })
      const row = await database.kysely
        .selectFrom('accounts')
        .selectAll()
        .where('login', '=', normalLogin(login))
        .executeTakeFirst()
      const right = await passwords.verify(row?.password_hash ?? null, password)
      if (row === undefined || !right || row.disabled_at !== null) return await failed(row, attempt.locks, address)
      if (row.totp_confirmed_at !== null && (code ?? '').trim() === '') {
        await attempt.takeBack()
        throw new ProtocolError('second-factor-required')
      }
      const cookie = await database.writer.transaction(async (db) => {
        const at = now()
        const used = row.totp_confirmed_at === null ? 'none' : await takeSecondFactor(db, row, code ?? '', at, box)
        if (used === false) return null
        // The account may have been disabled, or its password changed, since it was read.
        const still = await db
          .updateTable('accounts')
          .set({ last_seen_at: at })
          .where('id', '=', row.id)
          .where('password_hash', '=', row.password_hash)
          .where('disabled_at', 'is', null)
          .executeTakeFirst()
        if (still.numUpdatedRows !== 1n) return null
        await attempt.succeeded(db)
        if (replaces !== undefined) {
          await db.deleteFrom('account_sessions').where('token_hash', '=', tokenHash(replaces)).execute()
        }
        await writeAudit(db, {
          at,
          accountId: row.id,
          accountName: row.name,
          action: 'account-signed-in',
          subjectId: row.id,
          detail: { address, secondFactor: used },
        })
        return await openSession(db, row.id, at)
      })
      return cookie ?? (await failed(row, attempt.locks, address))
    },

    signOut: (account, sessionHash) =>
      database.writer.transaction(async (db) => {
        await db.deleteFrom('account_sessions').where('token_hash', '=', sessionHash).execute()
        await writeAudit(db, {
          at: now(),
          accountId: account.id,
          accountName: account.name,
          action: 'account-signed-out',
          subjectId: account.id,
        })
      }),
  }
}
