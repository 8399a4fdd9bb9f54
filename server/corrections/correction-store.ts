import { randomUUID } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import { maySee, visiblePersonas } from '../accounts/access.ts'
import { writeAudit } from '../accounts/audit.ts'
import type { CorrectionVersionsTable, Schema } from '../db/schema.ts'
import type { Account } from '../protocol/console-account.ts'
import type {
  Correction,
  CorrectionAction,
  CorrectionChange,
  CorrectionDraft,
  CorrectionVersion,
} from '../protocol/console-correction.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { markCorrected } from '../review/queue-rows.ts'
import { actOn } from './act-on-correction.ts'
import { checkedContent } from './check-content.ts'
import {
  type CorrectionRow,
  contentColumns,
  lockedRow,
  needsLecturer,
  noteVersion,
  rowContent,
  shownCorrection,
  shownVersions,
  sourceColumns,
} from './correction-rows.ts'
import type { CorrectionsContext } from './corrections-context.ts'
import { type CorrectionFilter, type CorrectionPage, listCorrections } from './list-corrections.ts'
import { contentHash } from './live-correction.ts'

const SAME_DRAFT_MS = 10 * 60_000

/** Corrections as the console works with them. What an account may not know of is `not-found`. */
export interface CorrectionStore {
  list(account: Account, filter: CorrectionFilter): Promise<CorrectionPage>
  find(account: Account, id: string): Promise<{ correction: Correction; versions: CorrectionVersion[] }>
  create(account: Account, draft: CorrectionDraft): Promise<Correction>
  /**
   * A new version, as a draft; what is live goes on answering. A draft that the same account wrote less than ten minutes
   * ago, and that nobody has acted on since, is written anew in its place: forms save by themselves. Throws
   * `changed-meanwhile` and overwrites nothing.
   */
  change(account: Account, id: string, change: CorrectionChange): Promise<Correction>
  act(account: Account, id: string, action: CorrectionAction): Promise<Correction>
}

export interface CorrectionStoreParts extends CorrectionsContext {
  /** Called after each commit that changed what is live. */
  readonly onLiveChanged: (personaId: string) => Promise<void>
  /** Called after a commit with the sessions whose visitors have a reply waiting. */
  readonly onReplies: (sessionIds: readonly string[]) => void
}

