import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../server/db/open-database.ts'
import { createSqlTranscripts } from '../../server/transcripts/sql-transcripts.ts'
import type { Transcripts } from '../../server/transcripts/transcripts.ts'
import {
  createTestDatabase,
  type PostgresServer,
  postgresInstalled,
  startPostgres,
} from '../helpers/postgres-server.ts'
import { sampleEnding, sampleMaking, sampleSentences, sampleSession, sampleTurn } from './sample-records.ts'

describe('the SQLite file', () => {
  let dataDir: string
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'durability-'))
  })
  afterEach(async () => {
    await rm(dataDir, { recursive: true })
  })

  it('has every acknowledged write after kill -9, round after round', async () => {
    const told: string[] = []
    for (let round = 0; round < 3; round++) {
      const lines = await writeUntilKilled(dataDir, 60 + round * 120)
      expect(lines.length).toBeGreaterThan(5)
      told.push(...lines)
    }
    const transcripts = createSqlTranscripts(await openDatabase({ dataDir }))
    for (const line of told) {
      const [what, answerId = ''] = line.split(' ')
      const turn = await transcripts.findAnswer(answerId)
      expect(turn?.question, line).toMatch(/^问题/)
      if (what !== 'accepted') expect(turn?.sentences, line).toHaveLength(1)
      if (what === 'ended') expect(turn?.ending?.text, line).toBe('我1998年进厂。')
    }
    await transcripts.close()
  }, 60_000)

  it('refuses with store-unavailable when it is full, keeps what it acknowledged, and goes on when there is room', async () => {
    const database = await openDatabase({ dataDir })
    const transcripts = createSqlTranscripts(database)
    const sessions = Array.from({ length: 400 }, () => sampleSession())
    await Promise.all(sessions.map((session) => transcripts.createSession(session)))
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.kysely)
    await sql.raw(`pragma max_page_count = ${(rows[0]?.page_count ?? 0) + 20}`).execute(database.kysely)

    const accepted: string[] = []
    let refused = 0
    for (const session of sessions) {
      const turn = sampleTurn(session.id, { question: '问'.repeat(300) })
      try {
        await transcripts.acceptTurn(turn)
        accepted.push(turn.answerId)
      } catch (error) {
        expect(error).toMatchObject({ code: 'store-unavailable' })
        refused += 1
      }
    }
    expect(accepted.length).toBeGreaterThan(5)
    expect(refused).toBeGreaterThan(5)
    await expect(transcripts.checkWritable()).rejects.toMatchObject({ code: 'store-unavailable' })
    for (const answerId of accepted) expect((await transcripts.findAnswer(answerId))?.question).toHaveLength(300)

    await sql`pragma max_page_count = 1000000`.execute(database.kysely)
    await transcripts.checkWritable()
    const [first] = accepted
    await transcripts.endTurn(first ?? '', 'epoch-1', [], sampleEnding('好。'), sampleMaking())
    await transcripts.close()
  })

  it('holds no byte of a forgotten conversation', async () => {
    const transcripts = createSqlTranscripts(await openDatabase({ dataDir }))
    const session = sampleSession()
    await transcripts.createSession(session)
    const secret = 'xylophone-confession'
    const turn = sampleTurn(session.id, { question: `${secret} ${'长'.repeat(1500)}` })
    await transcripts.acceptTurn(turn)
    await transcripts.appendSentences(turn.answerId, turn.epoch, sampleSentences([`${secret}。`.repeat(300)]))
    await transcripts.endTurn(turn.answerId, turn.epoch, [], sampleEnding(`${secret}。`.repeat(300)), sampleMaking())
    expect(await bytesOf(dataDir)).toContain(secret)
    await transcripts.forgetSession(session.id, Date.now())
    expect(await bytesOf(dataDir)).not.toContain(secret)
    await transcripts.close()
  })

  it('waits for another process that holds the lock, while this one goes on with other work', async () => {
    const transcripts = createSqlTranscripts(await openDatabase({ dataDir }))
    const other = await openDatabase({ dataDir })
    let letGo: () => void = () => undefined
    const holding = other.writer.transaction(async () => {
      await new Promise<void>((resolve) => {
        letGo = resolve
      })
    })
    await sleep(20)
    const waiting = transcripts.createSession(sampleSession())
    const started = performance.now()
    await sleep(50)
    // Waiting inside SQLite would have held this thread up for the lock's whole time limit.
    expect(performance.now() - started).toBeLessThan(1_000)
    expect(await Promise.race([waiting.then(() => 'written'), Promise.resolve('waiting')])).toBe('waiting')
    letGo()
    await holding
    await waiting
    await Promise.all([transcripts.close(), other.close()])
  })
})

const installed = await postgresInstalled()
describe.skipIf(!installed)(
  `a PostgreSQL server that goes away${installed ? '' : ' (PostgreSQL is not installed)'}`,
  () => {
    let server: PostgresServer | null
    let transcripts: Transcripts
    beforeAll(async () => {
      server = await startPostgres()
      if (server === null) throw new Error('PostgreSQL did not start.')
      transcripts = createSqlTranscripts(
        await openDatabase({ databaseUrl: await createTestDatabase(server), dataDir: '/dev/null' }),
      )
    })
    afterAll(async () => {
      await transcripts?.close()
      await server?.stop()
    })

    it('means store-unavailable, loses nothing acknowledged, and is found again when it is back', async ({ skip }) => {
      const restart = server?.restart
      if (!restart) return skip('the server of TEST_DATABASE_URL is not ours to stop')
      const accepted: string[] = []
      const failures: unknown[] = []
      let crashed = false
      const visitors = Array.from({ length: 8 }, async () => {
        const session = sampleSession()
        await transcripts.createSession(session)
        while (!crashed) {
          const turn = sampleTurn(session.id)
          try {
            await transcripts.acceptTurn(turn)
            accepted.push(turn.answerId)
            await transcripts.endTurn(turn.answerId, turn.epoch, [], sampleEnding('好。'), null)
          } catch (error) {
            failures.push(error)
            return
          }
        }
      })
      await sleep(150)
      await restart.down()
      await expect(transcripts.checkWritable()).rejects.toMatchObject({ code: 'store-unavailable' })
      await expect(transcripts.findAnswer('any')).rejects.toMatchObject({ code: 'store-unavailable' })
      crashed = true
      await Promise.all(visitors)
      expect(failures.length).toBeGreaterThan(0)
      for (const failure of failures) expect(failure).toMatchObject({ code: 'store-unavailable' })

      await restart.up()
      await transcripts.checkWritable()
      expect(accepted.length).toBeGreaterThan(0)
      for (const answerId of accepted) expect(await transcripts.findAnswer(answerId)).not.toBeNull()
    })
  },
)

/** Runs the writer, kills it `afterMs` after its first acknowledged write, and gives what it told (whole lines). */
function writeUntilKilled(dataDir: string, afterMs: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('durability-writer.ts', import.meta.url))
    const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], { stdio: ['ignore', 'pipe', 'pipe'] })
    let told = ''
    let complaints = ''
    child.stderr.on('data', (piece) => {
      complaints += piece
    })
    child.stdout.on('data', (piece) => {
      if (told === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
      told += piece
    })
    child.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') resolve(told.split('\n').slice(0, -1))
      else reject(new Error(`The writer ended by itself: ${complaints}`))
    })
  })
}

async function bytesOf(directory: string): Promise<string> {
  const files = await readdir(directory)
  const contents = await Promise.all(files.map((file) => readFile(join(directory, file), 'latin1')))
  return contents.join('\n')
}
