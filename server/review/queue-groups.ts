import { sql } from 'kysely'
import type { QueueFilter } from '../protocol/console-queue.ts'
import { type QueueDatabase, type QueueSelection, selectedItems, wordsOf } from './queue-filter.ts'

export type QueueOrder = NonNullable<QueueFilter['order']>

/** Equal questions to one persona, as far as they are meant. */
export interface QueueGroup {
  readonly personaId: string
  readonly questionKey: string
  readonly count: number
  readonly countWeek: number
  readonly lastAskedAt: number
  /** What the queue is ordered by first: the value, or a time. */
  readonly rank: number
}

/** A group's place in the queue. */
export type QueuePlace = Pick<QueueGroup, 'rank' | 'lastAskedAt' | 'personaId' | 'questionKey'>

export interface GroupsWanted {
  readonly order: QueueOrder
  readonly limit: number
  /** Only those behind this place; with `backwards` those before it, the nearest first. */
  readonly from?: QueuePlace
  readonly backwards?: boolean
  /** Only this question. */
  readonly only?: Pick<QueueGroup, 'personaId' | 'questionKey'>
  readonly now: number
}

const WEEK_MS = 7 * 24 * 60 * 60 * 1000

/** What each order ranks by: the value of the most valuable turn grows with the logarithm of how many ask. */
const RANKS: Readonly<Record<QueueOrder, string>> = {
  value: 'max(value) + ln(1 + count(*))',
  newest: 'max(asked_at)',
  oldest: 'min(asked_at)',
}

/** The groups of a selection in the queue's order. A group's place changes when it is asked again or decided. */
export async function readGroups(
  database: QueueDatabase,
  selection: QueueSelection,
  { order, limit, from, backwards = false, only, now }: GroupsWanted,
): Promise<QueueGroup[]> {
  let items = selectedItems(database, selection).select(['persona_id', 'question_key', 'asked_at', 'value'])
  if (only !== undefined) {
    items = items.where('persona_id', '=', only.personaId).where('question_key', '=', only.questionKey)
  }
  // Words are not in the index that gathers: they are looked for first, in the order in which the rows are stored.
  const searched = wordsOf(selection.filter).length > 0
  const groups = database.kysely
    .with(
      (name) => (searched ? name('items').materialized() : name('items').notMaterialized()),
      () => items,
    )
    .with('groups', (db) =>
      db
        .selectFrom('items')
        .select(['persona_id', 'question_key'])
        .select((build) => [
          build.fn.countAll<number>().as('count'),
          sql<number>`sum(case when asked_at >= ${now - WEEK_MS} then 1 else 0 end)`.as('count_week'),
          build.fn.max<number>('asked_at').as('last_asked_at'),
          sql<number>`${sql.raw(RANKS[order])}`.as('rank'),
        ])
        .groupBy(['persona_id', 'question_key']),
    )
    .selectFrom('groups')
    .selectAll()
  const forwards = order === 'oldest' ? 'asc' : 'desc'
  const turned = (direction: 'asc' | 'desc') => ((direction === 'asc') !== backwards ? 'asc' : 'desc')
  const keys = [
    ['rank', turned(forwards), from?.rank],
    ['last_asked_at', turned('desc'), from?.lastAskedAt],
    ['persona_id', turned('asc'), from?.personaId],
    ['question_key', turned('asc'), from?.questionKey],
  ] as const
  let query = groups.limit(limit)
  for (const [column, direction] of keys) query = query.orderBy(column, direction)
  if (from !== undefined) {
    query = query.where((build) =>
      build.or(
        keys.map(([column, direction, value], index) =>
          build.and([
            ...keys.slice(0, index).map(([before, , equal]) => build(before, '=', equal ?? '')),
            build(column, direction === 'asc' ? '>' : '<', value ?? ''),
          ]),
        ),
      ),
    )
  }
  const rows = await query.execute()
  return rows.map((row) => ({
    personaId: row.persona_id,
    questionKey: row.question_key,
    count: row.count,
    countWeek: row.count_week,
    lastAskedAt: row.last_asked_at,
    rank: row.rank,
  }))
}
