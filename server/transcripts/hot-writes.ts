import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Schema, TurnsTable } from '../db/schema.ts'
import type { Citation } from '../protocol/citation.ts'
import { noteEnded } from '../review/queue-rows.ts'
import type { NewTurn, SentenceRecord, TurnEnding, TurnMaking } from './transcripts.ts'
import { TurnNotRunningError } from './turn-not-running.ts'
import { endingColumns, makingColumns, sentenceRow, storable } from './turn-rows.ts'

/**
 * Inserts the turn unless its `(session, turn)` is there, another turn of the session runs, or the session is unknown
 * or forgotten. One statement, so that two nodes cannot both succeed. Returns whether it was inserted.
 */
export async function insertTurn(db: Kysely<Schema>, dialect: 'sqlite' | 'postgres', turn: NewTurn): Promise<boolean> {
  const row = {
    answer_id: turn.answerId,
    session_id: turn.sessionId,
    turn_id: turn.turnId,
    persona_id: turn.personaId,
    channel: turn.channel,
    site: turn.site,
    question: turn.question,
    asked_at: turn.askedAt,
    epoch: turn.epoch,
    producer: turn.producer,
    lease_until: turn.leaseUntil,
    shown_length: 0,
  } satisfies Partial<TurnsTable>
  const columns = Object.keys(row) as (keyof typeof row)[]
  const result = await db
    .insertInto('turns')
    .columns(columns)
    .expression((build) =>
      build
        .selectFrom('sessions')
        .select((select) => columns.map((column) => select.val(row[column]).as(column)))
        .where('id', '=', turn.sessionId)
        .where('forgotten_at', 'is', null)
        // Waits for a `session-forget` under way on another node; SQLite has one writer at a time.
        .$if(dialect === 'postgres', (query) => query.forShare()),
    )
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Notes how long the shown text is. Returns false where the answer is not being made under `epoch`. */
export async function noteShown(db: Kysely<Schema>, answerId: string, epoch: string, length: number): Promise<boolean> {
  const result = await db
    .updateTable('turns')
    .set({ shown_length: length })
    .where('answer_id', '=', answerId)
    .where('epoch', '=', epoch)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Stores the last sentences, the end and its row in the review queue. Run it in a transaction. */
export async function endAnswer(
  db: Kysely<Schema>,
  answerId: string,
  epoch: string,
  sentences: readonly SentenceRecord[],
  ending: TurnEnding,
  making: TurnMaking | null,
): Promise<void> {
  const last = sentences.at(-1)
  const interrupted = ending.outcome === 'interrupted'
  const result = await db
    .updateTable('turns')
    .set({ ...endingColumns(ending), ...makingColumns(making) })
    .$if(last !== undefined, (query) => query.set({ shown_length: (last?.offset ?? 0) + (last?.text.length ?? 0) }))
    .where('answer_id', '=', answerId)
    .where('epoch', '=', epoch)
    .where('ended_at', 'is', null)
    .$if(!interrupted, (query) => query.where('shown_length', '<=', ending.text.length))
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) {
    const row = await db.selectFrom('turns').select(['epoch', 'ended_at']).where('answer_id', '=', answerId).execute()
    if (row[0]?.epoch !== epoch || row[0].ended_at !== null) throw new TurnNotRunningError(answerId)
    throw new Error(`The text of answer ${answerId} is shorter than what was shown of it.`)
  }
  if (sentences.length > 0) {
    const rows = sentences.map((sentence) => sentenceRow(answerId, epoch, sentence))
    await db.insertInto('answer_sentences').values(rows).execute()
  }
  if (interrupted) await recordAllThatWasShown(db, answerId, epoch, ending)
  await noteEnded(db, [answerId])
}

// Who ends an interrupted answer may have read its sentences before the lost producer stored its last one.
async function recordAllThatWasShown(db: Kysely<Schema>, answerId: string, epoch: string, ending: TurnEnding) {
  const stored = await db
    .selectFrom('answer_sentences')
    .select(['text', 'sources'])
    .where('answer_id', '=', answerId)
    .where('epoch', '=', epoch)
    .orderBy('seq')
    .execute()
  const text = stored.map((sentence) => sentence.text).join('')
  if (text === storable(ending.text)) return
  const citations = new Map(ending.citations.map((citation) => [citation.index, citation]))
  for (const sentence of stored) {
    for (const source of JSON.parse(sentence.sources) as Citation[]) citations.set(source.index, source)
  }
  await db
    .updateTable('turns')
    .set({
      text,
      sha256: createHash('sha256').update(text).digest('hex'),
      citations: JSON.stringify([...citations.values()].sort((a, b) => a.index - b.index)),
    })
    .where('answer_id', '=', answerId)
    .execute()
}
