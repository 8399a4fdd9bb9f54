import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { WebSocket } from 'ws'
import type { ServerMessage } from '../../server/protocol/server-message.ts'
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts'
import { projectDir } from '../helpers/test-server.ts'

// How fast an answer begins: the built server as a process of its own, the demonstration, the extractive model, SQLite.
// Run `npm run build` first, then `npx tsx tests/bench/turn.ts [--json FILE] [--seconds N] [--rate N] [--strict]`.

const SESSIONS = 50
const WARM_UP_S = 3
const TARGETS = { p50Ms: 15, p95Ms: 40, warmStartMs: 3_000, firstStartMs: 8_000 } as const

interface Asked {
  readonly personaId: string
  readonly text: string
}

interface Figures {
  readonly firstStartMs: number
  readonly warmStartMs: number
  readonly asked: number
  readonly answered: number
  readonly rate: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** From the question to `answer-end`. */
  readonly wholeP50Ms: number
  readonly wholeP95Ms: number
  readonly outcomes: Readonly<Record<string, number>>
  readonly errors: Readonly<Record<string, number>>
  readonly missed: readonly string[]
}

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '50' },
    strict: { type: 'boolean', default: false },
  },
})

const figures = await measure(Number(options.seconds), Number(options.rate))
const { p50Ms, p95Ms, p99Ms, firstStartMs, warmStartMs, outcomes, errors, missed } = figures
process.stdout.write(
  `turn-ask to first answer-delta at ${figures.rate}/s: p50 ${p50Ms} ms, p95 ${p95Ms} ms, p99 ${p99Ms} ms ` +
    `(${figures.answered} of ${figures.asked}; ${listed(outcomes)}${listed(errors) && `; errors: ${listed(errors)}`}); ` +
    `ready in ${firstStartMs} ms at first, ${warmStartMs} ms warm` +
    `${missed.length === 0 ? '' : `; missed: ${missed.join(', ')}`}\n${JSON.stringify(figures)}\n`,
)
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(figures, null, 2)}\n`)
process.exitCode = options.strict && missed.length > 0 ? 1 : 0

async function measure(seconds: number, rate: number): Promise<Figures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-bench-'))
  try {
    const first = await startServerProcess({ DATA_DIR: dataDir })
    await first.kill('SIGTERM')
    const server = await startServerProcess({ DATA_DIR: dataDir })
    try {
      const load = await run(server, seconds, rate)
      const firstStartMs = Math.round(first.readyMs)
      const warmStartMs = Math.round(server.readyMs)
      const { p50Ms, p95Ms } = load
      const values = { p50Ms, p95Ms, firstStartMs, warmStartMs }
      const missed = Object.entries(TARGETS).flatMap(([name, target]) =>
        values[name as keyof typeof TARGETS] <= target ? [] : [`${name} ≤ ${target}`],
      )
      if (load.answered < load.asked) missed.push('every question answered')
      return { firstStartMs, warmStartMs, ...load, missed }
    } finally {
      await server.kill('SIGKILL')
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function run(server: ServerProcess, seconds: number, rate: number) {
  const questions = await questionsOf(server.address)
  const personas = [...new Set(questions.map(({ personaId }) => personaId))]
  const sessions = await Promise.all(
    Array.from({ length: SESSIONS }, (_, at) => openSession(server.address, personas[at % personas.length] ?? '')),
  )
  const firstMs: number[] = []
  const wholeMs: number[] = []
  const outcomes: Record<string, number> = {}
  const errors: Record<string, number> = {}
  const waiting = new Map<string, { at: number; counts: boolean; begun: boolean }>()
  for (const { socket } of sessions) {
    socket.on('message', (data: Buffer) => {
      const now = performance.now()
      const message = JSON.parse(data.toString()) as ServerMessage
      const turn = 'turnId' in message && message.turnId !== undefined ? waiting.get(message.turnId) : undefined
      if (!turn) return
      if (message.type === 'answer-delta' && !turn.begun) {
        turn.begun = true
        if (turn.counts) firstMs.push(now - turn.at)
      }
      if (message.type === 'answer-end' || message.type === 'error') {
        waiting.delete(message.turnId ?? '')
        if (!turn.counts) return
        if (message.type === 'error') errors[message.code] = (errors[message.code] ?? 0) + 1
        else {
          outcomes[message.outcome] = (outcomes[message.outcome] ?? 0) + 1
          wholeMs.push(now - turn.at)
        }
      }
    })
  }

  const total = Math.round((WARM_UP_S + seconds) * rate)
  const began = performance.now()
  let asked = 0
  for (let at = 0; at < total; at++) {
    const due = began + (at * 1_000) / rate
    const wait = due - performance.now()
    if (wait > 0) await sleep(wait)
    const session = sessions[at % SESSIONS]
    if (!session) continue
    const own = questions.filter(({ personaId }) => personaId === session.personaId)
    const text = own[(Math.floor(at / SESSIONS) * 7) % own.length]?.text ?? ''
    const counts = at >= WARM_UP_S * rate
    const turnId = randomUUID()
    if (counts) asked++
    waiting.set(turnId, { at: performance.now(), counts, begun: false })
    session.socket.send(JSON.stringify({ type: 'turn-ask', turnId, text }))
  }
  for (let waited = 0; waiting.size > 0 && waited < 100; waited++) await sleep(50)
  for (const { socket } of sessions) socket.terminate()
  return {
    asked,
    answered: wholeMs.length,
    rate,
    p50Ms: quantile(firstMs, 0.5),
    p95Ms: quantile(firstMs, 0.95),
    p99Ms: quantile(firstMs, 0.99),
    maxMs: quantile(firstMs, 1),
    wholeP50Ms: quantile(wholeMs, 0.5),
    wholeP95Ms: quantile(wholeMs, 0.95),
    outcomes,
    errors,
  }
}

/** The personas' own suggestions, and the questions of the demonstration where they are there. */
async function questionsOf(address: string): Promise<Asked[]> {
  const response = await fetch(`${address}/v1/personas`)
  const { personas } = (await response.json()) as { personas: { id: string; suggestions: string[] }[] }
  const suggested = personas.flatMap(({ id, suggestions }) => suggestions.map((text) => ({ personaId: id, text })))
  const file = join(projectDir, 'tests', 'eval', 'demonstration', 'questions.jsonl')
  if (!existsSync(file)) return suggested
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  const known = new Set(personas.map(({ id }) => id))
  return [
    ...suggested,
    ...lines.map((line) => JSON.parse(line) as Asked).filter(({ personaId }) => known.has(personaId)),
  ]
}

async function openSession(address: string, personaId: string): Promise<{ socket: WebSocket; personaId: string }> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/v1/chat`, 'lecturer-chat.v1')
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const ready = new Promise((resolve) => socket.once('message', resolve))
  socket.send(JSON.stringify({ type: 'session-open', personaId }))
  await ready
  return { socket, personaId }
}

/** The nearest-rank quantile, in milliseconds with one decimal. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
  return Math.round(value * 10) / 10
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
}
