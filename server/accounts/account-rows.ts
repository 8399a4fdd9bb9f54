import { createHash, randomBytes } from 'node:crypto'
import type { OpenDatabase } from '../db/open-database.ts'
import type { AccountsTable } from '../db/schema.ts'
import type { RateLimits } from '../limits/rate-limits.ts'
import { type Account, ROLES, type Role } from '../protocol/console-account.ts'

/** What the parts of the accounts share. */
export interface AccountsContext {
  readonly database: OpenDatabase
  readonly limits: RateLimits
  readonly now: () => number
  /** The name of a persona of this site, whether or not it may speak now; undefined where there is none. */
  readonly personaName: (id: string) => string | undefined
  /**
   * Holds the key of the second factors' secrets. On SQLite it is made where it is missing; on PostgreSQL, which several
   * nodes share, it is put there by hand. Without it the secrets are stored readable.
   */
  readonly keyFile?: string
}

/** Who does something: an account, or the command line (`id` null). */
export interface Actor {
  readonly id: string | null
  readonly name: string
}

/** 32 random bytes, as they stand in a cookie or a link. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Hex SHA-256: all that is stored of a token. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** The one spelling of a login under which it is stored and looked up. */
export function normalLogin(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase()
}

/** The account as the console may see it: nothing secret. */
export function accountOf(row: AccountsTable): Account {
  return {
    id: row.id,
    login: row.login,
    name: row.name,
    role: roleOf(row.role),
    personaId: row.persona_id,
    secondFactor: row.totp_confirmed_at !== null,
    disabled: row.disabled_at !== null,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  }
}

/** Throws where the database holds a role that this version does not know. */
export function roleOf(text: string): Role {
  const role = ROLES.find((known) => known === text)
  if (role === undefined) throw new Error(`There is no role "${text}".`)
  return role
}
