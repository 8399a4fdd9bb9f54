import { readFile } from 'node:fs/promises'
import { Secret, TOTP } from 'otpauth'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DocumentRow } from '../../../server/protocol/console-knowledge.ts'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { connectChat } from '../../helpers/chat-client.ts'
import { openConsolePage, pageFaults } from '../../helpers/console-browser.ts'
import { type ConsoleClient, signIn } from '../../helpers/console-client.ts'
import { playVisits } from '../../helpers/console-demo.ts'
import { focused, pressByKeys, tabTo, typeByKeys } from '../../helpers/console-keys.ts'
import { startTestServer, type TestServer } from '../../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const PASSWORD = '焊枪 火花 石笔 翻毛皮鞋'
const STORY =
  '# 罗浩学仰焊\n\n二〇一一年春天，我带的徒弟叫罗浩，手劲大，心也急，头三天焊断了四根焊条。\n\n## 第五天\n\n我没讲道理，只让他蹲着看我焊。第五天罗浩自己说：师父，原来慢才是快。'
const installed = chromiumPath() !== null || process.env.CI === 'true'
if (!installed) process.stderr.write('skipped: Chromium is not installed (desk-flows.test.ts)\n')

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
  lecturer = await signIn(server, { role: 'lecturer', name: '林悦', personaId: PERSONA })
  await playVisits(server.address)
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

const open = (as: ConsoleClient | undefined, hash: string) =>
  openConsolePage(browser, server.address, { hash, ...(as === undefined ? {} : { as }) })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

describe.runIf(installed)('a document, at 390 pixels', () => {
  it('is uploaded with its progress, looked at in passages, published, and answers', async () => {
    const page = await open(lecturer, '#/knowledge')
    await pressByKeys(page, button(page, '上传资料'))
    const chosen = page.waitForEvent('filechooser')
    await pressByKeys(page, button(page, '选择文件'))
    await (await chosen).setFiles({ name: '罗浩.md', mimeType: 'text/markdown', buffer: Buffer.from(STORY) })
    const row = page.locator('.upload-row')
    await row.getByText(/已收下，\d+ 字，分成 2 段/).waitFor()
    expect(await pageFaults(page)).toEqual([])
    await pressByKeys(page, row.getByRole('link', { name: '去看看' }))
    await page.getByText('这是草稿，还没有上线').waitFor()
    expect(await page.locator('.passage-piece').count()).toBe(2)
    // On a phone, how it stands and what may be done comes before its text.
    const top = async (selector: string) => (await page.locator(selector).first().boundingBox())?.y ?? 0
    expect(await top('.document-buttons')).toBeLessThan(await top('.document-text'))
    expect(await top('.document-buttons')).toBeLessThan(600)
    const question = '罗浩第五天说了什么？'
    const visitor = await connectChat(server.address)
    await visitor.open(PERSONA)
    expect((await visitor.ask(question)).text).not.toContain('慢才是快')
    await pressByKeys(page, button(page, '上线'))
    const started = performance.now()
    await pressByKeys(page, page.getByRole('dialog').getByRole('button', { name: '上线', exact: true }))
    await page.getByText('已上线，五秒之内就能被引用。').waitFor()
    await expect.poll(async () => (await visitor.ask(question)).text, { timeout: 5_000 }).toContain('慢才是快')
    process.stderr.write(`from 上线 to an answer from the document: ${Math.round(performance.now() - started)} ms\n`)
    expect(performance.now() - started).toBeLessThan(5_000)
    await visitor.close()
    await page.context().close()
  })

  it('is not lost by a change of the lecturer or the language while it is sent', async () => {
    const page = await open(operator, '#/knowledge')
    // The server takes its time.
    let go: () => void = () => undefined
    const waiting = new Promise<void>((resolve) => {
      go = resolve
    })
    await page.route('**/documents/upload*', async (route) => {
      await waiting
      await route.continue()
    })
    await button(page, '上传资料').click()
    await page.getByLabel('是哪一位讲师的').selectOption(PERSONA)
    await page.locator('.file-input').setInputFiles({
      name: '慢.md',
      mimeType: 'text/markdown',
      buffer: Buffer.from('# 慢慢传\n\n这一份传得很慢，中途不能丢。'),
    })
    await page.locator('.upload-row progress').waitFor()
    const dialog = page.getByRole('dialog', { name: '文件还没有传完，要离开吗？' })
    const chooser = page.getByRole('combobox', { name: '讲师', exact: true })
    await chooser.selectOption('gao-zhenbang')
    await dialog.getByRole('button', { name: '留下来' }).click()
    await expect.poll(() => chooser.inputValue()).toBe('')
    await button(page, '更多').click()
    await button(page, 'English').click()
    await dialog.getByRole('button', { name: '留下来' }).click()
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
    go()
    await page.getByText('收下 1 份。').waitFor()
    const { rows } = (await operator.get('/documents')).json<{ rows: DocumentRow[] }>()
    expect(rows.filter(({ meta }) => meta.title === '慢慢传')).toHaveLength(1)
    // Nothing to lose, nothing asked.
    await chooser.selectOption('gao-zhenbang')
    await expect.poll(() => dialog.count()).toBe(0)
    await page.context().close()
  })
})

