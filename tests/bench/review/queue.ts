import { performance } from 'node:perf_hooks'
import type { OpenDatabase } from '../../../server/db/open-database.ts'
import type { QueueFilter } from '../../../server/protocol/console-queue.ts'
import { readQueuePage } from '../../../server/review/queue-page.ts'
import { BENCH_END, BENCH_PERSONAS } from './fill-turns.ts'

/** A filtered page at the server (issue 6). */
export const PAGE_P95_MS = 200
const [LECTURER] = BENCH_PERSONAS
const WEEK_MS = 7 * 86_400_000

interface Case {
  readonly name: string
  readonly filter: QueueFilter
  /** Undefined: an account that sees all. */
  readonly personas?: readonly string[]
}

const CASES: readonly Case[] = [
  { name: 'waiting, one persona', filter: {}, personas: [LECTURER] },
  { name: 'waiting, all personas', filter: {} },
  { name: 'all turns, all personas', filter: { state: 'any' } },
  { name: 'all turns, newest', filter: { state: 'any', order: 'newest' } },
  { name: 'reported, oldest', filter: { reason: 'reported', order: 'oldest' } },
  {
    name: 'declined last week, one site',
    filter: { outcome: 'declined', site: 'https://hall.example', from: BENCH_END - WEEK_MS },
  },
  { name: 'common word, waiting', filter: { words: '焊接' } },
  { name: 'common word, all turns', filter: { state: 'any', words: '焊接 师傅' } },
  { name: 'rare word, all turns', filter: { state: 'any', words: '30001号工件' } },
  { name: 'a word nobody said, all turns, newest', filter: { state: 'any', words: '量子', order: 'newest' } },
  {
    name: 'everything at once',
    filter: {
      personaId: LECTURER,
      state: 'any',
      rating: 'down',
      channel: 'websocket',
      from: BENCH_END - 8 * WEEK_MS,
      words: '诀窍',
    },
  },
]

export interface PageFigures {
  readonly name: string
  readonly p50Ms: number
  readonly p95Ms: number
  readonly rows: number
}

/** Times the pages of typical filters, the first and the ones after it. */
export async function benchQueue(database: OpenDatabase, rounds: number): Promise<PageFigures[]> {
  const figures: PageFigures[] = []
  for (const { name, filter, personas } of CASES) {
    const taken: number[] = []
    let cursor: string | null = null
    let rows = 0
    for (let round = 0; round < rounds; round++) {
      const started = performance.now()
      const page = await readQueuePage(database, {
        filter: cursor === null ? filter : { ...filter, cursor },
        personas,
        now: BENCH_END,
        personaName: (id) => id,
      })
      taken.push(performance.now() - started)
      rows = Math.max(rows, page.rows.length)
      cursor = page.next
    }
    taken.sort((one, other) => one - other)
    figures.push({ name, p50Ms: quantile(taken, 0.5), p95Ms: quantile(taken, 0.95), rows })
  }
  return figures
}

/** Of sorted values; the nearest rank. */
export function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  return Math.round(value * 10) / 10
}
