import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { maySee } from '../accounts/access.ts'
import { writeAudit } from '../accounts/audit.ts'
import type { PausesTable, Schema } from '../db/schema.ts'
import type { Account } from '../protocol/console-account.ts'
import type { NewPause, Pause } from '../protocol/console-correction.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { questionKey } from '../review/question-key.ts'
import type { CorrectionsContext } from './corrections-context.ts'

/** The veto: what was said is not said again until the pause ends. A lecturer's reaches over the own persona only. */
export interface Pauses {
  /** Those that hold now, newest first. */
  list(account: Account): Promise<Pause[]>
  /** The same thing paused again is the same pause. */
  begin(account: Account, pause: NewPause): Promise<Pause>
  /** What a lecturer has paused only the lecturer takes up again. */
  end(account: Account, id: string): Promise<void>
}

export interface PausesParts extends CorrectionsContext {
  /** Called after each commit. */
  readonly onChanged: () => Promise<void>
}

interface Target {
  readonly personaId: string | null
  readonly questionKey: string | null
}

export function createPauses(parts: PausesParts): Pauses {
  const { database, now } = parts
  const { kysely, writer } = database

  /** What is to be paused, if the account may know of it. */
  async function targetOf(account: Account, { kind, targetId, personaId }: NewPause): Promise<Target> {
    const unknown = new ProtocolError('not-found')
    if (kind === 'persona') {
      if (parts.persona(targetId) === undefined || !maySee(account, targetId)) throw unknown
      return { personaId: targetId, questionKey: null }
    }
    if (kind === 'answer') {
      const turn = await kysely
        .selectFrom('turns')
        .select(['persona_id', 'question', 'search_text'])
        .where('answer_id', '=', targetId)
        .executeTakeFirst()
      if (turn === undefined || !maySee(account, turn.persona_id)) throw unknown
      const question = turn.search_text || turn.question
      if (question === '') throw new ProtocolError('not-possible', 'The visitor has deleted the question.')
      return { personaId: turn.persona_id, questionKey: questionKey(question) }
    }
    const document = parts.document(targetId)
    const whose = account.role === 'lecturer' ? (personaId ?? account.personaId) : (personaId ?? null)
    const speaks = whose === null || parts.persona(whose)?.collections.includes(document?.collection ?? '') === true
    const sees = whose === null ? account.role !== 'lecturer' : maySee(account, whose)
    if (document === undefined || !speaks || !sees) throw unknown
    return { personaId: whose, questionKey: null }
  }

  async function shown(rows: readonly PausesTable[]): Promise<Pause[]> {
    const answers = rows.filter(({ kind }) => kind === 'answer').map(({ target_id }) => target_id)
    const questions = await questionsOf(kysely, answers)
    return rows.map((row) => ({
      id: row.id,
      personaId: row.persona_id,
      kind: row.kind as Pause['kind'],
      targetId: row.target_id,
      title:
        (row.kind === 'persona' && parts.persona(row.target_id)?.name) ||
        (row.kind === 'document' && parts.document(row.target_id)?.meta.title) ||
        questions.get(row.target_id) ||
        row.target_id,
      by: row.account_name,
      at: row.at,
      reason: row.reason,
    }))
  }

  return {
    async list(account) {
      const rows = await running(kysely).orderBy('at', 'desc').orderBy('id').execute()
      return await shown(rows.filter((row) => maySee(account, row.persona_id)))
    },
    async begin(account, pause) {
      const target = await targetOf(account, pause)
      const at = now()
      const row: PausesTable = {
        id: randomUUID(),
        persona_id: target.personaId,
        kind: pause.kind,
        target_id: pause.targetId,
        question_key: target.questionKey,
        account_id: account.id,
        account_name: account.name,
        at,
        reason: pause.reason ?? null,
        ended_at: null,
        ended_by: null,
      }
      const kept = await writer.transaction(async (db) => {
        const same = await running(db)
          .where('kind', '=', row.kind)
          .where('target_id', '=', row.target_id)
          .where('persona_id', target.personaId === null ? 'is' : '=', target.personaId)
          .executeTakeFirst()
        // A lecturer's own veto stands beside another's, which that one may end.
        if (same !== undefined && (same.account_id === account.id || account.role !== 'lecturer')) return same
        await db.insertInto('pauses').values(row).execute()
        await audit(db, account, 'pause-begun', row, at)
        return row
      })
      await parts.onChanged()
      const [first] = await shown([kept])
      if (first === undefined) throw new ProtocolError('internal')
      return first
    },
    async end(account, id) {
      const found = await running(kysely).where('id', '=', id).executeTakeFirst()
      if (found === undefined || !maySee(account, found.persona_id)) throw new ProtocolError('not-found')
      const by = await kysely
        .selectFrom('accounts')
        .select(['role', 'disabled_at'])
        .where('id', '=', found.account_id)
        .executeTakeFirst()
      const isVeto = by?.role === 'lecturer' && by.disabled_at === null
      if (isVeto && account.role !== 'lecturer') {
        throw new ProtocolError('not-allowed', 'The lecturer has paused it, and the lecturer ends the pause.')
      }
      const at = now()
      await writer.transaction(async (db) => {
        await db
          .updateTable('pauses')
          .set({ ended_at: at, ended_by: account.id })
          .where('id', '=', id)
          .where('ended_at', 'is', null)
          .execute()
        await audit(db, account, 'pause-ended', found, at)
      })
      await parts.onChanged()
    },
  }
}

function running(db: Kysely<Schema>) {
  return db.selectFrom('pauses').selectAll().where('ended_at', 'is', null)
}

async function questionsOf(db: Kysely<Schema>, answerIds: readonly string[]): Promise<Map<string, string>> {
  if (answerIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('turns')
    .select(['answer_id', 'question'])
    .where('answer_id', 'in', answerIds)
    .execute()
  return new Map(rows.map((row) => [row.answer_id, row.question]))
}

async function audit(
  db: Kysely<Schema>,
  account: Account,
  action: string,
  pause: Pick<PausesTable, 'id' | 'persona_id' | 'kind' | 'target_id'>,
  at: number,
): Promise<void> {
  await writeAudit(db, {
    at,
    accountId: account.id,
    accountName: account.name,
    action,
    personaId: pause.persona_id,
    subjectId: pause.id,
    detail: { kind: pause.kind, targetId: pause.target_id },
  })
}
