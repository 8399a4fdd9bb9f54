import type { Kysely } from 'kysely'
import type { Schema } from '../../db/schema.ts'

/** A question without an answer. */
export interface DeclinedTurn {
  readonly answerId: string
  readonly sessionId: string
  readonly askedAt: number
  readonly key: string
  readonly question: string
  readonly searchText: string | null
  /** The visitor wants the lecturer's word. */
  readonly asksForReply: boolean
  /** When a person decided that it needs no answer. */
  readonly settledAt: number | null
}

export const MOST_DECLINED = 20_000
const TURNS_A_READ = 400

/** The newest turns since `since` that were declined or whose visitors asked for the lecturer, without those whose words are deleted. */
export async function readDeclined(
  db: Kysely<Schema>,
  personaId: string,
  since: number,
  limit: number = MOST_DECLINED,
): Promise<DeclinedTurn[]> {
  const turns: DeclinedTurn[] = []
  let place = { askedAt: Number.MAX_SAFE_INTEGER, answerId: '' }
  while (turns.length < limit) {
    const rows = await db
      .selectFrom('turns')
      .innerJoin('review_items', 'review_items.answer_id', 'turns.answer_id')
      .leftJoin('feedback', 'feedback.answer_id', 'turns.answer_id')
      .select(['turns.answer_id', 'turns.session_id', 'turns.asked_at', 'turns.question', 'turns.search_text'])
      .select(['review_items.question_key', 'review_items.verdict', 'review_items.decided_at', 'feedback.reason'])
      .where('turns.persona_id', '=', personaId)
      .where('turns.asked_at', '>=', since)
      .where('turns.asked_at', '<=', place.askedAt)
      .where((build) =>
        build.or([build('turns.asked_at', '<', place.askedAt), build('turns.answer_id', '<', place.answerId)]),
      )
      .where((build) =>
        build.or([
          build('turns.outcome', 'in', ['declined', 'handed-off']),
          build('feedback.reason', '=', 'ask-lecturer'),
        ]),
      )
      .where('turns.question', '!=', '')
      .orderBy('turns.asked_at', 'desc')
      .orderBy('turns.answer_id', 'desc')
      .limit(Math.min(TURNS_A_READ, limit - turns.length))
      .execute()
    for (const row of rows) {
      const isSettled = row.verdict === 'skipped' || row.verdict === 'right'
      turns.push({
        answerId: row.answer_id,
        sessionId: row.session_id,
        askedAt: row.asked_at,
        key: row.question_key,
        question: row.question,
        searchText: row.search_text,
        asksForReply: row.reason === 'ask-lecturer',
        settledAt: isSettled ? row.decided_at : null,
      })
    }
    const last = rows.at(-1)
    if (last === undefined) break
    place = { askedAt: last.asked_at, answerId: last.answer_id }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return turns
}

/** When the correction that each of these turns got went live, by the turn's id; of live corrections only. */
export async function readAnswered(db: Kysely<Schema>, personaId: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('corrections')
    .select(['from_answer_id', 'reply_to', 'live_at'])
    .where('persona_id', '=', personaId)
    .where('live_version', 'is not', null)
    .execute()
  const answered = new Map<string, number>()
  for (const { from_answer_id, reply_to, live_at } of rows) {
    const ids = reply_to === null ? [] : (JSON.parse(reply_to) as string[])
    for (const id of [...ids, ...(from_answer_id === null ? [] : [from_answer_id])]) answered.set(id, live_at ?? 0)
  }
  return answered
}
