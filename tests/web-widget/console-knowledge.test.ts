import fc from 'fast-check'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocumentDetail, DocumentRow } from '../../server/protocol/console-knowledge.ts'
import { cutText } from '../../web-widget/lecturer-console/knowledge/passage-text.ts'
import { chromiumPath, launchBrowser } from '../helpers/browser.ts'
import { openConsolePage, pageFaults } from '../helpers/console-browser.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { makeZip } from '../helpers/import-files.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const STORY =
  '# 学徒那一年\n\n那年我十九岁，进厂第一天师傅让我蹲着看，一看就是一个星期。\n\n## 第一道缝\n\n第八天他把焊钳递给我，说：焊吧，焊坏了算我的。我焊了一道十公分的平缝，歪得像蚯蚓。师傅拿尺子量了量，没有骂人，只说：明天接着焊。'
const POLICY =
  '# 工作室管理办法\n\n第一条　为规范工作室管理，制定本办法。\n\n第二条　由所在单位提出申请，报总工会命名。'
const installed = chromiumPath() !== null || process.env.CI === 'true'
if (!installed)
  process.stderr.write('skipped: Chromium is not installed (tests/web-widget/console-knowledge.test.ts)\n')

let browser: Browser
let server: TestServer
let operator: ConsoleClient
let lecturer: ConsoleClient

beforeAll(async () => {
  if (!installed) return
  const launched = await launchBrowser()
  if (launched === null) throw new Error('no browser')
  browser = launched
  server = await startTestServer()
  operator = await signIn(server, { role: 'operator', name: '陈晓' })
  lecturer = await signIn(server, { role: 'lecturer', name: '林悦', personaId: 'lin-yue' })
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

interface Upload {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}
const file = (name: string, content: string | Buffer): Upload => ({
  name,
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(content),
})

async function upload(page: Page, files: readonly Upload[]): Promise<void> {
  await page.getByRole('button', { name: '上传资料' }).first().click()
  await page.locator('.file-input').setInputFiles([...files])
  await page.locator('.upload-summary', { hasText: '收下' }).waitFor()
}

async function rowsOf(client: ConsoleClient): Promise<DocumentRow[]> {
  return (await client.get('/documents')).json<{ rows: DocumentRow[] }>().rows
}

/** A draft of the lecturer's, by an upload of its own. */
async function newDocument(title: string, text = STORY.replace('学徒那一年', title)): Promise<string> {
  const page = await openConsolePage(browser, server.address, { as: lecturer, hash: '#/knowledge' })
  await upload(page, [file(`${title}.md`, text)])
  await page.context().close()
  const found = (await rowsOf(lecturer)).find(({ meta }) => meta.title === title)
  return found?.id ?? ''
}
const at = (id: string) => `#/document?id=${encodeURIComponent(id)}`
const detailOf = async (id: string) =>
  (await operator.get(`/documents/detail?id=${encodeURIComponent(id)}`)).json<DocumentDetail>()

describe('cutting a text at its passages', () => {
  it('loses and adds nothing, whatever the passages are', () => {
    const spans = fc.array(fc.tuple(fc.nat(60), fc.nat(30)), { maxLength: 8 })
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), spans, (text, pairs) => {
        const passages = pairs.map(([start, length]) => {
          const from = Math.min(start, text.length)
          const end = Math.min(text.length, from + length)
          return { start: from, end, headings: [], text: text.slice(from, end) }
        })
        const pieces = cutText(text, passages)
        expect(pieces.map((piece) => piece.text).join('')).toBe(text)
        expect(pieces.every((piece) => piece.text !== '')).toBe(true)
      }),
    )
  })
})

