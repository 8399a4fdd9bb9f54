import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { OpenDatabase } from '../../server/db/open-database.ts'
import type { Correction } from '../../server/protocol/console-correction.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { openEvents, say } from '../helpers/events-client.ts'
import { copyKnowledge, type KnowledgeFolder } from '../helpers/knowledge-folder.ts'
import { act, approve, begin, databaseOf, draftOf } from '../helpers/made-correction.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const STORY = `stories/${PERSONA}/contest.md`
const QUESTION = '你养过什么宠物？'
const ANSWER = '养过一只橘猫，叫“焊花”。它胆子大，不怕火花！\n后来跟我搬了三回家。'
const SHA = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

await onBothDatabases('a correction in the turn', (databaseSettings) => {
  let server: TestServer
  let database: OpenDatabase
  let knowledge: KnowledgeFolder
  let lecturer: ConsoleClient
  let live: Correction
  const clients: ChatClient[] = []
  let time = Date.now()

  beforeAll(async () => {
    knowledge = await copyKnowledge()
    server = await startTestServer({ ...(await databaseSettings()), KNOWLEDGE_DIR: knowledge.dir }, () =>
      Math.max(Date.now(), time),
    )
    database = await databaseOf(server)
    lecturer = await signIn(server, { role: 'lecturer', personaId: PERSONA, name: '林悦本人' })
    const draft = draftOf({ question: QUESTION, answer: ANSWER, phrasings: ['家里养猫了吗？'] })
    live = await approve(lecturer, database, await begin(lecturer, draft))
  })
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()))
  })
  afterAll(async () => {
    await database?.close()
    await server?.close()
    await knowledge?.close()
  })

  async function visitor(personaId = PERSONA): Promise<ChatClient> {
    const client = await connectChat(server.address)
    clients.push(client)
    await client.open(personaId)
    return client
  }

  it('answers in the approved words, sentence by sentence, with their source', async () => {
    const { text, end, frames } = await (await visitor()).ask('请问您养过什么宠物呀')
    expect(text).toBe(ANSWER)
    expect(end).toMatchObject({ outcome: 'corrected', length: ANSWER.length, sha256: SHA(ANSWER) })
    const deltas = frames.flatMap((frame) => (frame.type === 'answer-delta' ? [frame] : []))
    expect(deltas.map((delta) => delta.text)).toEqual([
      '养过一只橘猫，叫“焊花”。',
      '它胆子大，不怕火花！\n',
      '后来跟我搬了三回家。',
    ])
    expect(deltas.every((delta) => delta.citations.join() === '0')).toBe(true)
    expect(end.citations).toEqual([
      {
        index: 0,
        documentId: `corrections/${live.id}`,
        title: expect.stringContaining('林悦'),
        kind: 'correction',
        quote: ANSWER,
        start: 0,
        end: ANSWER.length,
        quoteSha256: SHA(ANSWER),
      },
    ])
    const document = await fetch(`${server.address}/v1/documents/corrections/${live.id}`)
    expect(await document.json()).toMatchObject({
      id: `corrections/${live.id}`,
      text: ANSWER,
      kind: 'correction',
      issuedOn: '2026-03-01',
    })
    const turn = await server.deps.transcripts.findAnswer(end.answerId)
    expect(turn?.making).toMatchObject({ model: 'correction', correctionId: live.id, retrieved: [] })
    expect(turn?.making?.searchText).toContain('宠物')
  })

  it('answers nothing else, and nobody else', async () => {
    const other = await (await visitor()).ask('你的师傅是谁？')
    expect(other.end.outcome).toBe('grounded')
    const elsewhere = await (await visitor('gao-zhenbang')).ask(QUESTION)
    expect(elsewhere.end.outcome).not.toBe('corrected')
  })

  it('goes on with the conversation after a corrected answer', async () => {
    const client = await visitor()
    expect((await client.ask(QUESTION)).end.outcome).toBe('corrected')
    const next = await client.ask('你的师傅是谁？')
    expect(next.end.outcome).toBe('grounded')
    const further = await client.ask('那他后来呢？')
    expect(['grounded', 'declined']).toContain(further.end.outcome)
  })

  it('takes a question of a conversation as it is understood in it', async () => {
    const draft = draftOf({
      question: '比武那次，你的师傅说了什么？',
      phrasings: ['在全国比武的时候，师傅对你说了什么？'],
      answer: '师傅就说了四个字：手莫要抖。',
    })
    const made = await approve(lecturer, database, await begin(lecturer, draft))
    const client = await visitor()
    await client.ask('在全国比武的时候，师傅在场吗？')
    const { end } = await client.ask('那师傅对你说了什么？')
    expect((await server.deps.transcripts.findAnswer(end.answerId))?.making?.searchText).toContain('比武')
    expect(end.outcome).toBe('corrected')
    await act(lecturer, made, { action: 'withdraw' })
    const alone = await (await visitor()).ask('那师傅对你说了什么？')
    expect(alone.end.outcome).not.toBe('corrected')
  })

  it('answers over the other channels, too', async () => {
    const response = await fetch(`${server.address}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: PERSONA, messages: [{ role: 'user', content: QUESTION }] }),
    })
    const body = (await response.json()) as { choices: { message: { content: string } }[] }
    expect(body.choices[0]?.message.content).toContain('养过一只橘猫')
    const events = await openEvents(server.address, { personaId: PERSONA })
    await say(server.address, await events.ready(), { type: 'turn-ask', turnId: randomUUID(), text: QUESTION })
    const end = await events.next('answer-end')
    expect(end).toMatchObject({ outcome: 'corrected', sha256: SHA(ANSWER), citations: [{ kind: 'correction' }] })
    events.close()
  })

  it('counts how often it has answered', async () => {
    const hits = async () =>
      (await lecturer.get(`/corrections/${live.id}`)).json<{ correction: Correction }>().correction.hits
    const before = await hits()
    const client = await visitor()
    await client.ask(QUESTION)
    await client.ask('家里养猫了吗？')
    await expect.poll(hits, { timeout: 5_000 }).toBeGreaterThanOrEqual(before + 2)
  })

  it('cites the span of the document that the words rest on, and is flagged when it is gone', async () => {
    const id = STORY.replace('.md', '')
    const stored = server.deps.library.document(id)
    if (stored === undefined) throw new Error('The story is missing')
    const quote = stored.text.split('\n').find((line) => line.length > 20) ?? ''
    const start = stored.text.indexOf(quote)
    const asked = await (await visitor()).ask('你参加比武的时候带了什么零食？')
    const draft = draftOf({
      question: '你参加比武的时候带了什么零食？',
      answer: '带了两包锅巴。',
      fromAnswerId: asked.end.answerId,
      source: {
        kind: 'document',
        documentId: id,
        documentHash: stored.hash,
        start,
        end: start + quote.length,
        quote,
      },
    })
    const made = await approve(lecturer, database, await begin(lecturer, draft))
    const first = await (await visitor()).ask(draft.question)
    expect(first.end).toMatchObject({
      outcome: 'corrected',
      citations: [{ documentId: id, kind: 'correction', quote, start }],
    })

    // Moved, but still there.
    await knowledge.edit(STORY, (text) => text.replace(quote, `先说一句。\n\n${quote}`))
    await server.deps.library.reload()
    const moved = await (await visitor()).ask(draft.question)
    const at = server.deps.library.document(id)?.text.indexOf(quote)
    expect(at).toBeGreaterThan(start)
    expect(moved.end.citations[0]).toMatchObject({ documentId: id, start: at, quote })

    const flagged = async () =>
      (await lecturer.get('/corrections?sourceChanged=true')).json<{ rows: Correction[] }>().rows.map((row) => row.id)
    await sleep(200)
    expect(await flagged()).not.toContain(made.id)
    await knowledge.edit(STORY, (text) => text.replace(quote, '这一段改写过了。'))
    await server.deps.library.reload()
    await expect.poll(flagged, { timeout: 5_000 }).toContain(made.id)
    const still = await (await visitor()).ask(draft.question)
    expect(still.text).toBe('带了两包锅巴。')
    expect(still.end.citations[0]).toMatchObject({ documentId: `corrections/${made.id}`, quote: '带了两包锅巴。' })
    const item = await database.kysely
      .selectFrom('review_items')
      .select(['state', 'reasons'])
      .where('answer_id', '=', asked.end.answerId)
      .executeTakeFirst()
    expect(item?.state).toBe('waiting')
  })

  it('stops after its last day', async () => {
    const day = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)
    const draft = draftOf({ question: '厂里的食堂几点开饭？', answer: '十一点半。', validUntil: day(Date.now()) })
    await approve(lecturer, database, await begin(lecturer, draft))
    expect((await (await visitor()).ask(draft.question)).end.outcome).toBe('corrected')
    const expired = await visitor()
    time = Date.now() + 86_400_000
    expect((await expired.ask(draft.question)).end.outcome).not.toBe('corrected')
    expect((await expired.ask(QUESTION)).end.outcome).toBe('corrected')
    time = 0
  })

  it('is there again after a restart', async () => {
    const again = await startTestServer({
      DATA_DIR: server.dataDir,
      ...(server.deps.config.databaseUrl === undefined ? {} : { DATABASE_URL: server.deps.config.databaseUrl }),
    })
    const client = await connectChat(again.address)
    try {
      await client.open(PERSONA)
      expect((await client.ask(QUESTION)).text).toBe(ANSWER)
    } finally {
      await client.close()
      await again.close()
    }
  })
})

describe('the words of a correction', () => {
  it('are cut into sentences without losing a character', async () => {
    const { approvedAnswer } = await import('../../server/corrections/approved-answer.ts')
    const { default: fc } = await import('fast-check')
    const piece = fc.constantFrom(
      '师傅',
      '“',
      '”',
      '。',
      '！',
      '\n',
      ' ',
      '[1]',
      '（',
      '）',
      '3.5',
      'Hi.',
      '；',
      '…',
      '',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const answer = `好${pieces.join('')}`
        const content = {
          question: '问',
          phrasings: [],
          notThese: [],
          answer,
          source: { kind: 'own-words', saidOn: '2026-01-01' },
        } as const
        const made = approvedAnswer(
          { id: 'x', personaId: 'p', version: 1, content: { ...content, phrasings: [], notThese: [] } },
          { name: '林悦', speaker: 'fictional' },
          () => undefined,
        )
        expect(made.sentences.join('')).toBe(answer)
        expect(made.sentences.every((sentence) => sentence !== '')).toBe(true)
      }),
    )
  })
})
