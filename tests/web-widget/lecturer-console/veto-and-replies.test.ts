import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TurnDetail } from '../../../server/protocol/console-queue.ts'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { type ChatClient, connectChat } from '../../helpers/chat-client.ts'
import { openConsolePage, pageFaults } from '../../helpers/console-browser.ts'
import { type ConsoleClient, signIn } from '../../helpers/console-client.ts'
import { focused, pressByKeys, tabTo, typeByKeys } from '../../helpers/console-keys.ts'
import { startTestServer, type TestServer } from '../../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const ANSWERED = '你去过多少所学校？'
const installed = chromiumPath() !== null || process.env.CI === 'true'
if (!installed) process.stderr.write('skipped: Chromium is not installed (veto-and-replies.test.ts)\n')

let browser: Browser
let server: TestServer
let lecturer: ConsoleClient
let visitor: ChatClient

/** A visitor of a conversation of their own; the one before is gone. */
async function newVisitor(): Promise<void> {
  await visitor?.close()
  visitor = await connectChat(server.address)
  await visitor.open(PERSONA)
}

beforeAll(async () => {
  if (!installed) return
  const launched = await launchBrowser()
  if (launched === null) throw new Error('no browser')
  browser = launched
  server = await startTestServer()
  lecturer = await signIn(server, { role: 'lecturer', name: '林悦', personaId: PERSONA })
  await newVisitor()
})
afterAll(async () => {
  await visitor?.close()
  await browser?.close()
  await server?.close()
})

const open = (hash: string) => openConsolePage(browser, server.address, { as: lecturer, hash })
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** Confirms what the open dialog asks. */
async function confirm(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  expect(await pageFaults(page)).toEqual([])
  await pressByKeys(page, dialog.getByRole('button', { name, exact: true }))
  await page.getByText('已暂停。').waitFor()
}

describe.runIf(installed)('the veto, without a pointer, at 390 pixels', () => {
  it('pauses one answer, which then is not given, and lifts it', async () => {
    const { answerId } = (await visitor.ask(ANSWERED)).end
    const page = await open(`#/turn/${answerId}`)
    const more = page.locator('.turn-head').getByRole('button', { name: '更多' })
    await pressByKeys(page, more)
    // Escape gives the focus back to what opened it.
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    expect(await focused(page)).toBe('更多')
    await page.keyboard.press('Enter')
    await pressByKeys(page, button(page, '暂停这条回答'))
    await confirm(page, '暂停回答')
    expect((await visitor.ask(ANSWERED)).text).toContain('正在请讲师核对')
    await page.goto(`${server.address}/console#/corrections?tab=pauses`)
    await page.locator('.pause-card', { hasText: ANSWERED }).waitFor()
    await pressByKeys(page, page.locator('.pause-card').getByRole('button', { name: '恢复' }))
    await page.getByText('现在没有暂停任何东西。').waitFor()
    expect((await visitor.ask(ANSWERED)).end.outcome).toBe('grounded')
    await page.context().close()
  })

  it('pauses a document beside an answer, which then cites another or none, and lifts it', async () => {
    const { answerId, citations } = (await visitor.ask(ANSWERED)).end
    const documentId = citations[0]?.documentId ?? ''
    const page = await open(`#/turn/${answerId}`)
    await pressByKeys(page, button(page, '暂停这份资料').first())
    await confirm(page, '暂停资料')
    const cited = async () => (await visitor.ask(ANSWERED)).end.citations.map((citation) => citation.documentId)
    expect(await cited()).not.toContain(documentId)
    // The line that says so offers to take it back.
    await pressByKeys(page, page.locator('.toast').getByRole('button', { name: '恢复' }))
    await page.getByText('已恢复。').waitFor()
    expect(await cited()).toContain(documentId)
    await page.context().close()
  })

  it('pauses the whole avatar, and lets it speak again', async () => {
    const page = await open('#/corrections?tab=pauses')
    await pressByKeys(page, button(page, '暂停林悦的分身'))
    await confirm(page, '暂停分身')
    await page.locator('.pause-card', { hasText: '整个分身' }).waitFor()
    visitor.send({ type: 'turn-ask', turnId: randomUUID(), text: ANSWERED })
    expect(await visitor.next('error')).toMatchObject({ code: 'persona-unknown' })
    await pressByKeys(page, page.locator('.pause-card').getByRole('button', { name: '恢复' }))
    await button(page, '暂停林悦的分身').waitFor()
    await expect.poll(() => server.deps.personas.get(PERSONA)?.id).toBe(PERSONA)
    // A pause ends the conversations of its persona.
    await newVisitor()
    expect((await visitor.ask(ANSWERED)).end.outcome).toBe('grounded')
    await page.context().close()
  })
})

