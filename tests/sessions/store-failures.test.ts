import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SQLITE_FILE_NAME } from '../../server/db/open-database.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import {
  createTestDatabase,
  type PostgresServer,
  postgresInstalled,
  startPostgres,
} from '../helpers/postgres-server.ts'
import { type ServerProcess, startServerProcess } from '../helpers/server-process.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const QUESTION = '你的师傅是谁？'
const prlimit = spawnSync('prlimit', ['--version']).status === 0

async function readiness(address: string): Promise<{ status: number; reason?: string }> {
  const response = await fetch(`${address}/readyz`)
  const { reason } = (await response.json()) as { reason?: string }
  return { status: response.status, ...(reason === undefined ? {} : { reason }) }
}

/** Asks and hears that the question cannot be stored; the connection stays. */
async function askInVain(client: ChatClient, turnId = randomUUID()): Promise<void> {
  client.send({ type: 'turn-ask', turnId, text: QUESTION })
  const error = await client.next('error', 20_000)
  expect(error).toMatchObject({ code: 'store-unavailable', retryable: true, turnId })
  expect(error.message).toMatch(/[\u4e00-\u9fff]/)
  expect(client.socket.readyState).toBe(client.socket.OPEN)
}

describe.skipIf(!(await postgresInstalled()) || Boolean(process.env.TEST_DATABASE_URL))(
  'PostgreSQL that goes away',
  () => {
    let postgres: PostgresServer
    let server: TestServer

    beforeAll(async () => {
      const given = await startPostgres()
      if (!given) throw new Error('PostgreSQL is said to be installed')
      postgres = given
      server = await startTestServer({ DATABASE_URL: await createTestDatabase(postgres) })
    })
    afterAll(async () => {
      await server?.close()
      await postgres?.stop()
    })

    it('says so, refuses questions for a while, and has lost nothing when it is back', {
      timeout: 60_000,
    }, async () => {
      const client = await connectChat(server.address)
      const ready = await client.open(PERSONA)
      const before = [await client.ask(QUESTION), await client.ask('你好')]
      expect(await readiness(server.address)).toEqual({ status: 200 })

      await postgres.restart?.down()
      expect(await readiness(server.address)).toEqual({ status: 503, reason: 'store-unavailable' })
      expect((await fetch(`${server.address}/healthz`)).status).toBe(200)
      const turnId = randomUUID()
      await askInVain(client, turnId)
      const completion = await fetch(`${server.address}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: PERSONA, messages: [{ role: 'user', content: QUESTION }] }),
      })
      expect(completion.status).toBe(503)
      expect(await completion.json()).toMatchObject({ error: { code: 'store-unavailable', retryable: true } })

      await postgres.restart?.up()
      await expect.poll(() => readiness(server.address), { timeout: 10_000 }).toEqual({ status: 200 })
      // The same turnId works now: nothing of the refused question was kept.
      const again = await client.ask(QUESTION, turnId)
      expect(again.frames[0]).toMatchObject({ type: 'turn-accepted', duplicate: false })
      const back = await connectChat(server.address)
      const { transcript } = await back.open(PERSONA, { sessionId: ready.sessionId, token: ready.token })
      expect(transcript.map(({ text }) => text)).toEqual([...before, again].map(({ text }) => text))
      expect(server.logged()).not.toContain(QUESTION)
      await Promise.all([client.close(), back.close()])
    })
  },
)

describe.skipIf(!prlimit)('a disk that is full', () => {
  let dataDir: string
  let server: ServerProcess

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'lecturer-avatars-full-'))
    server = await startServerProcess({ DATA_DIR: dataDir })
  })
  afterAll(async () => {
    await server?.kill('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  })

  /** No file of the server may grow beyond this; the kernel refuses the write as a full disk does. */
  function limitFiles(bytes: number | 'unlimited'): void {
    const done = spawnSync('prlimit', ['--pid', String(server.child.pid), `--fsize=${bytes}:unlimited`])
    if (done.status !== 0) throw new Error(String(done.stderr))
  }

  it('refuses questions for a while, and has lost nothing when there is space again', { timeout: 60_000 }, async () => {
    const client = await connectChat(server.address)
    const ready = await client.open(PERSONA)
    const before = [await client.ask(QUESTION), await client.ask('你好')]
    const log = await stat(join(dataDir, `${SQLITE_FILE_NAME}-wal`))
    limitFiles(log.size)
    await askInVain(client)
    expect(await readiness(server.address)).toEqual({ status: 503, reason: 'store-unavailable' })
    await askInVain(client)

    limitFiles('unlimited')
    await expect.poll(() => readiness(server.address), { timeout: 10_000 }).toEqual({ status: 200 })
    const again = await client.ask(QUESTION)
    await server.kill('SIGKILL')
    server = await startServerProcess({ DATA_DIR: dataDir })
    const back = await connectChat(server.address)
    const { transcript } = await back.open(PERSONA, { sessionId: ready.sessionId, token: ready.token })
    expect(transcript.map(({ text }) => text)).toEqual([...before, again].map(({ text }) => text))
    await back.close()
  })
})
