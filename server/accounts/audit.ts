import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Schema } from '../db/schema.ts'

export interface AuditEntry {
  readonly at: number
  /** Who did it; null for the command line. */
  readonly accountId: string | null
  readonly accountName: string
  /** Noun-action, such as `correction-approved`. */
  readonly action: string
  readonly personaId?: string | null
  readonly subjectId?: string | null
  /** Never a visitor's words, never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Writes the row in the transaction of what it tells of: neither is there without the other. */
export async function writeAudit(db: Kysely<Schema>, entry: AuditEntry): Promise<void> {
  await db
    .insertInto('audit_rows')
    .values({
      id: randomUUID(),
      at: entry.at,
      account_id: entry.accountId,
      account_name: entry.accountName,
      action: entry.action,
      persona_id: entry.personaId ?? null,
      subject_id: entry.subjectId ?? null,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute()
}
