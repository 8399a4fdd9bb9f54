import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../server/db/open-database.ts'
import { createConsoleDocuments } from '../../server/knowledge/console-documents.ts'
import { openKnowledgeLibrary } from '../../server/knowledge/knowledge-library.ts'
import { openSiteLibrary } from '../../server/knowledge/site-library.ts'
import type { Log } from '../../server/log.ts'
import { createMemoryNotices } from '../../server/notices/memory-notices.ts'
import type { DocumentAction, DocumentDetail, UploadLine } from '../../server/protocol/console-knowledge.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { uploadForm } from '../helpers/import-files.ts'
import { copyKnowledge, copyTalkativeKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { trueSentences } from '../helpers/passages-of.ts'
import {
  createTestDatabase,
  type PostgresServer,
  postgresInstalled,
  startPostgres,
} from '../helpers/postgres-server.ts'
import { startRedis } from '../helpers/redis-server.ts'
import { type ScriptedOpenAi, startScriptedOpenAi } from '../helpers/scripted-openai.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const redis = await startRedis()
afterAll(() => redis?.stop())

const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const EDITOR = { id: 'account', name: '小王' }
const META = { title: '鹦鹉', kind: 'story', personaId: 'lin-yue' } as const

async function upload(client: ConsoleClient, data: string): Promise<string> {
  const form = await uploadForm([{ name: '鹦鹉.txt', data }])
  const path = '/documents/upload?kind=story&personaId=lin-yue'
  const { text } = await client.send({ method: 'POST', path, ...form })
  const taken = JSON.parse(text.trim().split('\n').at(-1) ?? '') as UploadLine
  if (taken.type !== 'taken') throw new Error(text)
  return taken.documentId
}

async function act(client: ConsoleClient, id: string, action: DocumentAction): Promise<DocumentDetail> {
  return (await client.post(`/documents/action?id=${encodeURIComponent(id)}`, action)).json()
}

describe('the library of a site', () => {
  it('finds what was published where no notice came, and tells its listeners once', async () => {
    const folder = await copyKnowledge()
    const database = await openDatabase({ dataDir: `${folder.dir}/.data` })
    const documents = createConsoleDocuments({ database, now: Date.now, secondPersonPublishes: async () => false })
    const files = await openKnowledgeLibrary(folder.dir, quiet)
    const library = await openSiteLibrary({
      files,
      documents,
      notices: createMemoryNotices(quiet),
      log: quiet,
      pollMs: 50,
    })
    const heard: string[] = []
    library.onChange(({ hash }) => heard.push(hash))
    const before = library.current()
    const { row } = await documents.create({ meta: META, text: '鹦鹉焊豆。', fileName: null }, EDITOR)
    await documents.act(row.id, { action: 'publish', revision: 0 }, EDITOR)
    await expect.poll(() => library.document(row.id)?.text, { timeout: 2_000 }).toBe('鹦鹉焊豆。')
    expect(library.current().documents.length).toBe(before.documents.length + 1)
    expect(heard).toEqual([library.current().hash])
    await folder.edit('stories/lin-yue/first-weld.md', (text) => `${text}\n还有一句。`)
    await expect.poll(() => heard.length, { timeout: 2_000 }).toBe(2)
    expect(library.document(row.id)).toBeDefined()
    await documents.act(row.id, { action: 'withdraw', revision: 1 }, EDITOR)
    await expect.poll(() => library.document(row.id), { timeout: 2_000 }).toBeUndefined()
    await library.close()
    await database.close()
    await folder.close()
  })

  it('lets nobody speak again whom the folder of another node has silenced', async () => {
    const server = await startTestServer()
    const operator = await signIn(server, { role: 'operator' })
    await server.deps.notices.publish({ kind: 'persona-withdrawn', personaId: 'gao-zhenbang' })
    const id = await upload(operator, '我养的鹦鹉名字叫焊豆。')
    await act(operator, id, { action: 'publish', revision: 0 })
    expect(server.deps.library.document(id)).toBeDefined()
    expect(server.deps.personas.get('gao-zhenbang')).toBeUndefined()
    await server.close()
  })
})

describe.skipIf(redis === null || !(await postgresInstalled()))('two servers on one Redis and one PostgreSQL', () => {
  let postgres: PostgresServer
  let model: ScriptedOpenAi
  let knowledge: KnowledgeFolder
  let a: TestServer
  let b: TestServer
  let chat: ChatClient

  beforeAll(async () => {
    const given = await startPostgres()
    if (!given || !redis) throw new Error('PostgreSQL and Redis are said to be installed')
    postgres = given
    model = await startScriptedOpenAi((request) =>
      trueSentences(request, 30).flatMap((sentence) => [{ text: `${sentence}\n` }, { wait: 150 }]),
    )
    knowledge = await copyTalkativeKnowledge('lin-yue')
    const shared = {
      DATABASE_URL: await createTestDatabase(postgres),
      REDIS_URL: redis.url,
      OPENAI_BASE_URL: model.baseUrl,
      CHAT_MODEL: 'scripted',
      KNOWLEDGE_DIR: knowledge.dir,
    }
    ;[a, b] = await Promise.all([startTestServer(shared), startTestServer(shared)])
  })
  afterAll(async () => {
    await chat?.close()
    await Promise.all([a?.close(), b?.close()])
    await Promise.all([model?.close(), knowledge?.close(), postgres?.stop()])
  })

  it('answer from it on both, and fall silent on both within a second when it is withdrawn, in mid-answer too', async () => {
    const operator = await signIn(a, { role: 'operator' })
    const sentences = Array.from({ length: 30 }, (_, at) => `鹦鹉焊豆在${at + 1900}年学会了第${at + 1}句话。`)
    const id = await upload(operator, sentences.join(''))
    await act(operator, id, { action: 'publish', revision: 0 })
    const published = performance.now()
    await expect.poll(() => b.deps.library.document(id), { timeout: 1_000, interval: 10 }).toBeDefined()
    expect(performance.now() - published).toBeLessThan(1_000)

    chat = await connectChat(b.address)
    await chat.open('lin-yue')
    const question = '鹦鹉焊豆在哪一年学会了第一句话？'
    const citesIt = async () => (await chat.ask(question)).end.citations.some(({ documentId }) => documentId === id)
    await expect.poll(citesIt, { timeout: 15_000 }).toBe(true)

    const asked = chat.ask(question)
    await new Promise((resolve) => setTimeout(resolve, 600))
    const withdrawn = performance.now()
    const withdrawing = act(operator, id, { action: 'withdraw', revision: 1 })
    const { end, frames } = await asked
    expect(performance.now() - withdrawn).toBeLessThan(1_000)
    await withdrawing
    expect(end.outcome).toBe('filtered')
    expect(frames.filter((frame) => frame.type === 'answer-delta').length).toBeLessThan(25)
    expect(JSON.stringify((await chat.ask(question)).frames)).not.toContain(id)
  })
})
