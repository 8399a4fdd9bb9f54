import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenDatabase } from '../../../server/db/open-database.ts'
import { connectChat } from '../../helpers/chat-client.ts'
import { signIn } from '../../helpers/console-client.ts'
import { approve, begin, databaseOf, draftOf } from '../../helpers/made-correction.ts'
import {
  createTestDatabase,
  type PostgresServer,
  postgresInstalled,
  startPostgres,
} from '../../helpers/postgres-server.ts'
import { startRedis } from '../../helpers/redis-server.ts'
import { startTestServer, type TestServer } from '../../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const redis = await startRedis()

afterAll(() => redis?.stop())

describe.skipIf(redis === null || !(await postgresInstalled()))('a reply to a visitor on another node', () => {
  let postgres: PostgresServer
  let a: TestServer
  let b: TestServer
  let database: OpenDatabase

  beforeAll(async () => {
    const given = await startPostgres()
    if (!given || !redis) throw new Error('PostgreSQL and Redis are said to be installed')
    postgres = given
    const shared = { DATABASE_URL: await createTestDatabase(postgres), REDIS_URL: redis.url }
    a = await startTestServer(shared)
    b = await startTestServer(shared)
    database = await databaseOf(a)
  })
  afterAll(async () => {
    await database?.close()
    await Promise.all([a?.close(), b?.close()])
    await postgres?.stop()
  })

  it('is there within a second, on each of their pages', async () => {
    const lecturer = await signIn(a, { role: 'lecturer', personaId: PERSONA })
    const page = await connectChat(b.address)
    const { sessionId, token } = await page.open(PERSONA)
    const turnId = randomUUID()
    const { end } = await page.ask('你会跳探戈吗？', turnId)
    const otherPage = await connectChat(a.address)
    await otherPage.open(PERSONA, { sessionId, token })
    const stranger = await connectChat(b.address)
    await stranger.open(PERSONA)

    const draft = draftOf({ question: '你会跳探戈吗？', answer: '只会广场舞。', replyTo: [end.answerId] })
    const made = await begin(lecturer, draft)
    const approved = approve(lecturer, database, made)
    const notices = await Promise.all([page.next('notice', 1_500), otherPage.next('notice', 1_500), approved])
    for (const notice of notices.slice(0, 2)) {
      expect(notice).toMatchObject({ kind: 'lecturer-reply', data: { turnId, answer: draft.answer } })
    }
    expect(stranger.heard.filter((message) => message.type === 'notice')).toEqual([])
    await Promise.all([page, otherPage, stranger].map((client) => client.close()))
  })
})
