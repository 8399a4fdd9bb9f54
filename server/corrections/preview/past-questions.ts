import type { Kysely } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { chunks } from '../../review/queue-rows.ts'
import { understoodAs } from './understood-as.ts'

/** A question that visitors have asked, with the newest answer to it. */
export interface PastQuestion {
  /** See `questionKey`. */
  readonly key: string
  readonly answerId: string
  readonly question: string
  /** As it was understood: what a correction is matched on. */
  readonly understood: string
  readonly answer: string
  readonly count: number
  readonly lastAskedAt: number
}

export const MOST_PAST_QUESTIONS = 10_000

/** Turns that are read at once: SQLite reads on this thread. */
const TURNS_A_READ = 400
/** No more turns than these are looked through. */
const MOST_TURNS = 400_000

/** The persona's newest distinct questions, without those whose words are deleted; the newest first, some at a time. */
export async function* readPastQuestions(
  db: Kysely<Schema>,
  persona: { readonly id: string; readonly names: readonly string[] },
  limit: number = MOST_PAST_QUESTIONS,
): AsyncGenerator<{ readonly total: number; readonly questions: PastQuestion[] }, void> {
  const newest = await newestOfEach(db, persona.id, limit)
  const total = newest.size
  for (const ids of chunks([...newest.keys()])) {
    const rows = await db
      .selectFrom('turns')
      .select(['answer_id', 'question', 'search_text', 'text'])
      .where('answer_id', 'in', ids)
      .where('question', '!=', '')
      .execute()
    const found = new Map(rows.map((row) => [row.answer_id, row]))
    const questions = ids.flatMap((id) => {
      const [seen, row] = [newest.get(id), found.get(id)]
      if (seen === undefined || row === undefined) return []
      const { question, text } = row
      return { ...seen, answerId: id, question, understood: understoodAs(row, persona.names), answer: text ?? '' }
    })
    yield { total, questions }
  }
}

/** By the id of the newest turn that asks it, how often each question was asked since the oldest of them. */
async function newestOfEach(db: Kysely<Schema>, personaId: string, limit: number) {
  const byKey = new Map<string, { answerId: string; key: string; count: number; lastAskedAt: number }>()
  let place: { askedAt: number; answerId: string } | undefined
  for (let read = 0; read < MOST_TURNS && byKey.size < limit; read += TURNS_A_READ) {
    const rows = await db
      .selectFrom('turns')
      .innerJoin('review_items', 'review_items.answer_id', 'turns.answer_id')
      .select(['turns.answer_id', 'turns.asked_at', 'review_items.question_key', 'review_items.answer_key'])
      .where('turns.persona_id', '=', personaId)
      .$if(place !== undefined, (query) =>
        query.where((build) =>
          build.or([
            build('turns.asked_at', '<', place?.askedAt ?? 0),
            build.and([
              build('turns.asked_at', '=', place?.askedAt ?? 0),
              build('turns.answer_id', '<', place?.answerId ?? ''),
            ]),
          ]),
        ),
      )
      .where('turns.asked_at', '<=', place?.askedAt ?? Number.MAX_SAFE_INTEGER)
      .orderBy('turns.asked_at', 'desc')
      .orderBy('turns.answer_id', 'desc')
      .limit(TURNS_A_READ)
      .execute()
    for (const row of rows) {
      const seen = byKey.get(row.question_key)
      if (seen !== undefined) seen.count += 1
      else if (row.answer_key !== '' && byKey.size < limit) {
        const { answer_id: answerId, question_key: key, asked_at: lastAskedAt } = row
        byKey.set(key, { answerId, key, count: 1, lastAskedAt })
      }
    }
    const last = rows.at(-1)
    if (last === undefined) break
    place = { askedAt: last.asked_at, answerId: last.answer_id }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return new Map([...byKey.values()].map(({ answerId, ...seen }) => [answerId, seen]))
}
