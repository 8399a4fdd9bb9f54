import { type AccountDirectory, createAccountDirectory } from './account-directory.ts'
import type { AccountsContext } from './account-rows.ts'
import { type AccountSessions, createAccountSessions } from './account-sessions.ts'
import { createInvitations, type Invitations } from './invitations.ts'
import { createOwnAccount, type OwnAccount } from './own-account.ts'
import { createPasswords } from './passwords.ts'
import { type AuditLog, createAuditLog } from './read-audit.ts'
import { totpBox } from './second-factor.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { createSiteSettings, type SiteSettingsStore } from './site-settings.ts'

/** Who may enter the console, and what they did there. */
export interface Accounts {
  readonly door: SignIn
  readonly sessions: AccountSessions
  readonly own: OwnAccount
  readonly invitations: Invitations
  readonly directory: AccountDirectory
  readonly audit: AuditLog
  readonly settings: SiteSettingsStore
}

/** The accounts of a site, in its database. */
export function openAccounts(context: AccountsContext): Accounts {
  const passwords = createPasswords()
  const box = totpBox(context)
  return {
    door: createSignIn(context, passwords, box),
    sessions: createAccountSessions(context),
    own: createOwnAccount(context, passwords, box),
    invitations: createInvitations(context, passwords, box),
    directory: createAccountDirectory(context, passwords),
    audit: createAuditLog(context),
    settings: createSiteSettings(context),
  }
}
