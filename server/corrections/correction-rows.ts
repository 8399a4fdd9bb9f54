import { type Kysely, type Selectable, sql } from 'kysely'
import type { CorrectionsTable, Schema } from '../db/schema.ts'
import type { Account } from '../protocol/console-account.ts'
import type { Correction, CorrectionState, CorrectionVersion } from '../protocol/console-correction.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { CorrectionsContext } from './corrections-context.ts'
import { type CorrectionContent, contentOf } from './live-correction.ts'

export type CorrectionRow = Selectable<CorrectionsTable>

/** The most rows of a history that are shown. */
const SHOWN_VERSIONS = 200

/** The columns that hold a content. */
export function contentColumns(content: CorrectionContent) {
  return {
    question: content.question,
    phrasings: JSON.stringify(content.phrasings),
    not_these: JSON.stringify(content.notThese),
    answer: content.answer,
    source: JSON.stringify(content.source),
    valid_until: content.validUntil ?? null,
  } satisfies Partial<CorrectionsTable>
}

/** The document that a content rests on, as it was when the span was checked. */
export function sourceColumns({ source }: CorrectionContent, document: CorrectionsContext['document']) {
  const id = source.kind === 'document' ? source.documentId : null
  return {
    source_document_id: id,
    source_document_hash: id === null ? null : (document(id)?.hash ?? ''),
  } satisfies Partial<CorrectionsTable>
}

export function rowContent(row: CorrectionRow): CorrectionContent {
  return contentOf({
    question: row.question,
    phrasings: JSON.parse(row.phrasings),
    notThese: JSON.parse(row.not_these),
    answer: row.answer,
    source: JSON.parse(row.source),
    ...(row.valid_until === null ? {} : { validUntil: row.valid_until }),
  })
}

/** The correction as the console is shown it. */
export async function shownCorrection(context: CorrectionsContext, row: CorrectionRow): Promise<Correction> {
  const waits = row.state === 'reviewed' && (await needsLecturer(context, row.persona_id))
  return {
    id: row.id,
    personaId: row.persona_id,
    personaName: context.persona(row.persona_id)?.name ?? row.persona_id,
    state: row.state as CorrectionState,
    ...rowContent(row),
    revision: row.revision,
    version: row.version,
    fromAnswerId: row.from_answer_id,
    authorName: row.author_name,
    approvedByName: row.approved_by_name,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    liveAt: row.live_at,
    sourceChanged: row.source_changed === 1,
    hits: row.hits,
    awaits: waits ? 'lecturer' : null,
    ...(row.live_version === null ? {} : { liveVersion: row.live_version }),
  }
}

/** Whether only the lecturer may approve. An institution has none: its words are the staff's own. */
export async function needsLecturer(
  { settings, persona }: Pick<CorrectionsContext, 'settings' | 'persona'>,
  personaId: string,
): Promise<boolean> {
  return persona(personaId)?.speaker !== 'institution' && (await settings()).lecturerApproves
}

/** Newest first. */
export async function shownVersions(db: Kysely<Schema>, id: string): Promise<CorrectionVersion[]> {
  const rows = await db
    .selectFrom('correction_versions')
    .selectAll()
    .where('correction_id', '=', id)
    .orderBy('at', 'desc')
    .orderBy('version', 'desc')
    .limit(SHOWN_VERSIONS)
    .execute()
  return rows.map((row) => ({
    version: row.version,
    state: row.state as CorrectionState,
    ...contentOf(JSON.parse(row.content)),
    by: row.account_name,
    at: row.at,
    reason: row.reason,
  }))
}

/** Notes in the history that a version of the correction is in this state now. */
export async function noteVersion(
  db: Kysely<Schema>,
  version: {
    readonly id: string
    readonly version: number
    readonly state: CorrectionState
    readonly content: CorrectionContent
    readonly by: Pick<Account, 'id' | 'name'>
    readonly at: number
    readonly reason?: string | undefined
  },
): Promise<void> {
  await db
    .insertInto('correction_versions')
    .values({
      correction_id: version.id,
      version: version.version,
      state: version.state,
      content: JSON.stringify(version.content),
      account_id: version.by.id,
      account_name: version.by.name,
      at: version.at,
      reason: version.reason ?? null,
    })
    .execute()
}

/** Holds all other changes to this persona's corrections until the transaction ends. SQLite writes one after the other anyway. */
export async function lockCorrections(
  db: Kysely<Schema>,
  dialect: 'sqlite' | 'postgres',
  personaId: string,
): Promise<void> {
  if (dialect === 'postgres') {
    await sql`select pg_advisory_xact_lock(hashtext(${`corrections ${personaId}`}))`.execute(db)
  }
}

/** The row, no other change to it under way. Throws `not-found`, or `changed-meanwhile` where it is not at `revision` any more. */
export async function lockedRow(
  db: Kysely<Schema>,
  dialect: 'sqlite' | 'postgres',
  id: string,
  revision: number,
): Promise<CorrectionRow> {
  const place = await db.selectFrom('corrections').select('persona_id').where('id', '=', id).executeTakeFirst()
  if (place === undefined) throw new ProtocolError('not-found')
  await lockCorrections(db, dialect, place.persona_id)
  const row = await db.selectFrom('corrections').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  if (row.revision !== revision) throw new ProtocolError('changed-meanwhile')
  return row
}