describe.runIf(installed)('the list of documents', () => {
  it('holds files and uploads, is searched and filtered, and says so in the address', async () => {
    const page = await openConsolePage(browser, server.address, { as: operator, hash: '#/knowledge' })
    const all = await rowsOf(operator)
    await page.getByText(`共 ${all.length} 份`).waitFor()
    await page.getByRole('button', { name: /^政策 \d+$/ }).click()
    const policies = all.filter(({ meta }) => meta.kind === 'policy').length
    await page.getByText(`共 ${policies} 份`).waitFor()
    expect(page.url()).toContain('show=policy')
    await page.getByRole('button', { name: /^全部 \d+$/ }).click()
    await page.getByRole('searchbox').fill('周国梁')
    await page.getByText(/有「周国梁」的 \d+ 份/).waitFor()
    expect(new URLSearchParams(page.url().split('?')[1]).get('words')).toBe('周国梁')
    await page.reload()
    await page.getByText(/有「周国梁」的 \d+ 份/).waitFor()
    await page.getByRole('searchbox').fill('没有人写过的一句话')
    await page.getByText('没有符合的资料').waitFor()
    await page.getByRole('button', { name: '看全部' }).click()
    await page.getByText(`共 ${all.length} 份`).waitFor()
    await page.context().close()
  })

  it('takes the good files and says plainly why it does not take the others', async () => {
    const page = await openConsolePage(browser, server.address, { as: lecturer, hash: '#/knowledge' })
    const zip = makeZip([
      { name: '师傅.md', data: '# 师傅的话\n\n手稳不如心稳，焊缝不会说谎。' },
      { name: '照片.png', data: 'no text' },
    ])
    await upload(page, [
      file('空的.txt', ''),
      file('学徒.md', STORY),
      file('假的.pdf', 'this is no pdf'),
      file('一包.zip', zip),
      file('再来一遍.md', STORY),
    ])
    const row = (name: string) => page.locator('.upload-row', { has: page.getByText(name, { exact: true }) })
    await row('空的.txt').getByText('文件里没有文字，是空的。').waitFor()
    await row('学徒.md')
      .getByText(/已收下，\d+ 字，分成 \d+ 段/)
      .waitFor()
    expect(await row('假的.pdf').getAttribute('data-state')).toBe('refused')
    await row('一包.zip/师傅.md').getByText('已收下').waitFor()
    expect(await row('一包.zip/照片.png').getAttribute('data-state')).toBe('refused')
    await row('再来一遍.md').getByText('和已有的一份资料一模一样：').waitFor()
    expect(await row('再来一遍.md').locator('.alike a').getAttribute('href')).toContain('#/document?id=')
    await page.getByText('收下 3 份，没有收 3 份。').waitFor()
    expect(await pageFaults(page)).toEqual([])
    await page.context().close()
  })

  it('takes a dropped policy into a collection that avatars know', async () => {
    const page = await openConsolePage(browser, server.address, { as: operator, hash: '#/knowledge', width: 1440 })
    await page.getByRole('button', { name: '上传资料' }).first().click()
    await page.getByLabel('政策', { exact: true }).check()
    const drop = () =>
      page.locator('.drop-zone').evaluate((zone, text) => {
        const dataTransfer = new DataTransfer()
        dataTransfer.items.add(new File([text], '办法.md'))
        zone.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
      }, POLICY)
    await drop()
    await page.getByText('请先选放进哪个政策集。').waitFor()
    await page.getByLabel('放进哪个政策集').selectOption('guangzhou-craftsman-plan')
    expect(await pageFaults(page)).toEqual([])
    await drop()
    await page.getByText('收下 1 份。').waitFor()
    expect((await rowsOf(operator)).find(({ meta }) => meta.title === '工作室管理办法')?.meta.kind).toBe('policy')
    await page.context().close()
  })
})

