import type { AuditRow } from '../protocol/console-account.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { AccountsContext } from './account-rows.ts'

export interface AuditQuery {
  readonly personaId?: string
  /** `next` of the page before. */
  readonly before?: string
  readonly limit: number
}

export interface AuditLog {
  /** What was done, newest first. Throws `bad-request` for a `before` that no page gave. */
  read(query: AuditQuery): Promise<{ rows: AuditRow[]; next: string | null }>
}

export function createAuditLog({ database }: Pick<AccountsContext, 'database'>): AuditLog {
  return {
    async read({ personaId, before, limit }) {
      let query = database.kysely
        .selectFrom('audit_rows')
        .selectAll()
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (personaId !== undefined) query = query.where('persona_id', '=', personaId)
      if (before !== undefined) {
        const { at, id } = parsePlace(before)
        query = query.where((where) =>
          where.or([where('at', '<', at), where.and([where('at', '=', at), where('id', '<', id)])]),
        )
      }
      const found = await query.execute()
      const rows = found.slice(0, limit).map((row) => ({
        id: row.id,
        at: row.at,
        accountId: row.account_id,
        accountName: row.account_name,
        action: row.action,
        personaId: row.persona_id,
        subjectId: row.subject_id,
        detail: JSON.parse(row.detail) as Record<string, unknown>,
      }))
      const last = rows.at(-1)
      return { rows, next: found.length > limit && last !== undefined ? `${last.at}_${last.id}` : null }
    },
  }
}

function parsePlace(text: string): { at: number; id: string } {
  const [, at, id] = /^(\d{1,15})_([\w-]{1,60})$/.exec(text) ?? []
  if (at === undefined || id === undefined) throw new ProtocolError('bad-request')
  return { at: Number(at), id }
}
