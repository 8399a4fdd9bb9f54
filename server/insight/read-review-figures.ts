import { sql } from 'kysely'
import type { Insight } from '../protocol/console-insight.ts'
import { bitOf } from '../review/queue-reasons.ts'
import { type InsightDatabase, type InsightScope, withinScope } from './insight-scope.ts'
import { wilsonInterval } from './wilson-interval.ts'

const HOUR_MS = 3_600_000

type ReviewFigures = Pick<Insight['totals'], 'backlog' | 'hoursToCorrection' | 'sampleErrors'>

/** How the people behind the avatar keep up: what waits now, and what was found and corrected within the period. */
export async function readReviewFigures(database: InsightDatabase, scope: InsightScope): Promise<ReviewFigures> {
  const [backlog, hoursToCorrection, sampleErrors] = [
    await readBacklog(database, scope),
    await readHoursToCorrection(database, scope),
    await readSampleErrors(database, scope),
  ]
  return { backlog, hoursToCorrection, sampleErrors }
}

/** What waits now, whenever it was asked. */
async function readBacklog({ kysely }: InsightDatabase, scope: InsightScope): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select count(*) as waiting from review_items where state = 'waiting' and ${withinScope(scope)}`.execute(kysely)
  return Number(rows[0]?.waiting ?? 0)
}

/**
 * The median of the hours from a question to the first time that its correction was live, of corrections that first
 * went live within the period.
 */
async function readHoursToCorrection({ kysely }: InsightDatabase, scope: InsightScope): Promise<number | null> {
  const { from, to } = scope.filter
  const { rows } = await sql<{ waited: number }>`
    select first_live.at - asked.asked_at as waited
    from (select correction_id, min(at) as at from correction_versions where state = 'live' group by correction_id)
      as first_live
    join corrections on corrections.id = first_live.correction_id
    join (select answer_id, asked_at from review_items where ${withinScope(scope)}) as asked
      on asked.answer_id = corrections.from_answer_id
    where first_live.at >= ${from} and first_live.at < ${to}
    order by waited`.execute(kysely)
  const middle = medianOf(rows.map((row) => Number(row.waited)))
  return middle === null ? null : Math.max(0, middle) / HOUR_MS
}

/** The middle of sorted values, or the mean of the two in the middle; null of none. */
function medianOf(sorted: readonly number[]): number | null {
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}

/**
 * How many answers of the random sample a person found wrong: said not to be right or not to be the lecturer's words, or
 * corrected. The sample is taken of answers with nothing against them, so it tells of errors that nothing else finds.
 */
async function readSampleErrors(
  { kysely }: InsightDatabase,
  scope: InsightScope,
): Promise<ReviewFigures['sampleErrors']> {
  const { from, to } = scope.filter
  // The plus keeps SQLite to the index by state: what was decided is far less than what was asked.
  const { rows } = await sql<{ wrong: number | null; decided: number }>`
    select sum(case when verdict = 'right' then 0 else 1 end) as wrong, count(*) as decided
    from review_items
    where state in ('decided', 'corrected') and (reasons & ${sql.lit(bitOf('sample'))}) <> 0
      and +asked_at >= ${from} and +asked_at < ${to} and ${withinScope(scope)}`.execute(kysely)
  const [wrong, of] = [Number(rows[0]?.wrong ?? 0), Number(rows[0]?.decided ?? 0)]
  return of === 0 ? null : { wrong, of, ...wilsonInterval(wrong, of) }
}
