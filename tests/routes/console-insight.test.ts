import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fromBuffer, type ZipFile } from 'yauzl'
import type { Insight } from '../../server/protocol/console-insight.ts'
import { onBothDatabases } from '../helpers/both-databases.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'
import { START, sampleEnding, sampleMaking, sampleSession, sampleTurn } from '../transcripts/sample-records.ts'

const DAY_MS = 86_400_000
const PERSONA = 'lin-yue'

await onBothDatabases('the insight of the console', (settings) => {
  let house: TestServer
  let operator: ConsoleClient
  beforeAll(async () => {
    house = await startTestServer(await settings())
    operator = await signIn(house, { role: 'operator' })
  })
  afterAll(() => house?.close())

  async function ask(question: string, text: string, askedAt: number, sessionId?: string): Promise<string> {
    const { transcripts } = house.deps
    const session = sampleSession({ personaId: PERSONA, ...(sessionId === undefined ? {} : { id: sessionId }) })
    await transcripts.createSession(session)
    const turn = sampleTurn(session.id, { personaId: PERSONA, question, askedAt })
    await transcripts.acceptTurn(turn)
    await transcripts.endTurn(
      turn.answerId,
      turn.epoch,
      [],
      sampleEnding(text, { endedAt: askedAt + 900 }),
      sampleMaking(),
    )
    return session.id
  }
  const period = (day: number) => `from=${START + day * DAY_MS}&to=${START + (day + 1) * DAY_MS}`
  const file = (day: number, what: string, format: string) =>
    `/insight/export?${period(day)}&what=${what}&format=${format}`

  it('answers with figures, and refuses a period that is none', async () => {
    await ask('您哪一年进厂？', '我1998年进厂。', START + 1_000)
    const answer = await operator.get(`/insight?${period(0)}`)
    expect(answer.status).toBe(200)
    expect(answer.json<Insight>().totals.questions).toBe(1)
    expect((await operator.get('/insight?from=5&to=5')).error).toBe('bad-request')
    expect((await operator.get('/insight?from=0&to=x')).status).toBe(400)
    expect((await operator.get(`/insight?from=0&to=${START}`)).error).toBe('bad-request')
  })

  it('exports CSV that Excel reads, labelled, with no formula in it, and notes who took it', async () => {
    for (const [index, question] of [
      '=1+1',
      '+86',
      '-2',
      '@sum(a1)',
      '\tx',
      '\r=cmd',
      '＝1',
      '说"引号"，\n换行',
    ].entries()) {
      await ask(question, `=HYPERLINK("x")${index}`, START + 10 * DAY_MS + index)
    }
    const answer = await operator.get(file(10, 'turns', 'csv'))
    expect(answer.bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8')
    const disposition = String(answer.headers['content-disposition'])
    expect(decodeURIComponent(disposition)).toMatch(
      /filename="turns-[\d-]+\.csv"; filename\*=UTF-8''AI分身_问答记录_[\d-]+至[\d-]+\.csv$/,
    )
    const rows = readCsv(answer.text.slice(1))
    expect(rows[0]?.[0]).toContain('AI 生成')
    expect(rows[1]?.slice(0, 2)).toEqual(['标识', '时间'])
    expect(rows).toHaveLength(10)
    for (const cells of rows.slice(2)) {
      expect(cells[0]).toBe('AI 生成')
      for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r＝]/)
    }
    expect(rows.map((cells) => cells[5])).toContain("'=1+1")
    expect(rows.at(-1)?.[5]).toBe('说"引号"，\n换行')
    const audit = await operator.get('/audit')
    expect(audit.text).toContain('insight-exported')
    expect(audit.text).not.toContain('1+1')
  })

  it('exports a workbook with texts as texts and the label in its properties', async () => {
    await ask('=1+1', 'constructor', START + 20 * DAY_MS)
    await ask('有\u0001控制符和半个\ud800', '<b>&', START + 20 * DAY_MS + 1)
    await ask('_x0041_ _x000D_', '字'.repeat(40_000), START + 20 * DAY_MS + 2)
    const parts = await unzip((await operator.get(file(20, 'turns', 'xlsx'))).bytes)
    const sheet = parts.get('xl/worksheets/sheet1.xml') ?? ''
    expect(sheet).not.toContain('<f>')
    const strings = parts.get('xl/sharedStrings.xml') ?? ''
    const texts = textsOf(strings)
    expect(texts[0]).toMatch(/^AI 生成：/)
    expect(texts).toContain('=1+1')
    expect(texts).toContain('有控制符和半个')
    expect(texts).toContain('&lt;b&gt;&amp;')
    // What a spreadsheet would read as the character of that number.
    expect(texts).toContain('_x005F_x0041_ _x005F_x000D_')
    expect(strings).not.toContain('\u0001')
    expect(parts.get('docProps/custom.xml')).toMatch(/name="AIGC".*"Label":"1"/)
    expect(parts.get('docProps/core.xml')).toContain('AI 生成')
    expect(parts.get('[Content_Types].xml')).toContain('/docProps/custom.xml')
    expect(parts.get('_rels/.rels')).toContain('docProps/custom.xml')
  })

  it.each(['corrections', 'unanswered', 'figures'])('exports %s in both formats', async (what) => {
    const csv = await operator.get(file(0, what, 'csv'))
    expect(csv.status).toBe(200)
    expect(readCsv(csv.text.slice(1)).length).toBeGreaterThanOrEqual(2)
    const parts = await unzip((await operator.get(file(0, what, 'xlsx'))).bytes)
    expect(parts.has('xl/workbook.xml')).toBe(true)
  })

  it('holds no words that a visitor deletes while the file is fetched', async () => {
    const long = '这是一段很长的回答。'.repeat(1_200)
    let last = ''
    for (let index = 0; index < 500; index += 1) {
      last = await ask(index === 499 ? '要删除的秘密问题' : `问题${index}`, long, START + 30 * DAY_MS + index)
    }
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const url = `${house.address}/v1/console${file(30, 'turns', 'csv')}`
      get(url, { headers: { cookie: operator.cookie } }, resolve).on('error', reject)
    })
    await once(response, 'readable')
    await house.deps.transcripts.forgetSession(last, Date.now())
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    const rows = readCsv(Buffer.concat(chunks).toString('utf8').slice(1))
    expect(rows).toHaveLength(502)
    expect(rows.at(-1)?.slice(5, 7)).toEqual(['（访客已删除）', ''])
    expect(JSON.stringify(rows)).not.toContain('秘密')
    const workbook = await unzip((await operator.get(file(30, 'turns', 'xlsx'))).bytes)
    expect(workbook.get('xl/sharedStrings.xml')).not.toContain('秘密')
  }, 60_000)

  it('takes words out of a workbook that are deleted while it is made', async () => {
    const at = START + 50 * DAY_MS
    const sessions: string[] = []
    for (let index = 0; index < 150; index += 1)
      sessions.push(await ask(`秘密${index}`, `秘密的回答${index}`, at + index))
    // Where the file was ready before the deletion was committed, its words were still there to be had: try again.
    let strings = ''
    let deleted = -1
    do {
      deleted += 1
      const making = operator.get(file(50, 'turns', 'xlsx'))
      await house.deps.transcripts.forgetSession(sessions[deleted] ?? '', Date.now())
      strings = (await unzip((await making).bytes)).get('xl/sharedStrings.xml') ?? ''
    } while (strings.includes(`秘密${deleted}<`) && deleted < 9)
    expect(strings).not.toContain(`秘密${deleted}<`)
    expect(strings).not.toContain(`秘密的回答${deleted}<`)
    expect(strings).toContain('秘密100<')
  }, 60_000)
})

