import { mkdtemp, rm } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { type OpenDatabase, openDatabase } from '../../../server/db/open-database.ts'
import { createInsightReader } from '../../../server/insight/insight.ts'
import type { Document } from '../../../server/knowledge/document.ts'
import type { Account } from '../../../server/protocol/console-account.ts'
import type { InsightFilter } from '../../../server/protocol/console-insight.ts'
import { createAnalyzer } from '../../../server/retrieval/analyzer.ts'
import { type ConsoleClient, signIn } from '../../helpers/console-client.ts'
import { startTestServer, type TestServer } from '../../helpers/test-server.ts'
import { BENCH_END, BENCH_PERSONAS, fillTurns } from './fill-turns.ts'
import { quantile } from './queue.ts'

/** All figures of 100,000 turns. */
export const INSIGHT_MS = 500
/** The 95th percentile of an answer, from the question to its end, while a long workbook is made. */
export const ANSWER_P95_MS = 100
const DAY_MS = 86_400_000
const [LECTURER] = BENCH_PERSONAS

export interface InsightFigures {
  readonly name: string
  /** The quickest of the rounds: what it takes where nothing else takes the processor away. */
  readonly leastMs: number
  readonly p50Ms: number
  readonly cpuMs: number
}

/** Times the figures of half a year, and of narrower views of it. */
export async function benchInsight(database: OpenDatabase, rounds: number): Promise<InsightFigures[]> {
  const analyzer = createAnalyzer()
  // The first question of a process reads a dictionary.
  analyzer.words('师傅怎么焊铝')
  const reader = createInsightReader({
    database,
    analyzer: () => analyzer,
    personas: () => [],
    document: (id) => ({ meta: { title: id } }) as unknown as Document,
  })
  const whole: InsightFilter = { from: BENCH_END - 180 * DAY_MS, to: BENCH_END + 1 }
  const cases: readonly (readonly [string, InsightFilter])[] = [
    ['half a year, all personas', whole],
    ['half a year, one persona', { ...whole, personaId: LECTURER }],
    ['half a year, one site', { ...whole, site: 'https://hall.example' }],
    ['30 days, all personas', { ...whole, from: BENCH_END - 30 * DAY_MS }],
  ]
  const figures: InsightFigures[] = []
  for (const [name, filter] of cases) {
    const taken: number[] = []
    const cpu: number[] = []
    for (let round = 0; round < rounds; round++) {
      const [started, used] = [performance.now(), process.cpuUsage()]
      await reader.read(OPERATOR, filter)
      taken.push(performance.now() - started)
      const { user, system } = process.cpuUsage(used)
      cpu.push((user + system) / 1_000)
    }
    taken.sort((one, other) => one - other)
    cpu.sort((one, other) => one - other)
    figures.push({ name, leastMs: quantile(taken, 0), p50Ms: quantile(taken, 0.5), cpuMs: quantile(cpu, 0.5) })
  }
  return figures
}

export interface ExportFigures {
  readonly database: string
  readonly rows: number
  readonly megabytes: number
  readonly seconds: number
  readonly answers: number
  readonly quietP95Ms: number
  readonly answerP50Ms: number
  readonly answerP95Ms: number
}

/** Asks the whole server one question after another, first alone and then while a workbook of all turns is fetched. */
export async function benchExport(turns: number, databaseUrl?: string): Promise<ExportFigures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-export-'))
  const settings = { DATA_DIR: dataDir, ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }) }
  try {
    const filling = await openDatabase({ dataDir, ...(databaseUrl === undefined ? {} : { databaseUrl }) })
    await fillTurns(filling, turns)
    await filling.close()
    const server = await startTestServer(settings)
    try {
      const operator = await signIn(server, { role: 'operator' })
      await askUntil(server, Promise.resolve(), 20)
      const quiet = await askUntil(server, Promise.resolve(), 40)
      const started = performance.now()
      const fetched = fetchWorkbook(server, operator)
      const loud = await askUntil(server, fetched, 0)
      const bytes = await fetched
      return {
        database: databaseUrl === undefined ? 'sqlite' : 'postgres',
        rows: turns,
        megabytes: Math.round(bytes / 1e5) / 10,
        seconds: Math.round((performance.now() - started) / 100) / 10,
        answers: loud.length,
        quietP95Ms: quantile(quiet, 0.95),
        answerP50Ms: quantile(loud, 0.5),
        answerP95Ms: quantile(loud, 0.95),
      }
    } finally {
      await server.close()
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Milliseconds of each answer, sorted: at least so many, and until the other work is done. */
async function askUntil({ server }: TestServer, work: Promise<unknown>, least: number): Promise<number[]> {
  let done = false
  void work.finally(() => {
    done = true
  })
  await Promise.resolve()
  const taken: number[] = []
  while (!done || taken.length < least) {
    const started = performance.now()
    const answer = await server.inject({
      method: 'POST',
      url: '/v1/chat/completions',
      payload: { model: 'lin-yue', messages: [{ role: 'user', content: '您是怎么学会这门手艺的？' }] },
    })
    if (answer.statusCode !== 200) throw new Error(`The server answers ${answer.statusCode}: ${answer.body}`)
    taken.push(performance.now() - started)
  }
  return taken.sort((one, other) => one - other)
}

/** Fetches all turns as a workbook, and gives its length. */
async function fetchWorkbook({ address }: TestServer, { cookie }: ConsoleClient): Promise<number> {
  const period = `from=${BENCH_END - 365 * DAY_MS}&to=${BENCH_END + 1}`
  const url = `${address}/v1/console/insight/export?${period}&what=turns&format=xlsx`
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: { cookie } }, resolve).on('error', reject)
  })
  if (response.statusCode !== 200) throw new Error(`The export answers ${response.statusCode}.`)
  let length = 0
  for await (const chunk of response) length += (chunk as Buffer).length
  return length
}

const OPERATOR = { id: 'bench', role: 'operator', personaId: null, name: 'bench', disabled: false } as Account
