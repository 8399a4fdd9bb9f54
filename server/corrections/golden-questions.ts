import { randomUUID } from 'node:crypto'
import { maySee, visiblePersonas } from '../accounts/access.ts'
import { writeAudit } from '../accounts/audit.ts'
import type { OpenDatabase } from '../db/open-database.ts'
import type { GoldenQuestionsTable } from '../db/schema.ts'
import type { Citation } from '../protocol/citation.ts'
import type { Account } from '../protocol/console-account.ts'
import type { GoldenQuestion } from '../protocol/console-correction.ts'
import { ProtocolError } from '../protocol/errors.ts'

/** Questions that must stay answered right, each kept from an approved answer. */
export interface GoldenQuestions {
  /** Newest first. */
  list(account: Account, personaId?: string): Promise<GoldenQuestion[]>
  /**
   * Keeps a turn's question as it was understood, its answer and the documents that it rests on. Throws `not-possible`
   * where nobody has found the answer right and it is not a correction's. The same turn again is the same question.
   */
  keep(account: Account, answerId: string): Promise<GoldenQuestion>
  remove(account: Account, id: string): Promise<void>
}

export function createGoldenQuestions({
  database,
  now,
}: {
  readonly database: OpenDatabase
  readonly now: () => number
}): GoldenQuestions {
  const { kysely, writer } = database
  return {
    async list(account, personaId) {
      const personas = visiblePersonas(account)
      if (personas?.length === 0) return []
      let query = kysely.selectFrom('golden_questions').selectAll()
      if (personas !== undefined) query = query.where('persona_id', 'in', personas)
      if (personaId !== undefined) query = query.where('persona_id', '=', personaId)
      const rows = await query.orderBy('kept_at', 'desc').orderBy('id').execute()
      return rows.map(shown)
    },
    async keep(account, answerId) {
      const turn = await kysely
        .selectFrom('turns')
        .leftJoin('review_items', 'review_items.answer_id', 'turns.answer_id')
        .select(['turns.persona_id', 'turns.question', 'turns.search_text', 'turns.text', 'turns.citations'])
        .select(['turns.outcome', 'review_items.verdict'])
        .where('turns.answer_id', '=', answerId)
        .executeTakeFirst()
      if (turn === undefined || !maySee(account, turn.persona_id)) throw new ProtocolError('not-found')
      if (turn.verdict !== 'right' && turn.outcome !== 'corrected') {
        throw new ProtocolError('not-possible', 'Only an answer that was found right can be kept.')
      }
      if (turn.question === '' || !turn.text) throw new ProtocolError('not-possible', 'Its words are deleted.')
      const citations = JSON.parse(turn.citations ?? '[]') as Citation[]
      const at = now()
      const row: GoldenQuestionsTable = {
        id: randomUUID(),
        persona_id: turn.persona_id,
        question: (turn.search_text || turn.question).replace(/\s+/g, ' '),
        answer: turn.text,
        document_ids: JSON.stringify([...new Set(citations.map(({ documentId }) => documentId))]),
        from_answer_id: answerId,
        kept_by: account.id,
        kept_by_name: account.name,
        kept_at: at,
      }
      return await writer.transaction(async (db) => {
        const same = await db
          .selectFrom('golden_questions')
          .selectAll()
          .where('from_answer_id', '=', answerId)
          .executeTakeFirst()
        if (same !== undefined) return shown(same)
        await db.insertInto('golden_questions').values(row).execute()
        await writeAudit(db, {
          at,
          accountId: account.id,
          accountName: account.name,
          action: 'golden-kept',
          personaId: row.persona_id,
          subjectId: row.id,
        })
        return shown(row)
      })
    },
    async remove(account, id) {
      const row = await kysely
        .selectFrom('golden_questions')
        .select('persona_id')
        .where('id', '=', id)
        .executeTakeFirst()
      if (row === undefined || !maySee(account, row.persona_id)) throw new ProtocolError('not-found')
      await writer.transaction(async (db) => {
        await db.deleteFrom('golden_questions').where('id', '=', id).execute()
        await writeAudit(db, {
          at: now(),
          accountId: account.id,
          accountName: account.name,
          action: 'golden-removed',
          personaId: row.persona_id,
          subjectId: id,
        })
      })
    },
  }
}

function shown(row: GoldenQuestionsTable): GoldenQuestion {
  return {
    id: row.id,
    personaId: row.persona_id,
    question: row.question,
    answer: row.answer,
    keptBy: row.kept_by_name,
    keptAt: row.kept_at,
  }
}
