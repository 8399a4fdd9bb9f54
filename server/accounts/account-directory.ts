import type { AccountsTable } from '../db/schema.ts'
import type { Account, AccountChange, Role } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { type AccountsContext, type Actor, accountOf, normalLogin } from './account-rows.ts'
import { endSessions } from './account-sessions.ts'
import { writeAudit } from './audit.ts'
import { insertAccount, personaOfRole } from './new-account.ts'
import { NO_SECOND_FACTOR } from './own-account.ts'
import type { Passwords } from './passwords.ts'

export interface NewAccount {
  readonly login: string
  readonly name: string
  readonly role: Role
  readonly personaId?: string
  /** Without it the account waits for a link. */
  readonly password?: string
}

/** All accounts of the site, for those who manage it. */
export interface AccountDirectory {
  list(): Promise<Account[]>
  findByLogin(login: string): Promise<Account | null>
  /** Throws `bad-request` where role and persona do not go together, `not-possible` where somebody has the login. */
  create(account: NewAccount, by: Actor): Promise<Account>
  /**
   * Holds from the next request of the account on. Throws `not-found`; `not-possible` where somebody takes away their
   * own role or access, so that a site always has an operator; `bad-request`.
   */
  change(id: string, change: AccountChange, by: Actor): Promise<Account>
}

export function createAccountDirectory(context: AccountsContext, passwords: Passwords): AccountDirectory {
  const { database, now } = context
  return {
    async list() {
      const rows = await database.kysely.selectFrom('accounts').selectAll().orderBy('login').execute()
      return rows.map(accountOf)
    },

    async findByLogin(login) {
      const row = await database.kysely
        .selectFrom('accounts')
        .selectAll()
        .where('login', '=', normalLogin(login))
        .executeTakeFirst()
      return row === undefined ? null : accountOf(row)
    },

    async create({ login, name, role, personaId, password }, by) {
      const persona = personaOfRole(context, role, personaId ?? null)
      const passwordHash = password === undefined ? null : await passwords.hash(password, normalLogin(login))
      return await database.writer.transaction(async (db) => {
        const at = now()
        const id = await insertAccount(db, { login, name, role, personaId: persona, passwordHash, at })
        await writeAudit(db, {
          at,
          accountId: by.id,
          accountName: by.name,
          action: 'account-created',
          personaId: persona,
          subjectId: id,
          detail: { login: normalLogin(login), name, role },
        })
        return accountOf(await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirstOrThrow())
      })
    },

    change: (id, change, by) =>
      database.writer.transaction(async (db) => {
        const before = await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()
        if (before === undefined) throw new ProtocolError('not-found')
        if (id === by.id && (change.disabled === true || (change.role ?? before.role) !== before.role)) {
          throw new ProtocolError('not-possible', 'Nobody can take away their own access.')
        }
        const after = changedRow(context, before, change, now())
        await db.updateTable('accounts').set(after).where('id', '=', id).execute()
        if (change.disabled === true) await endSessions(db, id)
        await writeAudit(db, {
          at: now(),
          accountId: by.id,
          accountName: by.name,
          action: actionOf(change),
          personaId: after.persona_id,
          subjectId: id,
          detail: { ...change, login: before.login },
        })
        return accountOf(after)
      }),
  }
}

function changedRow(context: AccountsContext, before: AccountsTable, change: AccountChange, at: number): AccountsTable {
  const { role } = accountOf(before)
  const nextRole = change.role ?? role
  const kept = nextRole === 'lecturer' ? before.persona_id : null
  const persona = change.personaId === undefined ? kept : change.personaId
  const moved = change.role !== undefined || change.personaId !== undefined
  return {
    ...before,
    name: change.name ?? before.name,
    role: nextRole,
    persona_id: moved ? personaOfRole(context, nextRole, persona) : before.persona_id,
    disabled_at:
      change.disabled === undefined ? before.disabled_at : change.disabled ? (before.disabled_at ?? at) : null,
    ...(change.secondFactor === false ? NO_SECOND_FACTOR : {}),
  }
}

function actionOf(change: AccountChange): string {
  if (change.disabled !== undefined) return change.disabled ? 'account-disabled' : 'account-enabled'
  return change.secondFactor === false ? 'second-factor-removed' : 'account-changed'
}