/** The texts of a workbook's cells, as they are escaped. */
function textsOf(strings: string): string[] {
  return [...strings.matchAll(/<t[^>]*>([^<]*)<\/t>/g)].map(([, text = '']) => text)
}

/** RFC 4180. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  for (const line of text.match(/(?:"(?:[^"]|"")*"|[^"\r\n])*\r\n/g) ?? []) {
    const cells = line.slice(0, -2).match(/(?:"(?:[^"]|"")*"|[^",]*)(?:,|$)/g) ?? []
    if (!line.endsWith(',\r\n')) cells.pop()
    rows.push(
      cells.map((cell) => cell.replace(/,$/, '')).map((cell) => cell.replace(/^"|"$/g, '').replaceAll('""', '"')),
    )
  }
  return rows
}

async function unzip(bytes: Buffer): Promise<Map<string, string>> {
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    fromBuffer(bytes, { lazyEntries: false }, (error, opened) => (error ? reject(error) : resolve(opened))),
  )
  const texts = new Map<string, Promise<string>>()
  zip.on('entry', (entry) => {
    texts.set(
      entry.fileName,
      new Promise((resolve, reject) =>
        zip.openReadStream(entry, async (error, stream) => {
          if (error) return reject(error)
          const chunks: Buffer[] = []
          for await (const chunk of stream) chunks.push(chunk as Buffer)
          resolve(Buffer.concat(chunks).toString('utf8'))
        }),
      ),
    )
  })
  await once(zip, 'end')
  const parts = new Map<string, string>()
  for (const [name, text] of texts) parts.set(name, await text)
  return parts
}
