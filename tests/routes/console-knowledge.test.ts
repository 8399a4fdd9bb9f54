import { readdir } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  DocumentAction,
  DocumentDetail,
  DocumentMeta,
  DocumentRow,
  UploadLine,
} from '../../server/protocol/console-knowledge.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { docxParagraph, makeDocx, makeZip, uploadForm } from '../helpers/import-files.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

type Taken = Extract<UploadLine, { type: 'taken' }>

const STORIES = '/documents/upload?kind=story&personaId=lin-yue'
const POLICIES = '/documents/upload?kind=policy&collection=guangzhou-craftsman-plan'
const SETTINGS = { lecturerApproves: true, secondPersonPublishes: false, requireSecondFactor: false }

async function upload(
  client: ConsoleClient,
  files: readonly { readonly name: string; readonly data: Uint8Array | string }[],
  path = STORIES,
  headers: Record<string, string> = {},
): Promise<UploadLine[]> {
  const form = await uploadForm(files)
  const answer = await client.send({ method: 'POST', path, ...form, headers: { ...form.headers, ...headers } })
  expect(answer.headers['content-type'], answer.text).toContain('ndjson')
  return answer.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as UploadLine)
}

async function uploadOne(
  client: ConsoleClient,
  name: string,
  data: Uint8Array | string,
  path = STORIES,
): Promise<Taken> {
  const lines = await upload(client, [{ name, data }], path)
  const taken = lines.find((line) => line.type === 'taken')
  if (taken?.type !== 'taken') throw new Error(JSON.stringify(lines))
  return taken
}

const detailPath = (id: string) => `/documents/detail?id=${encodeURIComponent(id)}`
const detailOf = async (client: ConsoleClient, id: string) => (await client.get(detailPath(id))).json<DocumentDetail>()

async function act(client: ConsoleClient, id: string, action: DocumentAction) {
  return await client.post(`/documents/action?id=${encodeURIComponent(id)}`, action)
}

async function change(
  client: ConsoleClient,
  id: string,
  more: { meta?: Partial<DocumentMeta>; text?: string; revision?: number },
) {
  const { row, text, revision } = await detailOf(client, id)
  return await client.put(`/documents?id=${encodeURIComponent(id)}`, {
    text,
    revision,
    ...more,
    meta: { ...row.meta, ...more.meta },
  })
}

async function uploadFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('lecturer-avatars-upload-'))
}