export function createCorrectionStore(parts: CorrectionStoreParts): CorrectionStore {
  const { database, now } = parts
  const { kysely, writer, dialect } = database

  async function seen(account: Account, id: string): Promise<CorrectionRow> {
    const row = await kysely.selectFrom('corrections').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined || !maySee(account, row.persona_id)) throw new ProtocolError('not-found')
    return row
  }

  async function shown(id: string): Promise<Correction> {
    const row = await kysely.selectFrom('corrections').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    return await shownCorrection(parts, row)
  }

  return {
    list: (account, filter) => listCorrections(parts, visiblePersonas(account), filter),
    async find(account, id) {
      const row = await seen(account, id)
      return { correction: await shownCorrection(parts, row), versions: await shownVersions(kysely, id) }
    },
    async create(account, draft) {
      const { personaId, fromAnswerId, replyTo = [], reason } = draft
      if (!maySee(account, personaId) || parts.persona(personaId) === undefined) throw new ProtocolError('not-found')
      const content = checkedContent(parts, personaId, draft)
      const id = randomUUID()
      const at = now()
      await writer.transaction(async (db) => {
        const answers = [...new Set([...replyTo, ...(fromAnswerId === undefined ? [] : [fromAnswerId])])]
        await requireTurns(db, personaId, answers)
        await db
          .insertInto('corrections')
          .values({
            id,
            persona_id: personaId,
            state: 'draft',
            version: 1,
            ...contentColumns(content),
            ...sourceColumns(content, parts.document),
            from_answer_id: fromAnswerId ?? null,
            reply_to: replyTo.length === 0 ? null : JSON.stringify([...new Set(replyTo)]),
            author_id: account.id,
            author_name: account.name,
            author_role: account.role,
            created_at: at,
            changed_at: at,
          })
          .execute()
        await noteVersion(db, { id, version: 1, state: 'draft', content, by: account, at, reason })
        await audit(db, account, 'correction-begun', { id, persona_id: personaId }, at)
        if (fromAnswerId !== undefined) await markCorrected(db, fromAnswerId, account, at)
      })
      return await shown(id)
    },
    async change(account, id, change) {
      const { persona_id: personaId } = await seen(account, id)
      const content = checkedContent(parts, personaId, change)
      await writer.transaction(async (db) => {
        const row = await lockedRow(db, dialect, id, change.revision)
        if (contentHash(rowContent(row)) === contentHash(content) && row.state === 'draft') return
        const at = Math.max(now(), row.changed_at + 1)
        const same = await ownFreshDraft(db, row, account, at)
        const version = same === undefined ? row.version + 1 : row.version
        await db
          .updateTable('corrections')
          .set({
            ...contentColumns(content),
            // What is live is watched for changes of its document until the new version takes its place.
            ...(row.live_version === null ? sourceColumns(content, parts.document) : {}),
            state: 'draft',
            version,
            revision: row.revision + 1,
            changed_at: at,
          })
          .where('id', '=', id)
          .execute()
        const reason = change.reason ?? same?.reason ?? undefined
        if (same !== undefined) await removeNote(db, id, same)
        await noteVersion(db, { id, version, state: 'draft', content, by: account, at, reason })
        if (same === undefined) await audit(db, account, 'correction-changed', row, at, { version })
      })
      return await shown(id)
    },
    async act(account, id, action) {
      const { persona_id: personaId } = await seen(account, id)
      const lecturerOnly = await needsLecturer(parts, personaId)
      const { liveChanged, replies } = await writer.transaction((db) =>
        actOn(parts, db, { account, id, action, lecturerOnly }),
      )
      if (liveChanged) await parts.onLiveChanged(personaId)
      parts.onReplies(replies)
      return await shown(id)
    },
  }
}

type VersionNote = Pick<Selectable<CorrectionVersionsTable>, 'version' | 'at' | 'reason'>

/** The note of the present version, where it is a draft that may be written anew: see `change`. */
async function ownFreshDraft(
  db: Kysely<Schema>,
  row: CorrectionRow,
  { id }: Account,
  now: number,
): Promise<VersionNote | undefined> {
  if (row.state !== 'draft') return undefined
  const [note, ...later] = await db
    .selectFrom('correction_versions')
    .select(['version', 'at', 'reason', 'account_id', 'state'])
    .where('correction_id', '=', row.id)
    .where('version', '=', row.version)
    .execute()
  if (note === undefined || later.length > 0 || note.state !== 'draft') return undefined
  return note.account_id === id && now - note.at < SAME_DRAFT_MS ? note : undefined
}

async function removeNote(db: Kysely<Schema>, id: string, { version, at }: VersionNote): Promise<void> {
  await db
    .deleteFrom('correction_versions')
    .where('correction_id', '=', id)
    .where('version', '=', version)
    .where('at', '=', at)
    .execute()
}

/** Turns of another persona, and those that never were, are not found. */
async function requireTurns(db: Kysely<Schema>, personaId: string, answerIds: readonly string[]): Promise<void> {
  if (answerIds.length === 0) return
  const found = await db
    .selectFrom('turns')
    .select('answer_id')
    .where('answer_id', 'in', answerIds)
    .where('persona_id', '=', personaId)
    .execute()
  if (found.length !== answerIds.length) throw new ProtocolError('answer-unknown')
}

async function audit(
  db: Kysely<Schema>,
  account: Account,
  action: string,
  row: Pick<CorrectionRow, 'id' | 'persona_id'>,
  at: number,
  detail: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await writeAudit(db, {
    at,
    accountId: account.id,
    accountName: account.name,
    action,
    personaId: row.persona_id,
    subjectId: row.id,
    detail,
  })
}