describe.runIf(installed)('a question without an answer', () => {
  const question = '你会跳探戈吗？'
  const words = '探戈不会，厂里的广场舞我倒是领队。'

  it('is answered in text, and the visitor finds the reply on coming back', async () => {
    const student = await (
      await browser.newContext({ locale: 'zh-CN', viewport: { width: 390, height: 844 } })
    ).newPage()
    await student.goto(`${server.address}/p/${PERSONA}`)
    await student.locator('lecturer-chat .opening .topics').waitFor()
    await student.locator('lecturer-chat textarea').fill(question)
    await student.keyboard.press('Enter')
    await student.getByRole('button', { name: '留言给本人' }).click()
    await student.getByRole('button', { name: '留言', exact: true }).click()
    await student.getByText('记下了，谢谢您').waitFor()
    await student.goto('about:blank')

    const page = await open('#/unanswered')
    const card = page.locator('.cluster', { hasText: question })
    await card.getByText('1 位访客在等您回复').waitFor()
    await pressByKeys(page, card.getByRole('button', { name: '我来回答' }))
    await typeByKeys(page, card.getByLabel('您的回答'), words)
    await pressByKeys(page, card.getByRole('button', { name: '看看会影响哪些问题' }))
    await pressByKeys(page, button(page, '看影响'))
    await page.locator('.summary-line').waitFor()
    await pressByKeys(page, button(page, '看过了，上线'))
    await page.getByRole('heading', { name: '已经上线' }).waitFor()

    await student.goto(`${server.address}/p/${PERSONA}`)
    const line = student.getByRole('button', { name: /林悦回复了您/ })
    await line.click()
    await student.getByText(words).waitFor()
    await student.getByText('这是讲师本人的回复，不是 AI 生成的。').waitFor()
    await student.context().close()
    await page.goto(`${server.address}/console#/unanswered`)
    await expect.poll(() => page.locator('.cluster', { hasText: question }).count()).toBe(0)
    await page.context().close()
  })

  it('is put aside with all that belong to it, and taken back', async () => {
    for (const text of ['你家养猫吗？', '你家养猫吗？']) {
      const other = await connectChat(server.address)
      await other.open(PERSONA)
      await other.ask(text, randomUUID())
      await other.close()
    }
    const page = await open('#/unanswered')
    const card = page.locator('.cluster', { hasText: '你家养猫吗？' })
    await pressByKeys(page, card.getByRole('button', { name: '先放着' }))
    await page.locator('.toast').waitFor()
    expect(await card.count()).toBe(0)
    await pressByKeys(page, page.locator('.toast').getByRole('button', { name: '撤销' }))
    await card.waitFor()
    await page.reload()
    await card.waitFor()
    await page.context().close()
  })
})

describe.runIf(installed)('two reviewers at one turn', () => {
  it('are told of each other, and the second overwrites nothing', async () => {
    const { answerId } = (await visitor.ask('你的师傅是谁？')).end
    const one = await signIn(server, { role: 'reviewer', name: '王助理' })
    const other = await signIn(server, { role: 'reviewer', name: '李助理' })
    const first = await openConsolePage(browser, server.address, { as: one, hash: `#/turn/${answerId}` })
    await first.locator('.verdict-bar').waitFor()
    const held = async () => (await one.get(`/turns/${answerId}`)).json<TurnDetail>().lease?.by
    await expect.poll(held).toBe('王助理')
    const second = await openConsolePage(browser, server.address, { as: other, hash: `#/turn/${answerId}` })
    await second.getByText('王助理正在处理这一条。').waitFor()
    await first.keyboard.press('a')
    await first.getByText(/已记下：对/).waitFor()
    await tabTo(second, second.locator('.verdict.wrong'))
    await second.keyboard.press('Enter')
    await second.getByRole('dialog').waitFor()
    await second.keyboard.press('1')
    const notice = second.locator('.banner[role=alert]')
    await notice.waitFor()
    expect(await notice.evaluate((element) => element === document.activeElement)).toBe(true)
    const { decisions } = (await one.get(`/turns/${answerId}`)).json<TurnDetail>()
    expect(decisions.map(({ by, verdict }) => [by, verdict])).toEqual([['王助理', 'right']])
    await first.context().close()
    await second.context().close()
  })
})
