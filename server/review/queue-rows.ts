import { type Kysely, PostgresAdapter, type Selectable } from 'kysely'
import type { ReviewItemsTable, Schema } from '../db/schema.ts'
import type { Citation } from '../protocol/citation.ts'
import { foldForSearch, questionKey } from './question-key.ts'
import { bitOf, judgeTurn, type TurnFacts, valueOfBits } from './queue-reasons.ts'

/** What a row bears while nobody has decided. */
export const UNDECIDED = { verdict: null, decided_by: null, decided_role: null, decided_at: null } as const
const SOURCE_CHANGED = bitOf('source-changed')
const IDS_A_STATEMENT = 200

/** The state of a row that nobody has decided. */
export function undecidedState(reasons: number): 'waiting' | 'clear' {
  return reasons === 0 ? 'clear' : 'waiting'
}

/**
 * Writes the rows of turns that have ended; those that are there stay. Run it in the transaction that ends a turn, after
 * the turn and its sentences are stored. Returns how many rows were written.
 */
export async function noteEnded(db: Kysely<Schema>, answerIds: readonly string[]): Promise<number> {
  const turns = await readTurns(db, answerIds)
  if (turns.length === 0) return 0
  const rows = turns.map((turn) => {
    const reasons = judgeTurn(turn.facts)
    return {
      answer_id: turn.answer_id,
      persona_id: turn.persona_id,
      site: turn.site,
      channel: turn.channel,
      asked_at: turn.asked_at,
      outcome: turn.outcome,
      rating: turn.facts.rating,
      // A turn without words is equal to no other.
      question_key: turn.question === '' ? turn.answer_id : questionKey(turn.search_text || turn.question),
      answer_key: turn.question === '' ? '' : (turn.sha256 ?? ''),
      reasons,
      value: valueOfBits(reasons),
      state: turn.question === '' ? 'clear' : undecidedState(reasons),
      words: foldForSearch(`${turn.question}\n${turn.text ?? ''}`),
      session_id: turn.session_id,
      document_id: firstCited(turn.citations),
    } satisfies Partial<ReviewItemsTable>
  })
  const result = await db
    .insertInto('review_items')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0)
}

/**
 * Takes a turn's feedback into its row, where it has one yet. What speaks against the answer puts a decided turn back
 * into the queue, unless the same was said before (`isNews` false). Run it in the transaction that stores the feedback,
 * the turn locked.
 */
export async function noteFeedback(db: Kysely<Schema>, answerId: string, isNews: boolean): Promise<void> {
  const [item] = await lockItems(db, [answerId])
  const [turn] = item === undefined ? [] : await readTurns(db, [answerId])
  if (item === undefined || turn === undefined) return
  const reasons = judgeTurn(turn.facts) | (item.reasons & SOURCE_CHANGED)
  const decided = item.state !== 'waiting' && item.state !== 'clear'
  const returns = decided && isNews && turn.facts.rating === 'down'
  await db
    .updateTable('review_items')
    .set({ rating: turn.facts.rating, reasons, value: valueOfBits(reasons) })
    .$if(!decided, (query) => query.set({ state: undecidedState(reasons) }))
    .$if(returns, (query) =>
      query.set((build) => ({ state: 'waiting', revision: build('revision', '+', 1), ...UNDECIDED })),
    )
    .where('answer_id', '=', answerId)
    .execute()
}

/**
 * Removes all words from the rows of these turns, whose own words are gone already, and takes from the queue what nobody
 * can judge any more. Outcome, reasons and decisions stay. Run it in the transaction that removes the words.
 */
export async function noteForgotten(db: Kysely<Schema>, answerIds: readonly string[]): Promise<void> {
  await lockItems(db, answerIds)
  for (const ids of chunks(answerIds)) {
    await db
      .updateTable('review_items')
      .set((build) => ({
        question_key: build.ref('answer_id'),
        answer_key: '',
        words: '',
        document_id: null,
        state: build.case().when('state', '=', 'waiting').then('clear').else(build.ref('state')).end(),
        revision: build('revision', '+', 1),
      }))
      .where('answer_id', 'in', ids)
      .execute()
    // A turn that ran until now has no row yet.
    const missing = await db
      .selectFrom('turns')
      .leftJoin('review_items', 'review_items.answer_id', 'turns.answer_id')
      .select('turns.answer_id')
      .where('turns.answer_id', 'in', ids)
      .where('review_items.answer_id', 'is', null)
      .execute()
    await noteEnded(
      db,
      missing.map((turn) => turn.answer_id),
    )
  }
}

/**
 * Notes that a correction was made from this turn. With `equalToo` (a correction that goes live), turns with an equal
 * question that still wait leave the queue as well, but for those that somebody reported for another answer.
 * Run it in the transaction of the correction; an unknown turn is none.
 */
