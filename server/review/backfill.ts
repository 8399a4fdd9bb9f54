import type { OpenDatabase } from '../db/open-database.ts'
import { noteEnded } from './queue-rows.ts'

const TURNS_A_READ = 1_000
const ROWS_A_WRITE = 200

/**
 * Gives a row in the review queue to every ended turn that has none: those stored by an older version. Reads and writes
 * in small steps, so that it can run beside everything else. Returns how many rows were written.
 */
export async function backfillQueue({ kysely, writer }: OpenDatabase, signal?: AbortSignal): Promise<number> {
  let written = 0
  let after = ''
  while (signal?.aborted !== true) {
    const turns = await kysely
      .selectFrom('turns')
      .leftJoin('review_items', 'review_items.answer_id', 'turns.answer_id')
      .select(['turns.answer_id', 'turns.ended_at', 'review_items.answer_id as item'])
      .where('turns.answer_id', '>', after)
      .orderBy('turns.answer_id')
      .limit(TURNS_A_READ)
      .execute()
    const last = turns.at(-1)
    if (last === undefined) break
    after = last.answer_id
    const missing = turns.filter((turn) => turn.item === null && turn.ended_at !== null).map((turn) => turn.answer_id)
    for (let start = 0; start < missing.length; start += ROWS_A_WRITE) {
      const ids = missing.slice(start, start + ROWS_A_WRITE)
      written += await writer.transaction((db) => noteEnded(db, ids))
    }
  }
  return written
}
