import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Schema } from '../db/schema.ts'
import type { Role } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { type AccountsContext, normalLogin } from './account-rows.ts'

export interface NewAccountRow {
  readonly login: string
  readonly name: string
  readonly role: Role
  readonly personaId: string | null
  /** Null where the person sets the first password by a link. */
  readonly passwordHash: string | null
  readonly at: number
}

/** Gives the id of the new account. Throws `not-possible` where somebody has the login. */
export async function insertAccount(db: Kysely<Schema>, account: NewAccountRow): Promise<string> {
  const id = randomUUID()
  const made = await db
    .insertInto('accounts')
    .values({
      id,
      login: normalLogin(account.login),
      name: account.name,
      role: account.role,
      persona_id: account.personaId,
      password_hash: account.passwordHash,
      totp_secret: null,
      totp_confirmed_at: null,
      totp_last_step: null,
      recovery_hashes: null,
      disabled_at: null,
      created_at: account.at,
      last_seen_at: null,
    })
    .onConflict((conflict) => conflict.column('login').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (made === undefined) throw new ProtocolError('not-possible', 'Somebody has this login already.')
  return id
}

/** The persona of an account with this role. Throws `bad-request`: a lecturer has one that exists, others have none. */
export function personaOfRole(
  { personaName }: Pick<AccountsContext, 'personaName'>,
  role: Role,
  personaId: string | null,
): string | null {
  if (role !== 'lecturer') {
    if (personaId !== null) throw new ProtocolError('bad-request', 'Only a lecturer has a persona.')
    return null
  }
  if (personaId === null) throw new ProtocolError('bad-request', 'A lecturer needs a persona.')
  if (personaName(personaId) === undefined) throw new ProtocolError('bad-request', 'There is no such persona.')
  return personaId
}
