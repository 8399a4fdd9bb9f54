import type { Kysely } from 'kysely'
import { writeAudit } from '../accounts/audit.ts'
import type { Schema } from '../db/schema.ts'
import type { Account } from '../protocol/console-account.ts'
import type { CorrectionState } from '../protocol/console-correction.ts'
import { questionKey } from '../review/question-key.ts'
import { markCorrected } from '../review/queue-rows.ts'
import { type CorrectionRow, contentColumns, noteVersion, sourceColumns } from './correction-rows.ts'
import type { CorrectionsContext } from './corrections-context.ts'
import type { CorrectionContent } from './live-correction.ts'
import { deliverReplies } from './replies/deliver-replies.ts'

export interface GoLive {
  /** As it is stored, locked. */
  readonly row: CorrectionRow
  /** Checked. */
  readonly content: CorrectionContent
  readonly version: number
  readonly by: Account
  readonly at: number
  readonly reason?: string | undefined
  /** The version whose words these are, for a roll-back. */
  readonly from?: number | undefined
}

/** What is to be told once it is committed. */
export interface WentLive {
  /** The sessions whose visitors have a reply waiting. */
  readonly replies: readonly string[]
}

/**
 * Lets a version answer from now on. What answered the same question before is superseded; the turns that it came from
 * leave the queue; the visitors who wait for a reply get it. Run it in the transaction of the approval.
 */
export async function goLive(context: CorrectionsContext, db: Kysely<Schema>, live: GoLive): Promise<WentLive> {
  const { row, content, version, by, at, reason } = live
  const entry = { at, accountId: by.id, accountName: by.name, personaId: row.persona_id }
  await db
    .updateTable('corrections')
    .set({
      ...contentColumns(content),
      ...sourceColumns(content, context.document),
      state: 'live',
      version,
      revision: row.revision + 1,
      changed_at: at,
      live_at: at,
      live_version: version,
      live_content: JSON.stringify(content),
      source_changed: 0,
      approved_by: by.id,
      approved_by_name: by.name,
    })
    .where('id', '=', row.id)
    .execute()
  await noteVersion(db, { id: row.id, version, state: 'live', content, by, at, reason })
  await writeAudit(db, {
    ...entry,
    action: live.from === undefined ? 'correction-approved' : 'correction-rolled-back',
    subjectId: row.id,
    detail: { version, ...(live.from === undefined ? {} : { from: live.from }) },
  })
  if (row.live_version !== null && row.live_content !== null) {
    const old = JSON.parse(row.live_content) as CorrectionContent
    await noteVersion(db, { id: row.id, version: row.live_version, state: 'superseded', content: old, by, at })
  }
  await supersedeOthers(db, live, entry)
  if (row.from_answer_id !== null) await markCorrected(db, row.from_answer_id, by, at, true)
  const replyTo = repliedTo(row)
  for (const answerId of replyTo) await markCorrected(db, answerId, by, at, true)
  const { question, phrasings, answer } = content
  const correction = { id: row.id, personaId: row.persona_id, question, phrasings, answer, replyTo }
  return { replies: await deliverReplies(db, { ...correction, fromAnswerId: row.from_answer_id }, at) }
}

/** The turns whose visitors wait for this, in one order for all who lock them. */
function repliedTo(row: CorrectionRow): string[] {
  const ids = row.reply_to === null ? [] : (JSON.parse(row.reply_to) as string[])
  return ids.filter((id) => id !== row.from_answer_id).sort()
}

/** Ends the live corrections of the same question; a newer draft of one of them stays a draft. */
async function supersedeOthers(
  db: Kysely<Schema>,
  { row, content, by, at }: GoLive,
  entry: Omit<Parameters<typeof writeAudit>[1], 'action'>,
): Promise<void> {
  const others = await db
    .selectFrom('corrections')
    .select(['id', 'state', 'revision', 'changed_at', 'live_version', 'live_content'])
    .where('persona_id', '=', row.persona_id)
    .where('live_version', 'is not', null)
    .where('id', '!=', row.id)
    .orderBy('id')
    .execute()
  const key = questionKey(content.question)
  for (const other of others) {
    const old = JSON.parse(other.live_content ?? '{}') as CorrectionContent
    if (questionKey(old.question) !== key) continue
    const state: CorrectionState = other.state === 'live' ? 'superseded' : (other.state as CorrectionState)
    const changedAt = Math.max(at, other.changed_at + 1)
    await db
      .updateTable('corrections')
      .set({
        state,
        live_version: null,
        live_content: null,
        source_changed: 0,
        revision: other.revision + 1,
        changed_at: changedAt,
      })
      .where('id', '=', other.id)
      .execute()
    const version = other.live_version ?? 1
    await noteVersion(db, { id: other.id, version, state: 'superseded', content: old, by, at: changedAt })
    await writeAudit(db, { ...entry, action: 'correction-superseded', subjectId: other.id, detail: { by: row.id } })
  }
}
