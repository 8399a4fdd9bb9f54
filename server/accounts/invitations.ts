import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { InvitationsTable, Schema } from '../db/schema.ts'
import type {
  AcceptInvitation,
  Invitation,
  MadeInvitation,
  NewInvitation,
  OpenInvitation,
} from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { type AccountsContext, type Actor, newToken, normalLogin, roleOf, tokenHash } from './account-rows.ts'
import { endSessions, openSession } from './account-sessions.ts'
import { writeAudit } from './audit.ts'
import { insertAccount, personaOfRole } from './new-account.ts'
import type { Passwords } from './passwords.ts'
import { takeSecondFactor } from './second-factor.ts'
import type { SecretBox } from './secret-box.ts'
import { beginAttempt, forgetFailures } from './sign-in-attempts.ts'

export const INVITATION_MS = 7 * 24 * 60 * 60_000
const LISTED = 200

/** Links that make an account, or give one a new password; each works once and for a week. */
export interface Invitations {
  /** Those that make accounts, newest first, used ones too. */
  list(): Promise<Invitation[]>
  /** Throws `bad-request` where role and persona do not go together. */
  create(invitation: NewInvitation, by: Actor): Promise<MadeInvitation>
  /** Throws `not-found` where there is none that could still be accepted. */
  revoke(id: string, by: Actor): Promise<void>
  /** A link by which the account gets a new password; links made for it before end. Throws `not-found`. */
  resetLink(accountId: string, by: Actor): Promise<string>
  /** Throws `not-found` where the link is unknown, used or too old. */
  look(token: string): Promise<OpenInvitation>
  /**
   * Makes the account, or sets its password, and signs in: gives the cookie. Throws `not-found`; `not-possible` where
   * somebody has the login; `second-factor-required` and `sign-in-failed` where the account has a second factor.
   */
  accept(token: string, accepted: AcceptInvitation, address: string): Promise<string>
}

