import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KnowledgeError, readKnowledge } from '../../server/knowledge/read-knowledge.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { copyKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

let knowledge: KnowledgeFolder

beforeAll(async () => {
  knowledge = await copyKnowledge()
})
afterAll(() => knowledge.close())

describe('a bad file', () => {
  const story = (frontMatter: string, text = '我1999年进厂。') => `---\n${frontMatter}\n---\n${text}\n`
  const good = 'title: 试验\nkind: story\npersona: lin-yue'
  it.each([
    ['no front matter', '我1999年进厂。', 1, /---/],
    ['front matter without an end', '---\ntitle: 试验\n', 3, /---/],
    ['an unknown kind', story('title: 试验\nkind: tale\npersona: lin-yue'), 3, /kind/],
    ['an unknown field', story(`${good}\nauthor: 某人`), 5, /author/],
    ['no title', story('kind: story\npersona: lin-yue'), 2, /title/],
    ['an empty title', story('title: ""\nkind: story\npersona: lin-yue'), 2, /title/],
    ['a day that is none', story(`${good}\nissuedOn: 2020年`), 5, /issuedOn/],
    ['an unknown persona', story('title: 试验\nkind: story\npersona: nobody'), 1, /persona.*nobody/],
    ['neither persona nor collection', story('title: 试验\nkind: story'), 1, /persona or a collection/],
    ['no text', story(good, ''), 1, /no text/],
    ['broken YAML', story('title: [试验\nkind: story'), 3, /./],
    ['an address that is none', story(`${good}\nurl: ftp://a`), 5, /url/],
  ])('is named with its line and the reason: %s', async (_name, source, line, reason) => {
    await knowledge.write('stories/lin-yue/bad.md', source)
    const error = await readKnowledge(knowledge.dir).catch((thrown: unknown) => thrown)
    await knowledge.remove('stories/lin-yue/bad.md')
    expect(error).toBeInstanceOf(KnowledgeError)
    const [problem] = (error as KnowledgeError).problems
    expect(problem).toMatchObject({ file: 'stories/lin-yue/bad.md', line })
    expect(problem?.reason).toMatch(reason)
    expect(String(error)).toContain(`stories/lin-yue/bad.md:${line}: `)
  })

  it('does not hide the others', async () => {
    await knowledge.write('stories/lin-yue/bad-1.md', 'a')
    await knowledge.write('policies/wuxi-guidance-station/bad-2.md', 'b')
    const error = (await readKnowledge(knowledge.dir).catch((thrown: unknown) => thrown)) as KnowledgeError
    await knowledge.remove('stories/lin-yue/bad-1.md')
    await knowledge.remove('policies/wuxi-guidance-station/bad-2.md')
    expect(error.problems.map(({ file }) => file).sort()).toEqual([
      'policies/wuxi-guidance-station/bad-2.md',
      'stories/lin-yue/bad-1.md',
    ])
  })

  it('is a persona of a real person without a consent record', async () => {
    await knowledge.write('personas/real-person.md', realPerson('name: 张三'))
    const error = await readKnowledge(knowledge.dir).catch((thrown: unknown) => thrown)
    await knowledge.remove('personas/real-person.md')
    expect(String(error)).toMatch(/personas\/real-person\.md:1: consent: /)
  })
})

function realPerson(more: string): string {
  return `---\nid: real-person\n${more}\nspeaker: real\ncollections: [stories/lin-yue]\ngreeting: 你好，我是张三的 AI 分身。\nsuggestions: []\nlanguages: [zh-CN]\n---\n说话慢。\n`
}

