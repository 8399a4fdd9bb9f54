import { randomUUID } from 'node:crypto'
import type { Insertable, Kysely } from 'kysely'
import { writeAudit } from '../accounts/audit.ts'
import type { ReviewDecisionsTable, Schema } from '../db/schema.ts'
import type { Account } from '../protocol/console-account.ts'
import type { NewDecision } from '../protocol/console-queue.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { isHeldByAnother, requireFree } from './leases.ts'
import { chunks, equalItems, findItem, lockItems, UNDECIDED, undecidedState } from './queue-rows.ts'
import { type ReviewContext, requireItem } from './review-context.ts'

/** How long whoever decided may take it back. */
export const UNDO_MS = 30 * 60_000
/** Equal turns in these states are decided along. */
export const OPEN_STATES: readonly string[] = ['waiting', 'clear']
const FREE = { leased_by: null, leased_name: null, leased_until: null } as const

export interface Decided {
  readonly revision: number
  /** How many turns were decided: the one, and with `equalToo` those equal to it. */
  readonly decided: number
  readonly decisionId: string
}

/**
 * Decides a turn and gives its lease back. With `equalToo` also the turns with an equal question and the same answer that
 * nobody has decided and nobody else works on. Throws `not-found`; `being-worked-on` where another account has the lease;
 * `changed-meanwhile` where the turn is not at `revision` any more, and then nothing is changed.
 */
export async function decide(
  { database, now }: ReviewContext,
  account: Account,
  answerId: string,
  decision: NewDecision,
): Promise<Decided> {
  return await database.writer.transaction(async (db) => {
    const seen = await requireItem(db, account, answerId)
    const equal = decision.equalToo === true ? await equalItems(db, seen, OPEN_STATES, seen.answer_key) : []
    const locked = await lockItems(db, [answerId, ...equal])
    const item = locked.find((other) => other.answer_id === answerId)
    if (item === undefined) throw new ProtocolError('not-found')
    const at = now()
    requireFree(item, account, at)
    if (item.revision !== decision.revision) throw new ProtocolError('changed-meanwhile')
    const along = locked.filter(
      (other) =>
        other !== item &&
        OPEN_STATES.includes(other.state) &&
        other.question_key === item.question_key &&
        other.answer_key === item.answer_key &&
        !isHeldByAnother(other, account, at),
    )
    const decisionId = randomUUID()
    const decided = [item, ...along]
    for (const some of chunks(decided)) {
      const rows = some.map(
        ({ answer_id, revision }): Insertable<ReviewDecisionsTable> => ({
          id: answer_id === answerId ? decisionId : randomUUID(),
          batch_id: decisionId,
          revision: revision + 1,
          answer_id,
          persona_id: item.persona_id,
          account_id: account.id,
          account_name: account.name,
          account_role: account.role,
          verdict: decision.verdict,
          reason: decision.reason ?? null,
          note: decision.note ?? null,
          at,
          undone_at: null,
        }),
      )
      await db.insertInto('review_decisions').values(rows).execute()
      await db
        .updateTable('review_items')
        .set((build) => ({
          ...decidedColumns(decision.verdict, account.name, account.role, at),
          ...FREE,
          revision: build('revision', '+', 1),
        }))
        .where(
          'answer_id',
          'in',
          some.map((other) => other.answer_id),
        )
        .execute()
    }
    await writeAudit(db, {
      ...who(account, at),
      action: 'turn-decided',
      personaId: item.persona_id,
      subjectId: answerId,
      detail: { decisionId, verdict: decision.verdict, reason: decision.reason ?? null, turns: decided.length },
    })
    return { revision: item.revision + 1, decided: decided.length, decisionId }
  })
}

/**
 * Takes back a decision that this account made on this turn within the last half hour, with the equal turns that were
 * decided along; those where something else has happened since stay as they are. Throws `not-found`, `not-possible`
 * (another's, too old, undone before) or `changed-meanwhile` (somebody has decided again or begun a correction).
 */
export async function undo(
  { database, now }: ReviewContext,
  account: Account,
  answerId: string,
  decisionId: string,
): Promise<{ revision: number }> {
  return await database.writer.transaction(async (db) => {
    await requireItem(db, account, answerId)
    const batch = await db
      .selectFrom('review_decisions')
      .selectAll()
      .where('batch_id', '=', decisionId)
      .where('undone_at', 'is', null)
      .execute()
    const made = batch.find((decision) => decision.id === decisionId && decision.answer_id === answerId)
    const at = now()
    if (made === undefined || made.account_id !== account.id || made.at < at - UNDO_MS) {
      throw new ProtocolError('not-possible', 'A decision can be taken back by whoever made it, for 30 minutes.')
    }
    const items = await lockItems(
      db,
      batch.map((decision) => decision.answer_id),
    )
    for (const item of items) {
      const decisions = await standing(db, item.answer_id)
      const [last, before] = decisions
      const stands = last?.batch_id === decisionId && (item.state === 'decided' || item.state === 'skipped')
      if (item.answer_id === answerId && (last?.batch_id !== decisionId || item.state === 'corrected')) {
        throw new ProtocolError('changed-meanwhile')
      }
      if (last?.batch_id !== decisionId) continue
      await db.updateTable('review_decisions').set({ undone_at: at }).where('id', '=', last.id).execute()
      // Feedback may have put it back into the queue already.
      if (!stands) continue
      await db
        .updateTable('review_items')
        .set((build) => ({
          ...(before === undefined
            ? { state: item.answer_key === '' ? 'clear' : undecidedState(item.reasons), ...UNDECIDED }
            : decidedColumns(before.verdict, before.account_name, before.account_role, before.at)),
          revision: build('revision', '+', 1),
        }))
        .where('answer_id', '=', item.answer_id)
        .execute()
    }
    await writeAudit(db, {
      ...who(account, at),
      action: 'turn-decision-undone',
      personaId: made.persona_id,
      subjectId: answerId,
      detail: { decisionId, turns: batch.length },
    })
    return { revision: (await findItem(db, answerId))?.revision ?? 0 }
  })
}

function decidedColumns(verdict: string, by: string, role: string, at: number) {
  const state = verdict === 'skipped' ? 'skipped' : 'decided'
  return { state, verdict, decided_by: by, decided_role: role, decided_at: at }
}

function who(account: Account, at: number) {
  return { at, accountId: account.id, accountName: account.name }
}

/** The two last decisions on a turn that were not undone, the last first. */
async function standing(db: Kysely<Schema>, answerId: string) {
  return await db
    .selectFrom('review_decisions')
    .selectAll()
    .where('answer_id', '=', answerId)
    .where('undone_at', 'is', null)
    .orderBy('revision', 'desc')
    .limit(2)
    .execute()
}