describe.runIf(installed)('one document', () => {
  it('is published, changed into a draft, compared, published again, restored and withdrawn', async () => {
    const id = await newDocument('带徒弟的日子')
    const page = await openConsolePage(browser, server.address, { as: lecturer, hash: at(id) })
    const confirm = (name: string) => page.locator('.dialog-actions').getByRole('button', { name, exact: true }).click()
    await page.getByText('这是草稿，还没有上线').waitFor()
    await page.getByRole('button', { name: '上线', exact: true }).click()
    await confirm('上线')
    await page.getByText('已上线，五秒之内就能被引用。').waitFor()
    expect((await detailOf(id)).row.state).toBe('published')

    await page.getByRole('button', { name: '修改' }).click()
    const text = page.getByLabel('正文')
    await text.fill((await text.inputValue()).replace('一个星期', '整整八天'))
    await page.getByLabel('标题').fill('')
    await page.getByRole('button', { name: '存成新草稿' }).click()
    await page.getByText('请填写标题。').waitFor()
    await page.getByLabel('标题').fill('带徒弟的日子')
    // What was written is not lost by a wrong press.
    await page.evaluate(() => {
      location.hash = '#/knowledge'
    })
    await page.getByRole('button', { name: '留下来' }).click()
    expect(await pageFaults(page)).toEqual([])
    await page.getByRole('button', { name: '存成新草稿' }).click()
    await page.getByText('您看到的是第 2 版草稿').waitFor()

    await page.getByRole('button', { name: '第 2 版：和前一版比' }).click()
    await page.locator('.diff-text ins').first().waitFor()
    expect(await page.locator('.diff-text ins').allTextContents()).toContainEqual(expect.stringContaining('＋加了：'))
    const line = await page
      .locator('.diff-text del')
      .first()
      .evaluate((element) => getComputedStyle(element).textDecorationLine)
    expect(line).toContain('line-through')
    expect(await pageFaults(page)).toEqual([])
    await page.keyboard.press('Escape')

    await page.getByRole('button', { name: '上线第 2 版' }).click()
    await confirm('上线')
    await expect.poll(async () => (await detailOf(id)).row.version).toBe(2)
    await page.getByRole('button', { name: '恢复这一版：第 1 版' }).click()
    await confirm('恢复这一版')
    await expect.poll(async () => (await detailOf(id)).row.version).toBe(3)
    expect((await detailOf(id)).text).toContain('一个星期')
    await page.getByRole('button', { name: '撤下' }).click()
    await confirm('撤下')
    await page.getByText('已经撤下，分身不会用它').waitFor()
    expect((await detailOf(id)).row.state).toBe('withdrawn')
    await page.context().close()
  })

  it('loses nothing where somebody else saved meanwhile', async () => {
    const id = await newDocument('两个人一起改')
    const page = await openConsolePage(browser, server.address, { as: lecturer, hash: at(id) })
    await page.getByRole('button', { name: '修改' }).click()
    const mine = `${STORY}\n\n这是我加的一句。`
    await page.getByLabel('正文').fill(mine)
    const { row, text, revision } = await detailOf(id)
    const theirs = { meta: row.meta, text: `${text}\n\n这是同事加的。`, revision }
    expect((await operator.put(`/documents?id=${encodeURIComponent(id)}`, theirs)).status).toBe(200)
    await page.getByRole('button', { name: '存成新草稿' }).click()
    await page.getByText('您改的时候，陈晓存了新的一版').waitFor()
    expect(await page.getByLabel('正文').inputValue()).toBe(mine)
    await page.getByRole('button', { name: '看看他改了什么' }).click()
    await page.locator('.diff-text ins', { hasText: '这是同事加的' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: '在新的一版之上保存我的' }).click()
    await expect.poll(async () => (await detailOf(id)).text).toContain('这是我加的一句')
    await page.context().close()
  })

  it('explains the rule of the second person, and lets the colleague publish', async () => {
    const id = await newDocument('要第二个人看')
    await operator.put('/settings', { ...operator.me.settings, secondPersonPublishes: true })
    try {
      const page = await openConsolePage(browser, server.address, { as: lecturer, hash: at(id) })
      await page.getByText('这一版是您写的，请把这一页的链接发给同事').waitFor()
      await page.context().close()
      const other = await openConsolePage(browser, server.address, { as: operator, hash: at(id) })
      await other.getByText('这一版是林悦写的').waitFor()
      await other.getByRole('button', { name: '上线', exact: true }).click()
      await other.locator('.dialog-actions').getByRole('button', { name: '上线' }).click()
      await expect.poll(async () => (await detailOf(id)).row.state).toBe('published')
      await other.context().close()
    } finally {
      await operator.put('/settings', operator.me.settings)
    }
  })

  it('shows where a file is split, by keys too; a file is read only, but can be paused and used again', async () => {
    const known = (await rowsOf(lecturer)).find(({ origin, passages }) => origin === 'file' && passages > 2)
    const page = await openConsolePage(browser, server.address, { as: lecturer, hash: at(known?.id ?? '') })
    await page.getByText('这里只能看，不能改').waitFor()
    expect(await page.getByRole('button', { name: '修改' }).count()).toBe(0)
    const pieces = page.locator('.passage-piece')
    expect(await pieces.count()).toBe(known?.passages)
    await pieces.first().focus()
    await page.keyboard.press('ArrowDown')
    expect(await pieces.nth(1).evaluate((piece) => piece === document.activeElement)).toBe(true)
    expect(await page.locator('.passage-piece[tabindex="0"]').count()).toBe(1)
    await page.getByRole('button', { name: '暂停这份资料' }).click()
    await page.locator('.dialog-actions .danger').click()
    await page.getByText(/林悦在.*暂停了它/).waitFor()
    await page.getByRole('button', { name: '恢复使用' }).click()
    await page.getByRole('button', { name: '暂停这份资料' }).waitFor()
    await page.context().close()
  })

  it.each([
    [390, false],
    [390, true],
    [1440, false],
    [1440, true],
  ])('has no faults at %i pixels (dark: %s), nor has the list', async (width, dark) => {
    const rows = await rowsOf(operator)
    const shown = ['file', 'console'].map((origin) => rows.find((row) => row.origin === origin)?.id ?? '')
    for (const hash of ['#/knowledge', ...shown.map(at)]) {
      const page = await openConsolePage(browser, server.address, { as: operator, hash, width, dark })
      expect(await pageFaults(page)).toEqual([])
      await page.context().close()
    }
  })
})
