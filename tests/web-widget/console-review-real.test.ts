import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../helpers/browser.ts'
import { type ChatClient, connectChat } from '../helpers/chat-client.ts'
import { type ConsoleClient, signIn } from '../helpers/console-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const QUESTION = '你家的望远镜是在哪里买的？'
// How far paraphrases reach is the matcher's own test; this one is of the way through the console.
const POLITELY = '您家的望远镜是在哪里买的？'
const WORDS = '是我徒弟小周送的，他说焊工看惯了近处，也该看看远处。'

const installed = chromiumPath() !== null || process.env.CI === 'true'
if (!installed)
  process.stderr.write('skipped: Chromium is not installed (tests/web-widget/console-review-real.test.ts)\n')

describe.skipIf(!installed)('the console against the real server, in a real browser', () => {
  let browser: Browser
  let server: TestServer
  let lecturer: ConsoleClient
  let visitor: ChatClient

  beforeAll(async () => {
    const opened = await launchBrowser()
    if (opened === null) throw new Error('no browser')
    browser = opened
    server = await startTestServer()
    lecturer = await signIn(server, { role: 'lecturer', personaId: PERSONA, name: '林悦' })
    visitor = await connectChat(server.address)
    await visitor.open(PERSONA)
  })
  afterAll(async () => {
    await visitor?.close()
    await browser?.close()
    await server?.close()
  })

  it('corrects an answer on a phone, and who asks it again, politely, gets the corrected words within a second', async () => {
    const before = await visitor.ask(QUESTION)
    expect(before.end.outcome).toBe('declined')

    const context = await browser.newContext({
      locale: 'zh-CN',
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    })
    const [name = '', value = ''] = lecturer.cookie.split('=')
    await context.addCookies([{ name, value, url: server.address }])
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    await page.goto(`${server.address}/console`)
    await page.getByText(QUESTION).click()
    await page.locator('h1.asked').waitFor()
    await page.getByRole('button', { name: '改成我的话' }).click()
    await page.getByRole('textbox', { name: '您的回答' }).fill(WORDS)
    await page.getByRole('button', { name: '看影响' }).click()
    await page.locator('.summary-line').waitFor()
    const acknowledge = page.locator('.acknowledge input')
    if (await acknowledge.isVisible()) await acknowledge.check()
    await page.getByRole('button', { name: '看过了，上线' }).click()
    await page.getByRole('heading', { name: '已经上线' }).waitFor()
    const approved = performance.now()
    const after = await visitor.ask(POLITELY)
    expect(after.end.outcome).toBe('corrected')
    expect(after.text).toBe(WORDS)
    expect(performance.now() - approved).toBeLessThan(1_000)
    await page.getByRole('link', { name: '看全部修订' }).click()
    await page.getByText('已上线').first().waitFor()
    expect(problems).toEqual([])
    await context.close()
  }, 60_000)
})