export function createInvitations(context: AccountsContext, passwords: Passwords, box: SecretBox): Invitations {
  const { database, now, personaName } = context

  async function openRow(token: string): Promise<InvitationsTable> {
    const row = await database.kysely
      .selectFrom('invitations')
      .selectAll()
      .where('token_hash', '=', tokenHash(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now())
      .executeTakeFirst()
    if (row === undefined) throw new ProtocolError('not-found')
    return row
  }

  return {
    async list() {
      const rows = await database.kysely
        .selectFrom('invitations')
        .selectAll()
        .where('account_id', 'is', null)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(LISTED)
        .execute()
      return rows.map(invitationOf)
    },

    async create({ role, name, personaId }, by) {
      const persona = personaOfRole(context, role, personaId ?? null)
      const { row, token } = newRow(now(), by, { role, name, persona_id: persona, account_id: null })
      await database.writer.transaction(async (db) => {
        await db.insertInto('invitations').values(row).execute()
        await writeAudit(db, {
          at: row.created_at,
          accountId: by.id,
          accountName: by.name,
          action: 'invitation-created',
          personaId: persona,
          subjectId: row.id,
          detail: { role, name },
        })
      })
      return { invitation: invitationOf(row), path: linkOf(token) }
    },

    revoke: (id, by) =>
      database.writer.transaction(async (db) => {
        const row = await db
          .deleteFrom('invitations')
          .where('id', '=', id)
          .where('used_at', 'is', null)
          .returning(['persona_id', 'name', 'role'])
          .executeTakeFirst()
        if (row === undefined) throw new ProtocolError('not-found')
        await writeAudit(db, {
          at: now(),
          accountId: by.id,
          accountName: by.name,
          action: 'invitation-revoked',
          personaId: row.persona_id,
          subjectId: id,
          detail: { role: row.role, name: row.name },
        })
      }),

    resetLink: (accountId, by) =>
      database.writer.transaction(async (db) => {
        const account = await db.selectFrom('accounts').selectAll().where('id', '=', accountId).executeTakeFirst()
        if (account === undefined) throw new ProtocolError('not-found')
        await db.deleteFrom('invitations').where('account_id', '=', accountId).where('used_at', 'is', null).execute()
        const { name, role, persona_id } = account
        const { row, token } = newRow(now(), by, { role, name, persona_id, account_id: accountId })
        await db.insertInto('invitations').values(row).execute()
        await writeAudit(db, {
          at: row.created_at,
          accountId: by.id,
          accountName: by.name,
          action: 'reset-link-created',
          personaId: persona_id,
          subjectId: accountId,
          detail: { name },
        })
        return linkOf(token)
      }),

    async look(token) {
      const row = await openRow(token)
      const account = row.account_id === null ? undefined : await accountRow(database.kysely, row.account_id)
      return {
        role: roleOf(row.role),
        name: row.name,
        personaName: row.persona_id === null ? null : (personaName(row.persona_id) ?? row.persona_id),
        ...(account === undefined ? {} : { login: account.login }),
        secondFactor: account !== undefined && account.totp_confirmed_at !== null,
      }
    },

    async accept(token, { login, password, code }, address) {
      const invitation = await openRow(token)
      return invitation.account_id === null
        ? await acceptNew(invitation, login, password)
        : await acceptReset(invitation, invitation.account_id, password, code, address)
    },
  }

  async function acceptNew(invitation: InvitationsTable, wanted: string, password: string): Promise<string> {
    const login = normalLogin(wanted)
    const hashed = await passwords.hash(password, login)
    return await database.writer.transaction(async (db) => {
      const at = now()
      await useUp(db, invitation, at)
      const role = roleOf(invitation.role)
      const id = await insertAccount(db, {
        login,
        name: invitation.name,
        role,
        personaId: personaOfRole(context, role, invitation.persona_id),
        passwordHash: hashed,
        at,
      })
      await writeAudit(db, {
        at,
        accountId: id,
        accountName: invitation.name,
        action: 'invitation-accepted',
        personaId: invitation.persona_id,
        subjectId: id,
        detail: { role, invitation: invitation.id },
      })
      return await openSession(db, id, at)
    })
  }

  async function acceptReset(
    invitation: InvitationsTable,
    accountId: string,
    password: string,
    code: string | undefined,
    address: string,
  ): Promise<string> {
    const account = await accountRow(database.kysely, accountId)
    if (account === undefined || account.disabled_at !== null) throw new ProtocolError('not-found')
    const protectedByCode = account.totp_confirmed_at !== null
    if (protectedByCode && code === undefined) throw new ProtocolError('second-factor-required')
    const hashed = await passwords.hash(password, account.login)
    // The link alone proves enough; only a code beside it could be guessed.
    const attempt = protectedByCode ? await beginAttempt(context, { login: account.login, address }) : null
    return await database.writer.transaction(async (db) => {
      const at = now()
      if (protectedByCode && !(await takeSecondFactor(db, account, code ?? '', at, box))) {
        throw new ProtocolError('sign-in-failed')
      }
      await useUp(db, invitation, at)
      await (attempt?.succeeded(db) ?? forgetFailures(db, account.login, at))
      await db.updateTable('accounts').set({ password_hash: hashed }).where('id', '=', accountId).execute()
      await endSessions(db, accountId)
      await writeAudit(db, {
        at,
        accountId,
        accountName: account.name,
        action: 'password-reset',
        subjectId: accountId,
      })
      return await openSession(db, accountId, at)
    })
  }
}

/** Of two that accept at once one is told that there is no such link. */
async function useUp(db: Kysely<Schema>, { id }: InvitationsTable, at: number): Promise<void> {
  const used = await db
    .updateTable('invitations')
    .set({ used_at: at })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  if (used.numUpdatedRows !== 1n) throw new ProtocolError('not-found')
}

async function accountRow(db: Kysely<Schema>, id: string) {
  return await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()
}

function newRow(
  at: number,
  by: Actor,
  what: Pick<InvitationsTable, 'role' | 'name' | 'persona_id' | 'account_id'>,
): { row: InvitationsTable; token: string } {
  const token = newToken()
  const row = {
    ...what,
    id: randomUUID(),
    token_hash: tokenHash(token),
    created_by: by.name,
    created_at: at,
    expires_at: at + INVITATION_MS,
    used_at: null,
  }
  return { row, token }
}

/** Behind `#`, which browsers send to no server: the token stands in no log of a proxy. */
function linkOf(token: string): string {
  return `/console#/invitation/${token}`
}

function invitationOf(row: InvitationsTable): Invitation {
  return {
    id: row.id,
    role: roleOf(row.role),
    name: row.name,
    personaId: row.persona_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  }
}