await onBothDatabases('knowledge in the console', (databaseSettings) => {
  let server: TestServer
  let operator: ConsoleClient
  let reviewer: ConsoleClient
  let lecturer: ConsoleClient
  const chats: ChatClient[] = []

  beforeAll(async () => {
    server = await startTestServer(await databaseSettings())
    operator = await signIn(server, { role: 'operator', name: '管理员小王' })
    reviewer = await signIn(server, { role: 'reviewer', name: '审核员小李' })
    lecturer = await signIn(server, { role: 'lecturer', personaId: 'lin-yue', name: '林悦' })
  })
  afterAll(async () => {
    await Promise.all(chats.map((chat) => chat.close()))
    await server?.close()
  })

  async function visit(personaId: string): Promise<ChatClient> {
    const chat = await connectChat(server.address)
    chats.push(chat)
    await chat.open(personaId)
    return chat
  }
  /** Asks until the answer fits; how long that took, in milliseconds. */
  async function askUntil(chat: ChatClient, question: string, fits: (text: string) => boolean): Promise<number> {
    const started = performance.now()
    let text = ''
    while (performance.now() - started < 5_000) {
      text = (await chat.ask(question)).text
      if (fits(text)) return performance.now() - started
      await sleep(100)
    }
    throw new Error(`After 5 s the answer is still: ${text}`)
  }

  it('lists files and documents of the console as one library', async () => {
    const { documentId } = await uploadOne(
      lecturer,
      '清单里的事.md',
      '# 清单里的事\n\n我把每天焊了几道缝都记在一个蓝皮本子上。',
    )
    const rows = (await operator.get('/documents')).json<{ rows: DocumentRow[] }>().rows
    expect(rows.find(({ id }) => id === documentId)).toMatchObject({
      origin: 'console',
      state: 'draft',
      meta: { title: '清单里的事', kind: 'story', personaId: 'lin-yue', collection: 'stories/lin-yue' },
      version: 1,
      draftVersion: 1,
      changedBy: '林悦',
      inForce: true,
      paused: false,
      passages: 1,
    })
    expect(rows.find(({ id }) => id === 'stories/lin-yue/first-weld')).toMatchObject({
      origin: 'file',
      state: 'published',
    })
    const found = (path: string) =>
      operator.get(`/documents?${path}`).then((answer) => answer.json<{ rows: DocumentRow[] }>().rows)
    expect((await found('words=蓝皮本子')).map(({ id }) => id)).toEqual([documentId])
    expect(await found('words=蓝%皮')).toEqual([])
    expect((await found('state=draft')).every(({ state }) => state === 'draft')).toBe(true)
    expect((await found('personaId=gao-zhenbang')).every(({ meta }) => meta.personaId === 'gao-zhenbang')).toBe(true)
    const own = (await lecturer.get('/documents')).json<{ rows: DocumentRow[] }>().rows
    expect(own.length).toBeGreaterThan(5)
    expect(new Set(own.map(({ meta }) => meta.personaId))).toEqual(new Set(['lin-yue']))
  })

  it('answers from a document of a hundred pages within five seconds of its publication, and no more once it is withdrawn', async () => {
    const chat = await visit('lin-yue')
    const question = '你养的那只鹦鹉叫什么名字？'
    expect((await chat.ask(question)).text).not.toContain('焊豆')
    const page = (number: number) =>
      `## 第${number}天\n\n${Array.from({ length: 12 }, (_, line) => `那天我在${number * 12 + line}号工位上焊了${(number * 7 + line * 3) % 40}道缝，师傅检查以后说有${(number + line) % 5}道要返修，返修单编号是${number}-${line}。`).join('')}`
    const parrot = '我养的那只鹦鹉名字叫焊豆，2019年5月从花鸟市场买来的，会说“戴面罩”。'
    const text = Array.from({ length: 110 }, (_, number) =>
      number === 73 ? `${page(number)}\n\n${parrot}` : page(number),
    ).join('\n\n')
    expect(text.length).toBeGreaterThan(58_000)
    const { documentId, characters, passages } = await uploadOne(lecturer, '工作日记.txt', text)
    expect({ characters, more: passages > 100 }).toEqual({ characters: text.length, more: true })
    // A draft is nobody's answer.
    expect((await chat.ask(question)).text).not.toContain('焊豆')

    const started = performance.now()
    expect(
      (await act(lecturer, documentId, { action: 'publish', revision: 0 })).json<DocumentDetail>().row,
    ).toMatchObject({
      state: 'published',
      version: 1,
      draftVersion: null,
    })
    await askUntil(chat, question, (answer) => answer.includes('焊豆'))
    const tookMs = performance.now() - started
    expect(tookMs).toBeLessThan(5_000)
    const address = `${server.address}/v1/documents/${documentId}`
    expect(((await (await fetch(address)).json()) as { text: string }).text).toBe(text)

    expect((await act(lecturer, documentId, { action: 'withdraw', revision: 1 })).status).toBe(200)
    expect((await chat.ask(question)).text).not.toContain('焊豆')
    expect(JSON.stringify((await chat.ask('鹦鹉焊豆')).end)).not.toContain(documentId)
    expect((await fetch(address)).status).toBe(404)
    const back = await act(lecturer, documentId, { action: 'restore', revision: 2 })
    expect(back.json<DocumentDetail>()).toMatchObject({ row: { state: 'published', version: 2 }, revision: 3 })
    await askUntil(chat, question, (answer) => answer.includes('焊豆'))
    await act(lecturer, documentId, { action: 'withdraw', revision: 3 })
  })

  it('answers with the published version while a new one is being written, and shows what changed', async () => {
    const { documentId } = await uploadOne(
      lecturer,
      '搪瓷缸.txt',
      '我那只搪瓷缸是1996年厂里发的奖品，上面印着一朵牡丹。',
    )
    await act(lecturer, documentId, { action: 'publish', revision: 0 })
    const chat = await visit('lin-yue')
    await askUntil(chat, '你的搪瓷缸是哪一年发的？', (text) => text.includes('1996'))
    const changed = await change(lecturer, documentId, { text: '我那只搪瓷缸是1997年厂里发的奖品，上面印着一朵牡丹。' })
    expect(changed.json<DocumentDetail>()).toMatchObject({
      row: { state: 'published', version: 1, draftVersion: 2 },
      versions: [
        { version: 1, state: 'published' },
        { version: 2, state: 'draft', by: '林悦' },
      ],
      revision: 2,
    })
    expect((await chat.ask('你的搪瓷缸是哪一年发的？')).text).toContain('1996')
    const diff = await lecturer.get(`/documents/diff?id=${encodeURIComponent(documentId)}&from=1&to=2`)
    expect(diff.json()).toContainEqual({ kind: 'removed', text: '1996' })
    expect(diff.json()).toContainEqual({ kind: 'added', text: '1997' })
    await act(lecturer, documentId, { action: 'publish', revision: 2 })
    await askUntil(chat, '你的搪瓷缸是哪一年发的？', (text) => text.includes('1997') && !text.includes('1996'))
    const back = await act(lecturer, documentId, { action: 'restore', revision: 3, version: 1 })
    expect(back.json<DocumentDetail>().versions.map(({ state }) => state)).toEqual([
      'withdrawn',
      'withdrawn',
      'published',
    ])
    await askUntil(chat, '你的搪瓷缸是哪一年发的？', (text) => text.includes('1996'))
    expect((await act(lecturer, documentId, { action: 'restore', revision: 4, version: 3 })).error).toBe('not-possible')
    expect((await act(lecturer, documentId, { action: 'publish', revision: 4 })).error).toBe('not-possible')
    await act(lecturer, documentId, { action: 'withdraw', revision: 4 })
  })

  it('lets one of two who change the same document know that the other was first', async () => {
    const { documentId } = await uploadOne(lecturer, '两个人.txt', '两个人同时改这一份。')
    const both = await Promise.all([
      change(lecturer, documentId, { text: '林悦改的。', revision: 0 }),
      change(operator, documentId, { text: '小王改的。', revision: 0 }),
    ])
    expect(both.map(({ error }) => error).sort()).toEqual(['changed-meanwhile', undefined])
    const { versions, revision } = await detailOf(operator, documentId)
    expect({ versions: versions.length, revision }).toEqual({ versions: 2, revision: 1 })
    const actions = await Promise.all([
      act(lecturer, documentId, { action: 'publish', revision: 1 }),
      act(operator, documentId, { action: 'withdraw', revision: 1 }),
    ])
    const [late] = actions.filter(({ error }) => error !== undefined)
    expect(actions.filter(({ error }) => error === undefined).length).toBe(1)
    // A draft that nobody has published cannot be withdrawn, where that comes first.
    expect(['changed-meanwhile', 'not-possible']).toContain(late?.error)
    const audit = (await operator.get('/audit?limit=200')).json<{ rows: { action: string; subjectId: string }[] }>()
      .rows
    const told = audit.filter(({ subjectId }) => subjectId === documentId).map(({ action }) => action)
    expect(told.length).toBe(3)
    expect(told.slice(1)).toEqual(['document-changed', 'document-uploaded'])
  })

  it('wants a second person to publish where the site asks for one', async () => {
    await operator.put('/settings', { ...SETTINGS, secondPersonPublishes: true })
    const { documentId } = await uploadOne(lecturer, '第二个人.txt', '这件事要另一个人看过才算。')
    expect((await act(lecturer, documentId, { action: 'publish', revision: 0 })).error).toBe('not-allowed')
    expect((await act(reviewer, documentId, { action: 'publish', revision: 0 })).status).toBe(200)
    await act(lecturer, documentId, { action: 'withdraw', revision: 1 })
    const back = (await act(lecturer, documentId, { action: 'restore', revision: 2 })).json<DocumentDetail>()
    expect(back.row).toMatchObject({ state: 'draft', draftVersion: 2 })
    expect((await act(lecturer, documentId, { action: 'publish', revision: 3 })).error).toBe('not-allowed')
    await operator.put('/settings', SETTINGS)
  })

  it('ends a policy of the folder by one that supersedes it, and cites none before its day', async () => {
    const chat = await visit('policy-adviser')
    const front = '---\ntitle: 鹦鹉饲养补贴办法\ndocumentNumber: 穗鹦〔2001〕1号\neffectiveFrom: 2001-01-01\n---\n'
    const old = await uploadOne(operator, '旧.md', `${front}第一条　鹦鹉饲养补贴的标准是每只每月111元。`, POLICIES)
    await act(operator, old.documentId, { action: 'publish', revision: 0 })
    await askUntil(chat, '鹦鹉饲养补贴的标准是多少元？', (text) => text.includes('111'))
    const next = await uploadOne(operator, '新.txt', '第一条　鹦鹉饲养补贴的标准是每只每月444元。', POLICIES)
    const changed = await change(operator, next.documentId, {
      meta: { title: '鹦鹉饲养补贴新办法', supersedes: ['穗鹦〔2001〕1号'], effectiveFrom: '2020-01-01' },
    })
    expect(changed.status).toBe(200)
    await act(operator, next.documentId, { action: 'publish', revision: 1 })
    await askUntil(chat, '鹦鹉饲养补贴的标准是多少元？', (text) => text.includes('444') && !text.includes('111'))
    expect((await detailOf(operator, old.documentId)).row).toMatchObject({ state: 'published', inForce: false })
    for (const { documentId, revision } of [
      { documentId: old.documentId, revision: 1 },
      { documentId: next.documentId, revision: 2 },
    ]) {
      await act(operator, documentId, { action: 'withdraw', revision })
    }
  })

  it('warns of texts that are there already, and keeps them nevertheless', async () => {
    const text =
      '我在食堂门口捡到过一只猫，给它取名叫焊渣，它爱睡在工具柜顶上，冬天会钻进我的工作服里。后来车间的人轮流喂它。'
    const first = await uploadOne(lecturer, '猫.txt', text)
    expect(first.duplicates).toEqual([])
    const same = await uploadOne(lecturer, '猫（副本）.md', `# 猫\n\n${text}`)
    expect(same.duplicates).toMatchObject([{ documentId: first.documentId, title: '猫' }])
    const lines = await upload(lecturer, [{ name: '一.txt', data: text }])
    const taken = lines.find((line) => line.type === 'taken')
    expect(taken?.type === 'taken' && taken.duplicates.some(({ similarity }) => similarity === 1)).toBe(true)
    // What another lecturer may not see is not named to him either.
    const other = await signIn(server, { role: 'lecturer', personaId: 'gao-zhenbang' })
    const theirs = await uploadOne(other, '猫.txt', text, '/documents/upload?kind=story&personaId=gao-zhenbang')
    expect(theirs.duplicates).toEqual([])
    expect((await detailOf(operator, theirs.documentId)).duplicates.map(({ documentId }) => documentId)).toContain(
      first.documentId,
    )
  })

  it('takes the good files of an upload and says of each bad one why not', async () => {
    const before = await uploadFolders()
    const bad = new Uint8Array([1, 2, 3, 0, 255])
    const zip = makeZip([
      { name: '故事/第一个.txt', data: '压缩包里的第一个故事，说的是我头一回值夜班。' },
      { name: new Uint8Array([0xb9, 0xca, 0xca, 0xc2, 0x2e, 0x74, 0x78, 0x74]), data: '名字是 GBK 的，说的是修锅炉。' },
      { name: '里层.zip', data: makeZip([{ name: 'a.txt', data: '字' }]) },
      { name: '坏的.pdf', data: 'x' },
      { name: '上锁的.txt', data: '字', encrypted: true },
      { name: '__MACOSX/._x.txt', data: 'x' },
      { name: '说谎.txt', data: 'x'.repeat(2_000), saidSize: 10 },
    ])
    const lines = await upload(lecturer, [
      { name: '好.docx', data: makeDocx(docxParagraph('夜班的时候，锅炉房的老孙给我留一碗热汤面。')) },
      { name: '坏.pdf', data: bad },
      { name: '大.txt', data: Buffer.alloc(51 * 1024 * 1024, '字') },
      { name: '包.zip', data: zip },
      {
        name: '炸.zip',
        data: makeZip([
          { name: 'a.txt', data: '先放一个好的' },
          { name: 'b.txt', data: Buffer.alloc(120_000_000) },
        ]),
      },
      { name: '密.zip', data: makeZip([{ name: 'b.txt', data: Buffer.alloc(5_000_000, 'a') }]) },
      {
        name: '多.zip',
        data: makeZip(Array.from({ length: 201 }, (_, index) => ({ name: `${index}.txt`, data: '字' }))),
      },
      { name: '逃.zip', data: makeZip([{ name: '../../etc/cron.txt', data: '字' }]) },
      { name: '程序.exe', data: 'MZ' },
      { name: '末尾.txt', data: '最后一个文件也收下了，它讲的是退休那天。' },
    ])
    const results = lines.flatMap((line) =>
      line.type === 'progress' ? [] : [`${line.file} ${line.type === 'taken' ? 'taken' : line.code}`],
    )
    expect(results).toEqual([
      '好.docx taken',
      '坏.pdf file-broken',
      '大.txt file-too-large',
      '包.zip/故事/第一个.txt taken',
      '包.zip/故事.txt taken',
      '包.zip/里层.zip file-type-unknown',
      '包.zip/坏的.pdf file-broken',
      '包.zip/上锁的.txt file-encrypted',
      '包.zip/说谎.txt file-broken',
      '炸.zip zip-bomb',
      '密.zip zip-bomb',
      '多.zip zip-too-many',
      '逃.zip file-broken',
      '程序.exe file-type-unknown',
      '末尾.txt taken',
    ])
    for (const line of lines) if (line.type === 'refused') expect(line.message).toMatch(/\p{Script=Han}/u)
    const [english] = (
      await upload(lecturer, [{ name: 'a.exe', data: 'x' }], STORIES, { 'accept-language': 'en-GB' })
    ).slice(-1)
    expect(english?.type === 'refused' && english.message).toMatch(/^Files of this kind/)
    expect(await uploadFolders()).toEqual(before)
  })

  it('leaves nothing behind where the visitor goes in mid-upload', async () => {
    const before = await uploadFolders()
    const { port } = new URL(server.address)
    for (let upload = 0; upload < 6; upload++) {
      const client = httpRequest({
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: `/v1/console${STORIES}`,
        headers: {
          cookie: lecturer.cookie,
          'x-csrf-token': lecturer.csrfToken,
          'content-type': 'multipart/form-data; boundary=b',
        },
      })
      client.on('error', () => undefined)
      client.write('--b\r\ncontent-disposition: form-data; name="f"; filename="a.txt"\r\n\r\n字字字')
      await expect.poll(async () => (await uploadFolders()).length, { timeout: 3_000 }).toBeGreaterThan(before.length)
      client.destroy()
      await expect.poll(uploadFolders, { timeout: 3_000 }).toEqual(before)
    }
    expect((await uploadOne(lecturer, '还能上传.txt', '断线以后还能上传。')).characters).toBe(9)
  })

  it('refuses what an account may not do, and what is no document', async () => {
    const form = await uploadForm([{ name: 'a.txt', data: '字' }])
    const told = async (client: ConsoleClient, path: string) =>
      (await client.send({ method: 'POST', path: `/documents/upload?${path}`, ...form })).error
    expect(await told(lecturer, 'kind=policy&collection=guangzhou-craftsman-plan')).toBe('not-found')
    expect(await told(lecturer, 'kind=story&personaId=lin-yue&collection=stories/gao-zhenbang')).toBe('bad-request')
    expect(await told(operator, 'kind=story&personaId=nobody')).toBe('not-found')
    expect(await told(operator, 'kind=story&personaId=sichuan-guide')).toBe('not-possible')
    expect(await told(operator, 'kind=policy&collection=stories/lin-yue')).toBe('bad-request')
    expect(await told(operator, 'kind=story')).toBe('bad-request')
    expect((await operator.post('/documents/upload?kind=story&personaId=lin-yue', { a: 1 })).error).toBe('bad-request')

    const file = 'stories/lin-yue/first-weld'
    expect((await detailOf(lecturer, file)).row).toMatchObject({ origin: 'file', version: 1 })
    expect((await change(lecturer, file, { text: '改' })).error).toBe('not-possible')
    expect((await act(lecturer, file, { action: 'withdraw', revision: 0 })).text).toContain('knowledge folder')
    expect((await lecturer.get(detailPath('stories/gao-zhenbang/nothing'))).error).toBe('not-found')

    const { documentId } = await uploadOne(lecturer, '规矩.txt', '这是讲师自己的一段话。')
    const metas: Partial<DocumentMeta>[] = [
      { supersedes: ['policies/guangzhou-craftsman-plan/x'] },
      { effectiveFrom: '2022-01-01', effectiveUntil: '2021-01-01' },
    ]
    for (const meta of metas) expect((await change(lecturer, documentId, { meta })).error).toBe('bad-request')
    expect((await change(lecturer, documentId, { meta: { personaId: 'gao-zhenbang' } })).error).toBe('not-found')
    const moved = { personaId: 'gao-zhenbang', collection: 'stories/gao-zhenbang' }
    expect((await change(operator, documentId, { meta: moved })).error).toBe('not-possible')
  })
})

describe('a form that is none', () => {
  it('is answered, in a line once the answer has begun', async () => {
    const server = await startTestServer()
    const lecturer = await signIn(server, { role: 'lecturer', personaId: 'lin-yue' })
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    for (const payload of [
      '',
      '--b--\r\n',
      '--b\r\ngarbage',
      '--b\r\ncontent-disposition: form-data; name="f"; filename="a.txt"\r\n\r\n字',
    ]) {
      const answer = await lecturer.send({ method: 'POST', path: STORIES, headers, payload })
      const lines = answer.text.split('\n').filter((line) => line !== '')
      expect(JSON.parse(lines.at(-1) ?? '{}'), payload).toMatchObject({ type: 'refused', code: 'bad-request' })
    }
    await server.close()
  })
})
