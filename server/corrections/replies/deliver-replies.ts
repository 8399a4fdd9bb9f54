import { randomUUID } from 'node:crypto'
import { type Kysely, PostgresAdapter } from 'kysely'
import type { LecturerRepliesTable, Schema } from '../../db/schema.ts'
import { questionKey } from '../../review/question-key.ts'
import { chunks } from '../../review/queue-rows.ts'

/** A correction that goes live, as much of it as replies need. */
export interface AnsweringCorrection {
  readonly id: string
  readonly personaId: string
  readonly question: string
  readonly phrasings: readonly string[]
  readonly answer: string
  /** The turn that it was made from. */
  readonly fromAnswerId: string | null
  /** Turns whose visitors get it as a reply. */
  readonly replyTo: readonly string[]
}

export const REPLY_KINDS = ['lecturer-reply', 'answer-corrected'] as const
export type ReplyKind = (typeof REPLY_KINDS)[number]

/** A visitor who was here within this time is told that an answer they got was corrected. */
export const CORRECTED_WITHIN_MS = 7 * 86_400_000
/** Whoever asked for the lecturer's word waits no longer than this. */
export const REPLY_WITHIN_MS = 90 * 86_400_000

/**
 * Notes a correction's words for the visitors who wait for them: those of `replyTo`, those who asked for the lecturer
 * with the same question, and the one whose answer it corrects. Run it in the transaction in which the correction goes
 * live, after those that it takes the place of are superseded; when that is committed, tell every node with
 * `tellReplies`. Words that nobody has seen yet are replaced, those of a superseded correction too; whoever has seen
 * these very words gets nothing again; forgotten conversations get nothing. Returns the sessions concerned.
 */
export async function deliverReplies(
  db: Kysely<Schema>,
  correction: AnsweringCorrection,
  at: number,
): Promise<string[]> {
  const kinds = new Map<string, ReplyKind>()
  if (correction.fromAnswerId !== null) kinds.set(correction.fromAnswerId, 'answer-corrected')
  for (const waiting of await takeBack(db, [correction.id, ...(await superseded(db, correction))])) {
    kinds.set(waiting.answer_id, waiting.kind === 'answer-corrected' ? 'answer-corrected' : 'lecturer-reply')
  }
  for (const answerId of [...correction.replyTo, ...(await askedForLecturer(db, correction, at))]) {
    kinds.set(answerId, 'lecturer-reply')
  }
  const sessions = new Set<string>()
  for (const ids of chunks([...kinds.keys()].sort())) {
    const told = await toldAlready(db, correction, ids)
    const rows: LecturerRepliesTable[] = []
    for (const turn of await openTurns(db, correction.personaId, ids)) {
      const kind = kinds.get(turn.answer_id) ?? 'lecturer-reply'
      if (told.has(turn.answer_id)) continue
      if (kind === 'answer-corrected' && turn.last_seen_at < at - CORRECTED_WITHIN_MS) continue
      if (turn.text === correction.answer) continue
      sessions.add(turn.session_id)
      rows.push({
        id: randomUUID(),
        session_id: turn.session_id,
        persona_id: correction.personaId,
        answer_id: turn.answer_id,
        turn_id: turn.turn_id,
        kind,
        correction_id: correction.id,
        question: turn.question,
        answer: correction.answer,
        at,
        delivered_at: null,
      })
    }
    if (rows.length > 0) await db.insertInto('lecturer_replies').values(rows).execute()
  }
  return [...sessions]
}

/** Superseded corrections of the same question with words that nobody has seen yet. */
async function superseded(db: Kysely<Schema>, { personaId, question }: AnsweringCorrection): Promise<string[]> {
  const rows = await db
    .selectFrom('corrections')
    .innerJoin('lecturer_replies', 'lecturer_replies.correction_id', 'corrections.id')
    .select(['corrections.id', 'corrections.question'])
    .distinct()
    .where('corrections.persona_id', '=', personaId)
    .where('corrections.state', '=', 'superseded')
    .where('lecturer_replies.delivered_at', 'is', null)
    .execute()
  const key = questionKey(question)
  return rows.filter((row) => questionKey(row.question) === key).map((row) => row.id)
}

/** Removes what was not seen yet; gives what it was. */
async function takeBack(db: Kysely<Schema>, correctionIds: readonly string[]) {
  return await db
    .deleteFrom('lecturer_replies')
    .where('correction_id', 'in', correctionIds)
    .where('delivered_at', 'is', null)
    .returning(['answer_id', 'kind'])
    .execute()
}

async function toldAlready(db: Kysely<Schema>, { id, answer }: AnsweringCorrection, ids: readonly string[]) {
  const rows = await db
    .selectFrom('lecturer_replies')
    .select('answer_id')
    .where('correction_id', '=', id)
    .where('answer_id', 'in', ids)
    .where('answer', '=', answer)
    .where('delivered_at', 'is not', null)
    .execute()
  return new Set(rows.map((row) => row.answer_id))
}

/** Turns with the correction's question, put as it is, whose visitors asked for the lecturer and have heard nothing yet. */
async function askedForLecturer(db: Kysely<Schema>, correction: AnsweringCorrection, at: number): Promise<string[]> {
  const keys = [...new Set([correction.question, ...correction.phrasings].map(questionKey))]
  const rows = await db
    .selectFrom('review_items')
    .innerJoin('feedback', 'feedback.answer_id', 'review_items.answer_id')
    .leftJoin('lecturer_replies', 'lecturer_replies.answer_id', 'review_items.answer_id')
    .select('review_items.answer_id')
    .where('review_items.persona_id', '=', correction.personaId)
    .where('review_items.question_key', 'in', keys)
    .where('review_items.asked_at', '>=', at - REPLY_WITHIN_MS)
    .where('feedback.reason', '=', 'ask-lecturer')
    .where('lecturer_replies.id', 'is', null)
    .execute()
  return rows.map((row) => row.answer_id)
}

/**
 * Those of the turns whose visitor can come back to read: neither forgotten nor asked over an interface without a widget.
 * Their sessions stay locked until the transaction ends, so that no row is written behind a deletion.
 */
async function openTurns(db: Kysely<Schema>, personaId: string, answerIds: readonly string[]) {
  const takesLocks = db.getExecutor().adapter instanceof PostgresAdapter
  return await db
    .selectFrom('turns')
    .innerJoin('sessions', 'sessions.id', 'turns.session_id')
    .select(['turns.answer_id', 'turns.turn_id', 'turns.session_id', 'turns.question', 'turns.text'])
    .select('sessions.last_seen_at')
    .where('turns.answer_id', 'in', answerIds)
    .where('turns.persona_id', '=', personaId)
    .where('turns.channel', '!=', 'completions')
    .where('turns.question', '!=', '')
    .where('sessions.forgotten_at', 'is', null)
    .orderBy('sessions.id')
    .$if(takesLocks, (query) => query.forShare('sessions'))
    .execute()
}

/** Removes the words of all replies to these sessions; run it in the transaction that forgets them. */
export async function forgetReplies(db: Kysely<Schema>, sessionIds: readonly string[]): Promise<void> {
  await db
    .updateTable('lecturer_replies')
    .set({ question: '', answer: '' })
    .where('session_id', 'in', sessionIds)
    .execute()
}
