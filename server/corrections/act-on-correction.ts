import type { Kysely } from 'kysely'
import { writeAudit } from '../accounts/audit.ts'
import type { Schema } from '../db/schema.ts'
import type { Account } from '../protocol/console-account.ts'
import type { CorrectionAction, CorrectionState } from '../protocol/console-correction.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { checkedContent } from './check-content.ts'
import {
  type CorrectionRow,
  contentColumns,
  lockedRow,
  noteVersion,
  rowContent,
  sourceColumns,
} from './correction-rows.ts'
import type { CorrectionsContext } from './corrections-context.ts'
import { goLive, type WentLive } from './go-live.ts'
import { type CorrectionContent, contentHash, contentOf } from './live-correction.ts'

/** What is to be told once a deed is committed. */
export interface DoneDeed extends WentLive {
  /** Whether what answers visitors has changed. */
  readonly liveChanged: boolean
}

/** What is to be done with a correction, and by whom. */
export interface CorrectionDeed {
  readonly account: Account
  readonly id: string
  readonly action: CorrectionAction
  /** Whether the lecturer alone may approve. */
  readonly lecturerOnly: boolean
}

/**
 * Moves a correction on in its life: draft → reviewed → live → superseded or withdrawn. Run it in a transaction; the
 * audit row is in it. Resolves to what is to be told once it is committed. Throws `changed-meanwhile`, `not-allowed`,
 * `preview-required` or `not-possible`, and then nothing has changed.
 */
export async function actOn(context: CorrectionsContext, db: Kysely<Schema>, deed: CorrectionDeed): Promise<DoneDeed> {
  const { action, account, id } = deed
  const row = await lockedRow(db, context.database.dialect, id, action.revision)
  const at = Math.max(context.now(), row.changed_at + 1)
  switch (action.action) {
    case 'submit':
      requireState(row, ['draft'])
      return await moveTo(db, row, 'reviewed', { by: account, at, action })
    case 'return':
      requireState(row, ['reviewed'])
      return await moveTo(db, row, 'draft', { by: account, at, action })
    case 'withdraw':
      requireState(row, ['draft', 'reviewed', 'live'])
      return await moveTo(db, row, 'withdrawn', { by: account, at, action })
    case 'approve': {
      requireState(row, ['draft', 'reviewed'])
      if (!mayApprove(deed)) throw new ProtocolError('not-allowed', 'The lecturer has to approve it.')
      const content = checkedContent(context, row.persona_id, rowContent(row))
      await requirePreview(db, row, content, action)
      const { version } = row
      const live = await goLive(context, db, { row, content, version, by: account, at, reason: action.reason })
      return { liveChanged: true, ...live }
    }
    case 'roll-back':
      return await rollBack(context, db, row, deed, at)
  }
}

function mayApprove({ account, lecturerOnly }: CorrectionDeed): boolean {
  return account.role === 'lecturer' || !lecturerOnly
}

function requireState(row: CorrectionRow, states: readonly CorrectionState[]): void {
  if (!states.some((state) => state === row.state)) {
    throw new ProtocolError('not-possible', `The correction is ${row.state}.`)
  }
}

/** Throws unless these very words were previewed, and the preview's warnings, if there were any, accepted. */
async function requirePreview(
  db: Kysely<Schema>,
  row: CorrectionRow,
  content: CorrectionContent,
  { previewId, acknowledged }: CorrectionAction,
): Promise<void> {
  const preview =
    previewId === undefined
      ? undefined
      : await db
          .selectFrom('correction_previews')
          .select(['content_hash', 'warnings'])
          .where('id', '=', previewId)
          .where('correction_id', '=', row.id)
          .executeTakeFirst()
  if (preview?.content_hash !== contentHash(content)) throw new ProtocolError('preview-required')
  if (preview.warnings > 0 && acknowledged !== true) {
    throw new ProtocolError('preview-required', 'The preview had warnings; they must be accepted.')
  }
}

interface Move {
  readonly by: Account
  readonly at: number
  readonly action: CorrectionAction
}

/** Changes the state alone; only a withdrawal takes down what is live. */
async function moveTo(
  db: Kysely<Schema>,
  row: CorrectionRow,
  state: 'draft' | 'reviewed' | 'withdrawn',
  { by, at, action: { reason } }: Move,
): Promise<DoneDeed> {
  const takesDown = state === 'withdrawn' && row.live_version !== null
  await db
    .updateTable('corrections')
    .set({
      state,
      revision: row.revision + 1,
      changed_at: at,
      ...(state === 'withdrawn' ? { live_version: null, live_content: null, source_changed: 0 } : {}),
    })
    .where('id', '=', row.id)
    .execute()
  await noteVersion(db, { id: row.id, version: row.version, state, content: rowContent(row), by, at, reason })
  await writeAudit(db, {
    at,
    accountId: by.id,
    accountName: by.name,
    action: `correction-${{ draft: 'returned', reviewed: 'submitted', withdrawn: 'withdrawn' }[state]}`,
    personaId: row.persona_id,
    subjectId: row.id,
    detail: { version: row.version },
  })
  return { liveChanged: takesDown, replies: [] }
}

/**
 * Makes a new version of an old one's words. Words that were live before take the place of what is live at once, where
 * the account may approve; all others begin as a draft.
 */
async function rollBack(
  context: CorrectionsContext,
  db: Kysely<Schema>,
  row: CorrectionRow,
  deed: CorrectionDeed,
  at: number,
): Promise<DoneDeed> {
  const { account: by, action } = deed
  const rows = await db
    .selectFrom('correction_versions')
    .select(['state', 'content'])
    .where('correction_id', '=', row.id)
    .where('version', '=', action.version ?? 0)
    .execute()
  const [old] = rows
  if (old === undefined) throw new ProtocolError('not-possible', 'There is no such version.')
  const content = checkedContent(context, row.persona_id, contentOf(JSON.parse(old.content)))
  const version = row.version + 1
  const reason = action.reason
  const wasLive = rows.some(({ state }) => state === 'live')
  if (wasLive && row.live_version !== null && mayApprove(deed)) {
    const live = await goLive(context, db, { row, content, version, by, at, reason, from: action.version })
    return { liveChanged: true, ...live }
  }
  await db
    .updateTable('corrections')
    .set({
      ...contentColumns(content),
      ...(row.live_version === null ? sourceColumns(content, context.document) : {}),
      state: 'draft',
      version,
      revision: row.revision + 1,
      changed_at: at,
    })
    .where('id', '=', row.id)
    .execute()
  await noteVersion(db, { id: row.id, version, state: 'draft', content, by, at, reason })
  await writeAudit(db, {
    at,
    accountId: by.id,
    accountName: by.name,
    action: 'correction-rolled-back',
    personaId: row.persona_id,
    subjectId: row.id,
    detail: { version, from: action.version },
  })
  return { liveChanged: false, replies: [] }
}