describe.runIf(installed)('a new lecturer', () => {
  it('comes in by the link, sets a password and a second factor, and signs in with both', async () => {
    const host = await open(operator, '#/people')
    await pressByKeys(host, button(host, '邀请一个人'))
    await typeByKeys(host, host.getByLabel('姓名', { exact: true }), '高工')
    const whose = host.getByLabel('哪一位讲师的分身')
    await tabTo(host, whose)
    await whose.selectOption('gao-zhenbang')
    await pressByKeys(host, button(host, '生成邀请链接'))
    const link = await host.getByLabel('链接', { exact: true }).inputValue()
    await host.context().close()

    const page = await open(undefined, link.slice(link.indexOf('#')))
    await page.getByText('高工，欢迎您').waitFor()
    await typeByKeys(page, page.getByLabel('账号名'), 'gaogong')
    await typeByKeys(page, page.getByLabel('密码', { exact: true }), PASSWORD)
    await typeByKeys(page, page.getByLabel('再输一遍密码'), PASSWORD)
    await page.keyboard.press('Enter')
    await page.locator('.frame').waitFor()
    await page.goto(`${server.address}/console#/account`)
    await pressByKeys(page, button(page, '开启第二步验证'))
    const secret = ((await page.locator('.secret').textContent()) ?? '').replace(/\s/g, '')
    const totp = new TOTP({ secret: Secret.fromBase32(secret) })
    await typeByKeys(page, page.getByLabel('六位数字'), totp.generate())
    await pressByKeys(page, button(page, '验证并开启'))
    await page.getByRole('heading', { name: '请把这些备用码收好' }).waitFor()
    const kept = page.getByLabel('我已经抄下来或打印好了')
    await tabTo(page, kept)
    await page.keyboard.press('Space')
    await pressByKeys(page, button(page, '收好了'))
    await pressByKeys(page, button(page, '更多'))
    await pressByKeys(page, button(page, '退出登录'))

    await typeByKeys(page, page.getByLabel('账号', { exact: true }), 'gaogong')
    await typeByKeys(page, page.getByLabel('密码', { exact: true }), PASSWORD)
    await page.keyboard.press('Enter')
    // A code counts once, so the next one is made as the phone will show it in half a minute.
    await typeByKeys(page, page.getByLabel('六位验证码'), totp.generate({ timestamp: Date.now() + 30_000 }))
    await page.keyboard.press('Enter')
    await page.locator('.who', { hasText: '高工 · 讲师' }).waitFor()
    expect(await page.locator('.queue-item').count()).toBe(0)
    await page.context().close()
  }, 60_000)

  it('is told how long to wait after too many wrong passwords', async () => {
    const page = await open(undefined, '')
    for (let attempt = 0; attempt < 7; attempt++) {
      await page.getByLabel('账号', { exact: true }).fill('nobody-here')
      await page.getByLabel('密码', { exact: true }).fill(`wrong password ${attempt}`)
      await page.keyboard.press('Enter')
      await expect.poll(() => page.locator('.form').getAttribute('aria-busy')).toBe('false')
    }
    await page.getByText(/试的次数太多了，请过 \d+ (秒|分钟|小时)再登录。/).waitFor()
    await page.context().close()
  })
})

describe.runIf(installed)('the queue at a desk', () => {
  it('keeps a view, comes back to it, and forgets it', async () => {
    const page = await open(lecturer, '#/queue?reason=declined')
    const all = await page.locator('.queue-item').count()
    await pressByKeys(page, button(page, '视图'))
    await typeByKeys(page, page.getByLabel('名字'), '没答上的')
    await pressByKeys(page, button(page, '保存'))
    await page.getByRole('dialog').getByRole('button', { name: '没答上的', exact: true }).waitFor()
    expect(await pageFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await focused(page)).toBe('视图')
    await page.goto('about:blank')
    await page.goto(`${server.address}/console#/queue`)
    await page.locator('.queue-item').first().waitFor()
    await pressByKeys(page, button(page, '视图'))
    await pressByKeys(page, page.getByRole('dialog').getByRole('button', { name: '没答上的', exact: true }))
    await expect.poll(() => page.url()).toContain('reason=declined')
    await expect.poll(() => page.locator('.queue-item').count()).toBe(all)
    await pressByKeys(page, button(page, '视图'))
    await pressByKeys(page, page.getByRole('button', { name: /删.*没答上的/ }))
    await expect.poll(async () => (await lecturer.get('/views')).json<{ views: unknown[] }>().views).toEqual([])
    await page.context().close()
  })

  it('gives its figures as CSV and as a workbook', async () => {
    const page = await open(lecturer, '#/insight')
    const get = async (name: RegExp) => {
      const coming = page.waitForEvent('download')
      await pressByKeys(page, page.getByRole('link', { name }))
      const download = await coming
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
    }
    const csv = await get(/问答记录.*CSV/)
    expect(csv.name).toMatch(/\.csv$/)
    expect(csv.bytes.toString()).toContain('你带过多少个徒弟')
    const workbook = await get(/问答记录.*Excel/)
    expect(workbook.name).toMatch(/\.xlsx$/)
    expect(workbook.bytes.subarray(0, 2).toString()).toBe('PK')
    await page.context().close()
  })
})
