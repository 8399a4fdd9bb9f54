import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { type OpenDatabase, openDatabase } from '../../server/db/open-database.ts'
import { createTestDatabase, startPostgres } from '../helpers/postgres-server.ts'
import { fillTurns } from './review/fill-turns.ts'
import {
  ANSWER_P95_MS,
  benchExport,
  benchInsight,
  type ExportFigures,
  INSIGHT_MS,
  type InsightFigures,
} from './review/insight.ts'
import { benchQueue, PAGE_P95_MS, type PageFigures } from './review/queue.ts'
import {
  benchReplay,
  benchUnanswered,
  fillPastQuestions,
  REPLAY_MS,
  type ReplayFigures,
  UNANSWERED_MS,
  type UnansweredFigures,
} from './review/replay.ts'

// How fast the console is over many turns, on SQLite and, where it is installed, PostgreSQL: pages of the queue, figures,
// the replay of a correction, the gathering of unanswered questions, and answers while a workbook is made. Lines for people on stderr, JSON on stdout.
// `npm run bench:review -- [--turns N] [--questions N] [--rows N] [--rounds N] [--json FILE] [--strict]`

interface Figures {
  readonly database: 'sqlite' | 'postgres'
  readonly turns: number
  readonly fillMs: number
  readonly pages: readonly PageFigures[]
  readonly insight: readonly InsightFigures[]
  readonly replay: ReplayFigures
  readonly unanswered: UnansweredFigures
  readonly export: ExportFigures
  /** What is slower than its goal. */
  readonly missed: readonly string[]
}

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '100000' },
    questions: { type: 'string', default: '10000' },
    rows: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '40' },
    json: { type: 'string' },
    strict: { type: 'boolean', default: false },
  },
})
const [turns, questions, rows, rounds] = [values.turns, values.questions, values.rows, values.rounds].map(Number) as [
  number,
  number,
  number,
  number,
]
/** Who watches a bench sees the figures as they come. */
const tell = (line: string) => process.stderr.write(`${line}\n`)
const goal = (isMet: boolean, text: string) => `${isMet ? 'met' : 'MISSED'}: ${text}`

const postgres = await startPostgres()
const all: Figures[] = []
try {
  for (const dialect of postgres === null ? (['sqlite'] as const) : (['sqlite', 'postgres'] as const)) {
    all.push(await measure(dialect))
  }
} finally {
  await postgres?.stop()
}
const missed = all.flatMap((figures) => figures.missed.map((name) => `${figures.database}: ${name}`))
tell(missed.length === 0 ? 'every goal is met' : `missed: ${missed.join('; ')}`)
process.stdout.write(`${JSON.stringify(all)}\n`)
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(all, null, 2)}\n`)
if (values.strict && missed.length > 0) process.exitCode = 1

/** Each part on an empty database of its own. */
async function measure(dialect: 'sqlite' | 'postgres'): Promise<Figures> {
  const over = await onDatabase(dialect, async (database) => {
    const started = performance.now()
    await fillTurns(database, turns)
    const fillMs = Math.round(performance.now() - started)
    // What autovacuum does by itself within minutes.
    if (dialect === 'postgres') await sql`vacuum analyze`.execute(database.kysely)
    tell(`${dialect}: ${turns} turns, written in ${(fillMs / 1_000).toFixed(1)} s`)
    const pages = await benchQueue(database, rounds)
    for (const page of pages) {
      tell(
        `  ${goal(page.p95Ms <= PAGE_P95_MS, `queue, ${page.name}`)}: p50 ${page.p50Ms} ms, p95 ${page.p95Ms} ms (goal ${PAGE_P95_MS} ms; ${page.rows} rows a page)`,
      )
    }
    const insight = await benchInsight(database, Math.min(rounds, 10))
    for (const { name, leastMs, p50Ms, cpuMs } of insight) {
      tell(
        `  ${goal(p50Ms <= INSIGHT_MS, `figures, ${name}`)}: p50 ${p50Ms} ms, least ${leastMs} ms (goal ${INSIGHT_MS} ms; ${cpuMs} ms of this processor)`,
      )
    }
    return { fillMs, pages, insight }
  })
  const { replay, unanswered } = await onDatabase(dialect, async (database) => {
    await fillPastQuestions(database, questions)
    return { replay: await benchReplay(database), unanswered: await benchUnanswered(database) }
  })
  tell(
    `  ${goal(replay.seconds * 1_000 <= REPLAY_MS, 'replay')}: a correction tried on ${replay.replayed} past questions in ${replay.seconds} s ` +
      `(goal ${REPLAY_MS / 1_000} s; ${replay.cpuSeconds} s of the processor, ${replay.progressLines} lines of progress, longest block ${replay.longestBlockMs} ms)`,
  )
  tell(
    `  ${goal(unanswered.seconds * 1_000 <= UNANSWERED_MS, 'unanswered')}: all of them declined, gathered in ${unanswered.seconds} s (goal ${UNANSWERED_MS / 1_000} s)`,
  )
  const exported = await benchExport(
    rows,
    postgres === null || dialect === 'sqlite' ? undefined : await createTestDatabase(postgres),
  )
  tell(
    `  ${goal(exported.answerP95Ms <= ANSWER_P95_MS, 'answers during an export')}: p95 ${exported.answerP95Ms} ms (goal ${ANSWER_P95_MS} ms; ` +
      `${exported.quietP95Ms} ms alone) while ${exported.rows} rows became a workbook of ${exported.megabytes} MB in ${exported.seconds} s`,
  )
  const { fillMs, pages, insight } = over
  const missed = [
    ...pages.filter((page) => page.p95Ms > PAGE_P95_MS).map(({ name }) => `queue, ${name}`),
    ...insight.filter((figures) => figures.p50Ms > INSIGHT_MS).map(({ name }) => `figures, ${name}`),
    ...(replay.seconds * 1_000 > REPLAY_MS || replay.progressLines === 0 ? ['replay'] : []),
    ...(unanswered.seconds * 1_000 > UNANSWERED_MS ? ['unanswered'] : []),
    ...(exported.answerP95Ms > ANSWER_P95_MS ? ['answers during an export'] : []),
  ]
  return { database: dialect, turns, fillMs, pages, insight, replay, unanswered, export: exported, missed }
}

async function onDatabase<T>(dialect: 'sqlite' | 'postgres', work: (database: OpenDatabase) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-review-'))
  const databaseUrl = dialect === 'sqlite' || postgres === null ? undefined : await createTestDatabase(postgres)
  const database = await openDatabase({ dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
  try {
    return await work(database)
  } finally {
    await database.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}
