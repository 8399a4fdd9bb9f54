import type { AccountsTable } from '../db/schema.ts'
import type { PasswordChange, TotpStarted } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { SignedIn } from './access.ts'
import type { AccountsContext } from './account-rows.ts'
import { endSessions } from './account-sessions.ts'
import { writeAudit } from './audit.ts'
import type { Passwords } from './passwords.ts'
import { newRecoveryCodes, newTotp, totpStep } from './second-factor.ts'
import type { SecretBox } from './secret-box.ts'
import { beginAttempt } from './sign-in-attempts.ts'

/** What an account does to itself. */
export interface OwnAccount {
  /** Ends all other sessions of the account. Throws `sign-in-failed` where `current` is wrong, `sign-in-throttled`. */
  changePassword(who: SignedIn, change: PasswordChange, address: string): Promise<void>
  /** A secret that counts from its confirmation. Throws `not-possible` where a second factor is set already. */
  startTotp(who: SignedIn): Promise<TotpStarted>
  /** Gives the recovery codes. Throws `sign-in-failed` for a wrong code, `not-possible` where nothing was started. */
  confirmTotp(who: SignedIn, code: string): Promise<readonly string[]>
  /** Throws `sign-in-failed` for a wrong password, `sign-in-throttled`. */
  removeTotp(who: SignedIn, password: string, address: string): Promise<void>
}

export function createOwnAccount(context: AccountsContext, passwords: Passwords, box: SecretBox): OwnAccount {
  const { database, now } = context

  async function rowOf({ account }: SignedIn): Promise<AccountsTable> {
    return await database.kysely
      .selectFrom('accounts')
      .selectAll()
      .where('id', '=', account.id)
      .executeTakeFirstOrThrow()
  }

  /** A stolen session must not be a way to guess the password. */
  async function proven(who: SignedIn, password: string, address: string) {
    const attempt = await beginAttempt(context, { login: who.account.login, address })
    const row = await rowOf(who)
    if (!(await passwords.verify(row.password_hash, password))) throw new ProtocolError('sign-in-failed')
    return { row, attempt }
  }

  const audited = (who: SignedIn, action: string) => ({
    at: now(),
    accountId: who.account.id,
    accountName: who.account.name,
    action,
    subjectId: who.account.id,
  })

  return {
    async changePassword(who, { current, next }, address) {
      const { row, attempt } = await proven(who, current, address)
      const hashed = await passwords.hash(next, row.login)
      await database.writer.transaction(async (db) => {
        await attempt.succeeded(db)
        const changed = await db
          .updateTable('accounts')
          .set({ password_hash: hashed })
          .where('id', '=', row.id)
          .where('password_hash', '=', row.password_hash)
          .executeTakeFirst()
        if (changed.numUpdatedRows !== 1n) throw new ProtocolError('changed-meanwhile')
        await endSessions(db, row.id, who.sessionHash)
        await writeAudit(db, audited(who, 'password-changed'))
      })
    },

    async startTotp(who) {
      const totp = newTotp(who.account.login)
      const sealed = await box.seal(totp.secret, who.account.id)
      await database.writer.statement(async (db) => {
        const started = await db
          .updateTable('accounts')
          .set({ totp_secret: sealed, totp_last_step: null })
          .where('id', '=', who.account.id)
          .where('totp_confirmed_at', 'is', null)
          .executeTakeFirst()
        if (started.numUpdatedRows !== 1n) throw new ProtocolError('not-possible')
      })
      return totp
    },

    async confirmTotp(who, code) {
      const row = await rowOf(who)
      if (row.totp_secret === null || row.totp_confirmed_at !== null) throw new ProtocolError('not-possible')
      const step = totpStep(await box.open(row.totp_secret, row.id), code, now(), row.totp_last_step)
      if (step === null) throw new ProtocolError('sign-in-failed')
      const { codes, hashes } = newRecoveryCodes()
      await database.writer.transaction(async (db) => {
        const confirmed = await db
          .updateTable('accounts')
          .set({ totp_confirmed_at: now(), totp_last_step: step, recovery_hashes: JSON.stringify(hashes) })
          .where('id', '=', row.id)
          .where('totp_secret', '=', row.totp_secret)
          .where('totp_confirmed_at', 'is', null)
          .executeTakeFirst()
        if (confirmed.numUpdatedRows !== 1n) throw new ProtocolError('not-possible')
        await endSessions(db, row.id, who.sessionHash)
        await writeAudit(db, audited(who, 'second-factor-added'))
      })
      return codes
    },

    async removeTotp(who, password, address) {
      const { row, attempt } = await proven(who, password, address)
      await database.writer.transaction(async (db) => {
        await attempt.succeeded(db)
        await db.updateTable('accounts').set(NO_SECOND_FACTOR).where('id', '=', row.id).execute()
        await writeAudit(db, audited(who, 'second-factor-removed'))
      })
    },
  }
}

/** The columns of an account without a second factor. */
export const NO_SECOND_FACTOR = {
  totp_secret: null,
  totp_confirmed_at: null,
  totp_last_step: null,
  recovery_hashes: null,
} as const
