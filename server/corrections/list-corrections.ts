import { type ExpressionBuilder, sql } from 'kysely'
import type { Schema } from '../db/schema.ts'
import type { Correction, CorrectionState } from '../protocol/console-correction.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { shownCorrection } from './correction-rows.ts'
import type { CorrectionsContext } from './corrections-context.ts'

export interface CorrectionFilter {
  readonly personaId?: string
  /** `live` means all that answer now, those of which a newer version is being written, too. */
  readonly state?: CorrectionState
  /** Anywhere in the question, its phrasings or the answer. */
  readonly words?: string
  readonly sourceChanged?: boolean
  readonly cursor?: string
  readonly limit?: number
}

export interface CorrectionPage {
  readonly rows: Correction[]
  readonly next: string | null
}

const ROWS = 50

/** One page, last changed first. `personas` undefined means all. */
export async function listCorrections(
  context: CorrectionsContext,
  personas: readonly string[] | undefined,
  filter: CorrectionFilter,
): Promise<CorrectionPage> {
  const limit = filter.limit ?? ROWS
  if (personas?.length === 0) return { rows: [], next: null }
  let query = context.database.kysely.selectFrom('corrections').selectAll()
  if (personas !== undefined) query = query.where('persona_id', 'in', personas)
  if (filter.personaId !== undefined) query = query.where('persona_id', '=', filter.personaId)
  if (filter.state === 'live') query = query.where('live_version', 'is not', null)
  else if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.sourceChanged !== undefined) query = query.where('source_changed', '=', filter.sourceChanged ? 1 : 0)
  if (filter.words !== undefined && filter.words.trim() !== '') {
    const pattern = `%${filter.words.trim().replace(/[\\%_]/g, '\\$&')}%`
    query = query.where((build) =>
      build.or([like(build, 'question', pattern), like(build, 'phrasings', pattern), like(build, 'answer', pattern)]),
    )
  }
  if (filter.cursor !== undefined) {
    const { at, id } = readCursor(filter.cursor)
    query = query.where((build) =>
      build.or([build('changed_at', '<', at), build.and([build('changed_at', '=', at), build('id', '>', id)])]),
    )
  }
  const rows = await query
    .orderBy('changed_at', 'desc')
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    rows: await Promise.all(page.map((row) => shownCorrection(context, row))),
    next: rows.length > limit && last !== undefined ? `${last.changed_at}.${last.id}` : null,
  }
}

function like(
  build: ExpressionBuilder<Schema, 'corrections'>,
  column: 'question' | 'phrasings' | 'answer',
  pattern: string,
) {
  return sql<boolean>`lower(${build.ref(column)}) like lower(${pattern}) escape '\\'`
}

function readCursor(cursor: string): { readonly at: number; readonly id: string } {
  const match = /^(\d{1,15})\.([\w-]{1,64})$/.exec(cursor)
  if (match === null) throw new ProtocolError('bad-request', 'The cursor does not fit this list.')
  return { at: Number(match[1]), id: match[2] ?? '' }
}