describe('a folder that changes while the server runs', () => {
  let server: TestServer
  const clients: ChatClient[] = []

  beforeAll(async () => {
    server = await startTestServer({ KNOWLEDGE_DIR: knowledge.dir })
  })
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.close()))
    await server.close()
  })

  async function visit(personaId: string): Promise<ChatClient> {
    const client = await connectChat(server.address)
    clients.push(client)
    await client.open(personaId)
    return client
  }

  /** Asks until the answer fits, for 3 s. */
  async function askUntil(client: ChatClient, question: string, fits: (text: string) => boolean): Promise<string> {
    let text = ''
    for (const started = Date.now(); Date.now() - started < 3_000; await sleep(50)) {
      text = (await client.ask(question)).text
      if (fits(text)) return text
    }
    throw new Error(`After 3 s the answer is still: ${text}`)
  }

  it('answers from what a story says now', async () => {
    const client = await visit('lin-yue')
    expect((await client.ask('你的师傅是谁？')).text).toContain('周国梁')
    await knowledge.edit('stories/lin-yue/first-weld.md', (text) => text.replaceAll('周国梁', '周铁山'))
    const text = await askUntil(client, '你的师傅是谁？', (answer) => answer.includes('周铁山'))
    expect(text).not.toContain('周国梁')
    const response = await fetch(`${server.address}/v1/documents/stories/lin-yue/first-weld`)
    expect(((await response.json()) as { text: string }).text).toContain('周铁山')
  })

  it('answers from a story that is new', async () => {
    const client = await visit('lin-yue')
    const question = '你养的那只鹦鹉叫什么名字？'
    await knowledge.write(
      'stories/lin-yue/parrot.md',
      '---\ntitle: 我养的鹦鹉\nkind: story\npersona: lin-yue\n---\n我养的那只鹦鹉名字叫焊豆，2019年5月从花鸟市场买来的，会说“戴面罩”。鹦鹉焊豆最爱吃葵花子。\n',
    )
    const text = await askUntil(client, question, (answer) => answer.includes('焊豆'))
    expect(text).toContain('鹦鹉')
    await knowledge.remove('stories/lin-yue/parrot.md')
    await askUntil(client, question, (answer) => !answer.includes('焊豆'))
  })

  it('keeps the last good state where a file is bad, and says which', async () => {
    const client = await visit('lin-yue')
    await knowledge.edit('stories/lin-yue/contest.md', (text) => text.replace('kind: story', 'kind: tale'))
    await expect.poll(() => server.logged(), { timeout: 3_000 }).toMatch(/stories\/lin-yue\/contest\.md:3: kind/)
    expect(server.logged()).toContain('The last good state stays in force')
    expect((await client.ask('你的师傅是谁？')).end.outcome).toBe('grounded')
    expect(server.deps.library.document('stories/lin-yue/contest')).toBeDefined()
    await knowledge.edit('stories/lin-yue/contest.md', (text) => text.replace('kind: tale', 'kind: story'))
  })

  it('never cites a policy that is out of force or replaced', async () => {
    const policy = (title: string, more: string, amount: string) =>
      `---\ntitle: ${title}\nkind: policy\ncollection: guangzhou-craftsman-plan\n${more}\n---\n第一条　鹦鹉饲养补贴的标准是每只每月${amount}元。\n\n第二条　鹦鹉饲养补贴由街道发放。\n`
    await knowledge.write(
      'policies/guangzhou-craftsman-plan/old.md',
      policy('鹦鹉饲养补贴办法', 'documentNumber: 穗鹦〔2001〕1号\neffectiveFrom: 2001-01-01', '111'),
    )
    await knowledge.write(
      'policies/guangzhou-craftsman-plan/ended.md',
      policy('鹦鹉饲养补贴旧规定', 'effectiveUntil: 2010-12-31', '222'),
    )
    await knowledge.write(
      'policies/guangzhou-craftsman-plan/future.md',
      policy('鹦鹉饲养补贴新规定', 'effectiveFrom: 2199-01-01', '333'),
    )
    await knowledge.write(
      'policies/guangzhou-craftsman-plan/new.md',
      policy('鹦鹉饲养补贴办法修订', 'supersedes: [穗鹦〔2001〕1号]\neffectiveFrom: 2020-01-01', '444'),
    )
    const client = await visit('policy-adviser')
    const text = await askUntil(client, '鹦鹉饲养补贴的标准是多少元？', (answer) => answer.includes('444'))
    expect(text).not.toMatch(/111|222|333/)
    const wire = JSON.stringify(client.heard)
    expect(wire).not.toMatch(/111元|222元|333元/)
    for (const name of ['old', 'ended', 'future', 'new'])
      await knowledge.remove(`policies/guangzhou-craftsman-plan/${name}.md`)
  })

  it('lets a real person speak under a valid consent alone, and falls silent when it is revoked', async () => {
    const consent = (more: string) => `consent:\n  scopes: [text]\n  from: 2020-01-01${more}`
    await knowledge.write(
      'personas/real-person.md',
      realPerson(`name: 张三\n${consent('')}\navatar: welder\nvoice: zh-male`),
    )
    await expect.poll(() => server.deps.personas.get('real-person') !== undefined, { timeout: 3_000 }).toBe(true)
    const client = await connectChat(server.address)
    clients.push(client)
    const ready = await client.open('real-person')
    // Consent for text is none for the voice or the face.
    expect(ready.persona.avatar).toBeUndefined()
    expect(ready.persona.voice).toBeUndefined()
    expect((await client.ask('焊条为什么要先烘干？')).frames.length).toBeGreaterThan(1)

    const revoked = performance.now()
    await knowledge.write(
      'personas/real-person.md',
      realPerson(`name: 张三\n${consent('\n  revoked: 2021-01-01T08:00:00+08:00')}`),
    )
    expect(await client.next('notice')).toMatchObject({ kind: 'persona-withdrawn', data: { personaId: 'real-person' } })
    expect(performance.now() - revoked).toBeLessThan(1_000)
    client.send({ type: 'turn-ask', turnId: randomUUID(), text: '你好' })
    expect((await client.closed()).code).toBe(4404)
    const completion = await fetch(`${server.address}/v1/models/real-person`)
    expect(completion.status).toBe(404)

    for (const ended of ['\n  until: 2021-01-01', '\n  revoked: 某日']) {
      await knowledge.write('personas/real-person.md', realPerson(`name: 张三\n${consent(ended)}`))
      await sleep(400)
      expect(server.deps.personas.get('real-person')).toBeUndefined()
    }
    await knowledge.remove('personas/real-person.md')
  })
})
