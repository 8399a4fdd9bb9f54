import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OpenDatabase } from '../../server/db/open-database.ts'
import type { Correction, GoldenCheckLine, PreviewLine } from '../../server/protocol/console-correction.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { act, approve, begin, databaseOf, draftOf } from '../helpers/made-correction.ts'
import { linesOf } from '../helpers/read-lines.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const ASKED = '你的师傅是谁？'
const OTHER = '你第一天上班遇到了什么？'
type Row = Extract<PreviewLine, { type: 'row' }>

await onBothDatabases('the preview of a correction', (databaseSettings) => {
  let server: TestServer
  let database: OpenDatabase
  let lecturer: ConsoleClient
  let visitor: ChatClient
  let answer: string
  let answerId: string

  beforeAll(async () => {
    server = await startTestServer(await databaseSettings())
    database = await databaseOf(server)
    lecturer = await signIn(server, { role: 'lecturer', personaId: PERSONA, name: '林悦本人' })
    visitor = await connectChat(server.address)
    await visitor.open(PERSONA)
    const first = await visitor.ask(ASKED)
    answer = first.text
    answerId = first.end.answerId
    await visitor.ask('请问你的师傅是谁')
    await visitor.ask(OTHER)
  })
  afterAll(async () => {
    await visitor?.close()
    await database?.close()
    await server?.close()
  })

  const rowsOf = (lines: readonly PreviewLine[], set: Row['set']) =>
    lines.filter((line): line is Row => line.type === 'row' && line.set === set)
  function summaryOf(lines: readonly PreviewLine[]) {
    const last = lines.at(-1)
    if (last?.type !== 'summary') throw new Error('The last line is no summary.')
    return last
  }
  const preview = async (id: string) => linesOf<PreviewLine>(await lecturer.post(`/corrections/${id}/preview`))

  it('shows what would change, before and after, and lets exactly these words be approved', async () => {
    const draft = draftOf({ question: ASKED, phrasings: ['教你手艺的师傅是谁'], answer: '我师傅叫周国梁。' })
    const made = await begin(lecturer, draft)
    const lines = await preview(made.id)
    const [own, phrasing] = rowsOf(lines, 'same')
    expect(own).toMatchObject({ question: ASKED, hit: true, warning: false, count: 2, before: answer })
    expect(own).toMatchObject({ after: draft.answer, similarity: 1 })
    expect(phrasing).toMatchObject({ question: '教你手艺的师傅是谁', hit: true, warning: false, answerId: null })
    expect(rowsOf(lines, 'past').map((row) => row.question)).not.toContain(OTHER)
    const { previewId, ...figures } = summaryOf(lines)
    expect(figures).toMatchObject({ replayed: 2, changed: 1, warnings: 0, days: 1 })
    expect(lines.some((line) => line.type === 'progress' && line.total === 2)).toBe(true)

    const change = { ...contentOf(made), answer: '我师傅叫周国梁，湖南人。', revision: made.revision }
    const changed = (await lecturer.put(`/corrections/${made.id}`, change)).json<Correction>()
    expect((await act(lecturer, changed, { action: 'approve', previewId })).error).toBe('preview-required')
    const again = summaryOf(await preview(made.id))
    const live = await act(lecturer, changed, { action: 'approve', previewId: again.previewId })
    expect(live.json<Correction>()).toMatchObject({ state: 'live' })
    expect((await visitor.ask(ASKED)).text).toBe('我师傅叫周国梁，湖南人。')
    await act(lecturer, live.json<Correction>(), { action: 'withdraw' })
  })

  it('counts a past question in other words among those that change, and leaves out what it must not answer', async () => {
    await visitor.ask('你家的钢琴是在哪里买的？')
    const draft = draftOf({ question: '你家那架钢琴在哪买的', answer: '旧货市场。' })
    const lines = linesOf<PreviewLine>(await lecturer.post('/corrections/preview', draft))
    expect(rowsOf(lines, 'past')).toMatchObject([
      { question: '你家的钢琴是在哪里买的？', hit: true, after: '旧货市场。' },
    ])
    expect(summaryOf(lines)).toMatchObject({ previewId: '', changed: 1 })
    const refused = { ...draft, notThese: ['你家的钢琴是在哪里买的？'] }
    const without = linesOf<PreviewLine>(await lecturer.post('/corrections/preview', refused))
    expect(rowsOf(without, 'past')).toEqual([])
    expect(summaryOf(without)).toMatchObject({ changed: 0 })
  })

  it('warns where an own phrasing would miss', async () => {
    const draft = draftOf({
      question: '你有几只猫？',
      phrasings: ['家里养猫吗'],
      notThese: ['家里养猫吗'],
      answer: '两只。',
    })
    const lines = linesOf<PreviewLine>(await lecturer.post('/corrections/preview', draft))
    expect(rowsOf(lines, 'same').map(({ hit, warning }) => [hit, warning])).toEqual([
      [true, false],
      [false, true],
    ])
    expect(summaryOf(lines).warnings).toBe(1)
  })

  it('warns where a golden question would change, and wants that accepted', async () => {
    const { revision } = (await lecturer.get(`/turns/${answerId}`)).json<{ revision: number }>()
    await lecturer.post(`/turns/${answerId}/decision`, { verdict: 'right', revision })
    const kept = await lecturer.post('/golden', { answerId })
    expect(kept.status).toBe(200)
    const same = linesOf<PreviewLine>(
      await lecturer.post('/corrections/preview', draftOf({ question: ASKED, answer: '换一种说法。' })),
    )
    expect(rowsOf(same, 'golden')).toMatchObject([{ hit: true, warning: false, before: answer, after: '换一种说法。' }])

    const made = await begin(lecturer, draftOf({ question: '谁是你的师傅？', answer: '我不说。' }))
    const lines = await preview(made.id)
    expect(rowsOf(lines, 'golden')).toMatchObject([{ hit: true, warning: true, before: answer, after: '我不说。' }])
    const { previewId, warnings } = summaryOf(lines)
    expect(warnings).toBe(1)
    expect((await act(lecturer, made, { action: 'approve', previewId })).error).toBe('preview-required')
    const live = await act(lecturer, made, { action: 'approve', previewId, acknowledged: true })
    expect(live.json<Correction>()).toMatchObject({ state: 'live' })

    const check = async () =>
      linesOf<GoldenCheckLine>(await lecturer.get(`/golden/check?personaId=${PERSONA}`)).filter(
        (line) => line.type !== 'progress',
      )
    expect(await check()).toMatchObject([
      { type: 'row', outcome: 'corrected', right: false, before: answer, after: '我不说。' },
      { type: 'summary', checked: 1, wrong: 1 },
    ])
    await act(lecturer, live.json<Correction>(), { action: 'withdraw' })
    expect(await check()).toMatchObject([
      { type: 'row', outcome: 'grounded', right: true },
      { type: 'summary', checked: 1, wrong: 0 },
    ])
  })

  it('says which other correction stands in the way of a phrasing', async () => {
    const live = await approve(
      lecturer,
      database,
      await begin(lecturer, draftOf({ question: '你家的吉他是谁送的？', answer: '徒弟送的。' })),
    )
    const draft = draftOf({ question: '你的吉他谁修的', phrasings: ['你家的吉他是谁送的'], answer: '自己修的。' })
    const lines = linesOf<PreviewLine>(
      await lecturer.post('/corrections/preview', { ...draft, notThese: draft.phrasings }),
    )
    expect(rowsOf(lines, 'same')[1]).toMatchObject({ hit: false, warning: true, after: '徒弟送的。' })
    await act(lecturer, live, { action: 'withdraw' })
  })

  it('keeps nothing of a replay whose client has gone', async () => {
    const made = await begin(lecturer, draftOf({ question: ASKED, answer: '没有看完。' }))
    const abort = new AbortController()
    abort.abort()
    const lines = await server.deps.preview.previews.ofStored(lecturer.account, made.id, abort.signal)
    const heard: PreviewLine[] = []
    for await (const line of lines) heard.push(line)
    expect(heard.filter((line) => line.type === 'summary')).toEqual([])
    const kept = await database.kysely
      .selectFrom('correction_previews')
      .select('id')
      .where('correction_id', '=', made.id)
      .execute()
    expect(kept).toEqual([])
  })
})

function contentOf({ question, phrasings, notThese, answer, source }: Correction) {
  return { question, phrasings, notThese, answer, source }
}
