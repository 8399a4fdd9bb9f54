import type { Role } from '../../server/protocol/console-account.ts'

export type Permission = 'review' | 'edit-knowledge' | 'read-insight' | 'manage-site' | 'read-audit'

/** What is drawn for a role. The server decides again; a control that nobody may use is not shown at all. */
export function mayUse(role: Role, permission: Permission): boolean {
  return role === 'operator' || (permission !== 'manage-site' && permission !== 'read-audit')
}
