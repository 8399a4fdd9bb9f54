import { type RawBuilder, sql } from 'kysely'
import type { OpenDatabase } from '../db/open-database.ts'
import type { InsightFilter } from '../protocol/console-insight.ts'

/** Which turns figures and files are about: what was asked for, within what the account may see. */
export interface InsightScope {
  readonly filter: InsightFilter
  /** Undefined where the account sees all personas. */
  readonly personas: readonly string[] | undefined
}

export type InsightDatabase = Pick<OpenDatabase, 'kysely' | 'dialect'>

/** The condition on persona and site of a table that has both, as SQL. */
export function withinScope({ filter, personas }: InsightScope): RawBuilder<boolean> {
  const { personaId, site } = filter
  const conditions = [sql<boolean>`1 = 1`]
  if (personaId !== undefined) conditions.push(sql`persona_id = ${personaId}`)
  if (personas !== undefined) {
    conditions.push(personas.length === 0 ? sql`1 = 0` : sql`persona_id in (${sql.join([...personas])})`)
  }
  if (site !== undefined) conditions.push(sql`site = ${site}`)
  return sql<boolean>`${sql.join(conditions, sql` and `)}`
}

/** The same, and asked within the period. */
export function withinPeriod(scope: InsightScope): RawBuilder<boolean> {
  const { from, to } = scope.filter
  return sql<boolean>`asked_at >= ${from} and asked_at < ${to} and ${withinScope(scope)}`
}

/** Lets everything else go on: SQLite answers on this thread, so a long row of queries is cut here. */
export async function breathe(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
