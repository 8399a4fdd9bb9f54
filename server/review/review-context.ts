import type { Kysely } from 'kysely'
import { maySee } from '../accounts/access.ts'
import type { OpenDatabase } from '../db/open-database.ts'
import type { Schema } from '../db/schema.ts'
import type { Document } from '../knowledge/document.ts'
import type { Account } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { findItem } from './queue-rows.ts'

/** What the parts of the review share. */
export interface ReviewContext {
  readonly database: OpenDatabase
  readonly now: () => number
  readonly personaName: (id: string) => string | undefined
  /** The document as it is now. */
  readonly document: (id: string) => Document | undefined
}

/** The row of a turn as it is now. Throws `not-found` where there is none, or none that the account may know of. */
export async function requireItem(db: Kysely<Schema>, account: Account, answerId: string) {
  const item = await findItem(db, answerId)
  if (item === undefined || !maySee(account, item.persona_id)) throw new ProtocolError('not-found')
  return item
}
