import { type RawBuilder, sql } from 'kysely'
import type { Insight } from '../protocol/console-insight.ts'
import { daysOf } from './china-days.ts'
import { askedDay, breathe, type InsightDatabase, type InsightScope, withinPeriod } from './insight-scope.ts'

type DayFigures = Insight['days'][number]
/** What is counted of a group of turns. */
export type Figures = Omit<DayFigures, 'day' | 'coverage'>

export interface FigureTable {
  readonly totals: Figures & Pick<Insight['totals'], 'satisfaction' | 'coverage'>
  /** Every day of the period by its number, those without a question, too. */
  readonly days: ReadonlyMap<number, Figures & Pick<DayFigures, 'coverage'>>
  readonly personas: ReadonlyMap<string, Figures>
  /** Questions by site; of one persona or all, but of every site. */
  readonly sites: ReadonlyMap<string | null, number>
}

const NOTHING: Figures = { questions: 0, visitors: 0, answered: 0, corrected: 0, declined: 0, up: 0, down: 0 }
const ANSWERED = sql`('grounded', 'corrected')`
/** Those who stopped an answer, or whose answer broke, say nothing of what can be answered. */
const SETTLED = sql`('grounded', 'corrected', 'declined', 'handed-off')`

interface CountRow {
  readonly day: number
  readonly persona_id: string
  readonly site: string | null
  readonly questions: number
  readonly answered: number
  readonly corrected: number
  readonly declined: number
  readonly up: number
  readonly down: number
}

/**
 * Adds up the turns that have ended. Turns whose words are deleted count like all others. A visitor is a session; a
 * visitor who comes on two days is one of each day and one of the period.
 */
export async function readFigures(database: InsightDatabase, scope: InsightScope): Promise<FigureTable> {
  const everySite: InsightScope = { ...scope, filter: withoutSite(scope.filter) }
  const [counts, dayVisitors, visitors, dayCoverage, coverage, sites] = await inTurn(database, [
    () => readCounts(database, scope),
    () => readVisitors(database, scope, askedDay),
    () => readVisitors(database, scope, sql`persona_id`),
    () => readCoverage(database, scope, askedDay),
    () => readCoverage(database, scope, sql`''`),
    () => (scope.filter.site === undefined ? undefined : readCounts(database, everySite)),
  ])

  const days = new Map(daysOf(scope.filter).map((day) => [day, { ...NOTHING, coverage: null as number | null }]))
  const personas = new Map<string, Figures>()
  const totals = { ...NOTHING }
  for (const row of counts) {
    const day = Number(row.day)
    days.set(day, { ...(days.get(day) ?? { coverage: null }), ...sum(days.get(day) ?? NOTHING, row) })
    personas.set(row.persona_id, sum(personas.get(row.persona_id) ?? NOTHING, row))
    Object.assign(totals, sum(totals, row))
  }
  for (const { key, visitors: count } of dayVisitors) {
    const day = days.get(Number(key))
    if (day !== undefined) day.visitors = Number(count)
  }
  for (const { key, visitors: count } of visitors) {
    const persona = personas.get(String(key))
    if (persona !== undefined) persona.visitors = Number(count)
    // A session talks to one persona.
    totals.visitors += Number(count)
  }
  for (const { key, covered, asked } of dayCoverage) {
    const day = days.get(Number(key))
    if (day !== undefined) day.coverage = Number(covered) / Number(asked)
  }
  const bySite = new Map<string | null, number>()
  for (const { site, questions } of sites ?? counts) bySite.set(site, (bySite.get(site) ?? 0) + Number(questions))
  const [all] = coverage
  const ratings = totals.up + totals.down
  return {
    totals: {
      ...totals,
      satisfaction: ratings === 0 ? null : totals.up / ratings,
      coverage: all === undefined ? null : Number(all.covered) / Number(all.asked),
    },
    days,
    personas,
    sites: bySite,
  }
}

async function readCounts({ kysely }: InsightDatabase, scope: InsightScope): Promise<readonly CountRow[]> {
  const { rows } = await sql<CountRow>`
    select ${askedDay} as day, persona_id, site, count(*) as questions,
      sum(case when outcome in ${ANSWERED} then 1 else 0 end) as answered,
      sum(case when outcome = 'corrected' then 1 else 0 end) as corrected,
      sum(case when outcome in ('declined', 'handed-off') then 1 else 0 end) as declined,
      sum(case when rating = 'up' then 1 else 0 end) as up,
      sum(case when rating = 'down' then 1 else 0 end) as down
    from review_items where ${withinPeriod(scope)}
    group by 1, 2, 3`.execute(kysely)
  return rows
}

async function readVisitors({ kysely }: InsightDatabase, scope: InsightScope, key: RawBuilder<unknown>) {
  const { rows } = await sql<{ key: number | string; visitors: number }>`
    select ${key} as key, count(distinct session_id) as visitors
    from turns where ${withinPeriod(scope)} and outcome is not null
    group by 1`.execute(kysely)
  return rows
}

/**
 * Distinct questions, and how many of them were answered with evidence at least once. Questions are equal by their key
 * (see `questionKey`) within a persona; one whose words are deleted is equal to no other.
 */
async function readCoverage({ kysely }: InsightDatabase, scope: InsightScope, key: RawBuilder<unknown>) {
  const { rows } = await sql<{ key: number | string; asked: number; covered: number }>`
    select key, count(*) as asked, sum(answered) as covered from (
      select ${key} as key, max(case when outcome in ${ANSWERED} then 1 else 0 end) as answered
      from review_items where ${withinPeriod(scope)} and outcome in ${SETTLED}
      group by 1, question_key, persona_id
    ) as questions group by key`.execute(kysely)
  return rows
}

function sum(one: Figures, row: CountRow): Figures {
  return {
    questions: one.questions + Number(row.questions),
    visitors: one.visitors,
    answered: one.answered + Number(row.answered),
    corrected: one.corrected + Number(row.corrected),
    declined: one.declined + Number(row.declined),
    up: one.up + Number(row.up),
    down: one.down + Number(row.down),
  }
}

function withoutSite({ site: _site, ...filter }: InsightScope['filter']): InsightScope['filter'] {
  return filter
}

/** At once where the database has a process of its own; else one after the other, with a break between. */
async function inTurn<const Reads extends readonly (() => unknown)[]>(
  { dialect }: InsightDatabase,
  reads: Reads,
): Promise<{ -readonly [Index in keyof Reads]: Awaited<ReturnType<Reads[Index]>> }> {
  const results: unknown[] = []
  if (dialect === 'postgres') results.push(...(await Promise.all(reads.map((read) => read()))))
  else {
    for (const read of reads) {
      results.push(await read())
      await breathe()
    }
  }
  return results as { -readonly [Index in keyof Reads]: Awaited<ReturnType<Reads[Index]>> }
}