export async function markCorrected(
  db: Kysely<Schema>,
  answerId: string,
  by: { readonly name: string; readonly role: string },
  at: number,
  equalToo = false,
): Promise<void> {
  const item = await findItem(db, answerId)
  if (item === undefined) return
  const equal = equalToo ? await equalItems(db, item, ['waiting']) : []
  const locked = await lockItems(db, [answerId, ...equal])
  const meant = locked.filter(
    (other) =>
      other.answer_id === answerId ||
      (other.state === 'waiting' &&
        other.question_key === item.question_key &&
        (other.answer_key === item.answer_key || (other.reasons & bitOf('reported')) === 0)),
  )
  for (const ids of chunks(meant.map((other) => other.answer_id))) {
    await db
      .updateTable('review_items')
      .set((build) => ({
        state: 'corrected',
        revision: build('revision', '+', 1),
        verdict: null,
        decided_by: by.name,
        decided_role: by.role,
        decided_at: at,
      }))
      .where('answer_id', 'in', ids)
      .execute()
  }
}

/**
 * Puts turns back into the queue, whatever was decided, since the document that they rest on is another one now.
 * Unknown turns and those without words are left alone. Run it in the transaction of what it tells of.
 */
export async function returnToQueue(
  db: Kysely<Schema>,
  answerIds: readonly string[],
  reason: 'source-changed',
): Promise<void> {
  for (const item of await lockItems(db, answerIds)) {
    if (item.answer_key === '') continue
    const reasons = (item.reasons | bitOf(reason)) & ~bitOf('sample')
    await db
      .updateTable('review_items')
      .set((build) => ({
        reasons,
        value: valueOfBits(reasons),
        state: 'waiting',
        revision: build('revision', '+', 1),
        ...UNDECIDED,
      }))
      .where('answer_id', '=', item.answer_id)
      .execute()
  }
}

/**
 * The rows of these turns, locked until the transaction ends. All lock in one order, so that two who lock several never
 * wait for each other. SQLite has one writer at a time and needs no lock.
 */
export async function lockItems(
  db: Kysely<Schema>,
  answerIds: readonly string[],
): Promise<Selectable<ReviewItemsTable>[]> {
  const takesLocks = db.getExecutor().adapter instanceof PostgresAdapter
  const locked: Selectable<ReviewItemsTable>[] = []
  for (const ids of chunks([...answerIds].sort())) {
    const items = await db
      .selectFrom('review_items')
      .selectAll()
      .where('answer_id', 'in', ids)
      .orderBy('answer_id')
      .$if(takesLocks, (query) => query.forUpdate())
      .execute()
    locked.push(...items)
  }
  return locked
}

/** The row as it is now, not locked. */
export async function findItem(db: Kysely<Schema>, answerId: string) {
  return await db.selectFrom('review_items').selectAll().where('answer_id', '=', answerId).executeTakeFirst()
}

/** Other turns of the persona with an equal question, in these states; their ids. */
export async function equalItems(
  db: Kysely<Schema>,
  item: Pick<ReviewItemsTable, 'answer_id' | 'persona_id' | 'question_key'>,
  states: readonly string[],
  answerKey?: string,
): Promise<string[]> {
  const rows = await db
    .selectFrom('review_items')
    .select('answer_id')
    .where('persona_id', '=', item.persona_id)
    .where('question_key', '=', item.question_key)
    .where('state', 'in', states)
    .where('answer_id', '!=', item.answer_id)
    .$if(answerKey !== undefined, (query) => query.where('answer_key', '=', answerKey ?? ''))
    .execute()
  return rows.map((row) => row.answer_id)
}

async function readTurns(db: Kysely<Schema>, answerIds: readonly string[]) {
  if (answerIds.length === 0) return []
  const turns = await db
    .selectFrom('turns')
    .leftJoin('feedback', 'feedback.answer_id', 'turns.answer_id')
    .select(['turns.answer_id', 'turns.persona_id', 'turns.site', 'turns.channel', 'turns.asked_at', 'turns.outcome'])
    .select(['turns.question', 'turns.search_text', 'turns.text', 'turns.sha256'])
    .select(['turns.session_id', 'turns.citations'])
    .select(['turns.withheld', 'turns.answerability', 'feedback.rating', 'feedback.reason as feedback_reason'])
    .select((build) =>
      build
        .selectFrom('answer_sentences')
        .select((select) => select.fn.min('support').as('least'))
        .whereRef('answer_sentences.answer_id', '=', 'turns.answer_id')
        .whereRef('answer_sentences.epoch', '=', 'turns.epoch')
        .as('least_support'),
    )
    .where('turns.answer_id', 'in', answerIds)
    .where('turns.ended_at', 'is not', null)
    .execute()
  return turns.map((turn) => {
    const facts: TurnFacts = {
      answerId: turn.answer_id,
      outcome: turn.outcome,
      rating: turn.rating,
      feedbackReason: turn.feedback_reason,
      withheld: turn.withheld === null ? 0 : (JSON.parse(turn.withheld) as unknown[]).length,
      leastSupport: turn.least_support,
      answerability: turn.answerability,
    }
    return { ...turn, facts }
  })
}

function firstCited(citations: string | null): string | null {
  const [first] = JSON.parse(citations ?? '[]') as Partial<Citation>[]
  return first?.documentId ?? null
}

/** As many as one statement takes. */
export function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let start = 0; start < all.length; start += IDS_A_STATEMENT) yield all.slice(start, start + IDS_A_STATEMENT)
}
