import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { type OpenDatabase, openDatabase } from '../../server/db/open-database.ts'
import { createTestDatabase, startPostgres } from '../helpers/postgres-server.ts'
import { fillTurns } from './review/fill-turns.ts'
import { benchQueue, PAGE_P95_MS, type PageFigures } from './review/queue.ts'

// How fast the console is over many turns, on SQLite and, where it is installed, PostgreSQL.
// `npx tsx tests/bench/review.ts [--turns N] [--rounds N] [--json FILE] [--strict]`

interface Figures {
  readonly database: 'sqlite' | 'postgres'
  readonly turns: number
  readonly fillMs: number
  readonly pages: readonly PageFigures[]
}

async function measure(database: OpenDatabase, turns: number, rounds: number): Promise<Figures> {
  const started = performance.now()
  await fillTurns(database, turns)
  const fillMs = Math.round(performance.now() - started)
  // What autovacuum does by itself within minutes.
  if (database.dialect === 'postgres') await sql`vacuum analyze`.execute(database.kysely)
  const pages = await benchQueue(database, rounds)
  return { database: database.dialect, turns, fillMs, pages }
}

function print({ database, turns, fillMs, pages }: Figures): void {
  console.log(`${database}: ${turns} turns, written in ${(fillMs / 1000).toFixed(1)} s`)
  for (const page of pages) {
    console.log(`  ${page.name}: p50 ${page.p50Ms} ms, p95 ${page.p95Ms} ms (${page.rows} rows a page)`)
  }
}

const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '40' },
    json: { type: 'string' },
    strict: { type: 'boolean', default: false },
  },
})
const [turns, rounds] = [Number(values.turns), Number(values.rounds)]
const dataDir = await mkdtemp(join(tmpdir(), 'bench-review-'))
const postgres = await startPostgres()
const all: Figures[] = []
try {
  const urls = postgres === null ? [undefined] : [undefined, await createTestDatabase(postgres)]
  for (const databaseUrl of urls) {
    const database = await openDatabase({ dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
    try {
      const figures = await measure(database, turns, rounds)
      print(figures)
      all.push(figures)
    } finally {
      await database.close()
    }
  }
} finally {
  await postgres?.stop()
  await rm(dataDir, { recursive: true, force: true })
}
const slow = all.flatMap(({ database, pages }) =>
  pages.filter((page) => page.p95Ms > PAGE_P95_MS).map((page) => `${database}: ${page.name}`),
)
console.log(slow.length === 0 ? `every page within ${PAGE_P95_MS} ms` : `over ${PAGE_P95_MS} ms: ${slow.join('; ')}`)
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(all, null, 2)}\n`)
if (values.strict && slow.length > 0) process.exitCode = 1
