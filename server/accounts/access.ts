import type { Account, Role } from '../protocol/console-account.ts'

/** What an account may be allowed to do. */
export type Permission =
  /** See the queue and its turns, decide, write corrections, keep golden questions. */
  | 'review'
  /** Pause an answer, a document or a persona, and end the pause. */
  | 'pause'
  /** Upload, change and publish documents. */
  | 'edit-knowledge'
  | 'read-insight'
  /** Accounts, invitations, settings of the site. */
  | 'manage-site'
  | 'read-audit'

const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  operator: ['review', 'pause', 'edit-knowledge', 'read-insight', 'manage-site', 'read-audit'],
  reviewer: ['review', 'pause', 'edit-knowledge', 'read-insight'],
  lecturer: ['review', 'pause', 'edit-knowledge', 'read-insight'],
}

/** The account with the session that it is signed in by. */
export interface SignedIn {
  readonly account: Account
  /** Hex SHA-256 of the cookie; the cookie itself is never stored. */
  readonly sessionHash: string
}

export function may(account: Account, permission: Permission): boolean {
  return !account.disabled && PERMISSIONS[account.role].includes(permission)
}

/** Whether the account may know of what belongs to this persona. What it may not know is answered as if it were not there. */
export function maySee(account: Account, personaId: string | null): boolean {
  if (account.disabled) return false
  return account.role !== 'lecturer' || (personaId !== null && account.personaId === personaId)
}

/** The personas whose data a list may hold; undefined where the account sees them all. */
export function visiblePersonas(account: Account): readonly string[] | undefined {
  if (account.role !== 'lecturer') return undefined
  return account.personaId === null ? [] : [account.personaId]
}
