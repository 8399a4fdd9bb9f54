import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { type ChatClient, connectChat } from '../../helpers/chat-client.ts'
import { openConsolePage, pageFaults } from '../../helpers/console-browser.ts'
import { type ConsoleClient, signIn } from '../../helpers/console-client.ts'
import { pressByKeys, tabTo, typeByKeys } from '../../helpers/console-keys.ts'
import { startTestServer, type TestServer } from '../../helpers/test-server.ts'

const PERSONA = 'lin-yue'
const QUESTION = '当焊工一个月挣多少钱？'
const FIRST_WORDS = '刚出来五六千，手艺上去了，一年二十来万是有的。'
const SECOND_WORDS = '刚出来五六千，手艺上去了，一年二十来万是有的。莫光算钱，要算手里头有没有别人拿不走的东西。'
const GOLDEN = '你去过多少所学校？'
const installed = chromiumPath() !== null || process.env.CI === 'true'
if (!installed) process.stderr.write('skipped: Chromium is not installed (correction-flows.test.ts)\n')

let browser: Browser
let server: TestServer
let reviewer: ConsoleClient
let lecturer: ConsoleClient
let visitor: ChatClient

beforeAll(async () => {
  if (!installed) return
  const launched = await launchBrowser()
  if (launched === null) throw new Error('no browser')
  browser = launched
  server = await startTestServer()
  reviewer = await signIn(server, { role: 'reviewer', name: '王助理' })
  lecturer = await signIn(server, { role: 'lecturer', name: '林悦', personaId: PERSONA })
  visitor = await connectChat(server.address)
  await visitor.open(PERSONA)
})
afterAll(async () => {
  await visitor?.close()
  await browser?.close()
  await server?.close()
})

const open = (as: ConsoleClient, hash: string) => openConsolePage(browser, server.address, { as, hash })
const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' })

/** From the words to the end of the preview, by keys; what is marked red is acknowledged. */
async function lookAtEffect(page: Page): Promise<void> {
  await pressByKeys(page, button(page, '看影响'))
  await page.locator('.summary-line').waitFor()
  const seen = page.locator('.acknowledge input')
  if (!(await seen.isVisible())) return
  await tabTo(page, seen)
  await page.keyboard.press('Space')
}

describe.runIf(installed)('a correction by two people, without a pointer, at 390 pixels', () => {
  let correctionId = ''

  it('is written by a reviewer and handed to the lecturer, and nobody hears it yet', async () => {
    const { answerId } = (await visitor.ask(QUESTION)).end
    const page = await open(reviewer, `#/turn/${answerId}`)
    await page.keyboard.press('e')
    await typeByKeys(page, page.getByLabel('您的回答'), FIRST_WORDS)
    await lookAtEffect(page)
    expect(await button(page, '看过了，上线').count()).toBe(0)
    await page.getByText('上线要等讲师本人点头').waitFor()
    await pressByKeys(page, button(page, '交给讲师看'))
    await page.getByRole('heading', { name: '已经交给讲师' }).waitFor()
    expect((await visitor.ask(QUESTION)).end.outcome).toBe('grounded')
    await page.context().close()
  })

  it('is looked at by the lecturer, and answers from then on', async () => {
    const page = await open(lecturer, '#/corrections')
    await pressByKeys(page, page.locator('.queue-card', { hasText: QUESTION }))
    await page.getByText('王助理写的，请您看过再上线。').waitFor()
    correctionId = /\/correction\/([\w-]+)/.exec(page.url())?.[1] ?? ''
    await lookAtEffect(page)
    await pressByKeys(page, button(page, '看过了，上线'))
    await page.getByRole('heading', { name: '已经上线' }).waitFor()
    expect((await visitor.ask(QUESTION)).text).toBe(FIRST_WORDS)
    await page.context().close()
  })

  it('is changed, and brought back to its first version', async () => {
    const page = await open(lecturer, `#/correction/${correctionId}`)
    await typeByKeys(page, page.getByLabel('您的回答'), SECOND_WORDS)
    await lookAtEffect(page)
    await pressByKeys(page, button(page, '看过了，上线'))
    await page.getByRole('heading', { name: '已经上线' }).waitFor()
    expect((await visitor.ask(QUESTION)).text).toBe(SECOND_WORDS)
    await page.goto('about:blank')
    await page.goto(`${server.address}/console#/correction/${correctionId}`)
    await pressByKeys(page, page.locator('.history > summary'))
    await pressByKeys(page, button(page, '恢复这一版').last())
    const dialog = page.getByRole('dialog', { name: '要恢复第 1 版吗？' })
    await dialog.waitFor()
    expect(await pageFaults(page)).toEqual([])
    await pressByKeys(page, dialog.getByRole('button', { name: '恢复这一版' }))
    await page.getByText('已恢复。').waitFor()
    expect((await visitor.ask(QUESTION)).text).toBe(FIRST_WORDS)
    await page.context().close()
  })
})

describe.runIf(installed)('a golden question', () => {
  it('is kept from an answer, and stops a correction that would change it', async () => {
    const { answerId } = (await visitor.ask(GOLDEN)).end
    const page = await open(lecturer, `#/turn/${answerId}`)
    await page.keyboard.press('a')
    await page.getByText(/已记下：对/).waitFor()
    await page.goto('about:blank')
    await page.goto(`${server.address}/console#/turn/${answerId}`)
    await pressByKeys(page, button(page, '更多').last())
    await pressByKeys(page, button(page, '记成必答对的题'))
    await page.getByText('已记成必答对的题').waitFor()

    await page.goto(`${server.address}/console#/correction?personaId=${PERSONA}`)
    await typeByKeys(page, page.getByLabel('问题', { exact: true }), '你去过几所学校？')
    await typeByKeys(page, page.getByLabel('您的回答'), '记不清了。')
    await pressByKeys(page, button(page, '看影响'))
    await page.locator('.summary-line').waitFor()
    const golden = page.locator('.preview-group[data-set="golden"]')
    await golden.getByText('必答对的题会被改掉！').waitFor()
    expect(await golden.locator('tr.warning').count()).toBe(1)
    expect(await pageFaults(page)).toEqual([])
    await pressByKeys(page, button(page, '看过了，上线'))
    await page.getByText('有标红的地方，请先看过并勾选。').waitFor()
    // The box that it speaks of has the focus.
    expect(await page.locator('.acknowledge input').evaluate((box) => box === document.activeElement)).toBe(true)
    expect((await visitor.ask(GOLDEN)).end.outcome).toBe('grounded')
    await page.context().close()
  })

  it('is told in one line where a correction leaves it alone', async () => {
    const page = await open(lecturer, `#/correction?personaId=${PERSONA}`)
    await typeByKeys(page, page.getByLabel('问题', { exact: true }), '你会下围棋吗？')
    await typeByKeys(page, page.getByLabel('您的回答'), '不会，只会焊。')
    await pressByKeys(page, button(page, '看影响'))
    await page.getByText('1 道必答对的题都不会变').waitFor()
    expect(await page.locator('.preview-group[data-set="golden"]').count()).toBe(0)
    await page.context().close()
  })
})

describe.runIf(installed)('a follow-up question', () => {
  it('begins its correction as it was understood, and is answered by it in the next conversation', async () => {
    const talk = await connectChat(server.address)
    await talk.open(PERSONA)
    await talk.ask('你的师傅是谁？')
    const { answerId } = (await talk.ask('他多大年纪了？')).end
    await talk.close()
    const page = await open(lecturer, `#/turn/${answerId}`)
    await page.getByText('接着前面的话问的，分身理解成：你的师傅 他多大年纪了？').waitFor()
    await page.keyboard.press('e')
    const question = page.getByLabel('问题', { exact: true })
    await expect.poll(() => question.inputValue()).toBe('你的师傅 他多大年纪了？')
    await typeByKeys(page, question, '你的师傅多大年纪了？')
    await typeByKeys(page, page.getByLabel('您的回答'), '他是一九五一年生的，七十多了。')
    // A whole question is put in its place; what was recognised stays beside it.
    await expect
      .poll(() => page.getByRole('textbox', { name: '别的问法' }).inputValue())
      .toBe('你的师傅 他多大年纪了？')
    await lookAtEffect(page)
    await pressByKeys(page, button(page, '看过了，上线'))
    await page.getByRole('heading', { name: '已经上线' }).waitFor()
    const next = await connectChat(server.address)
    await next.open(PERSONA)
    await next.ask('你的师傅是谁？')
    expect((await next.ask('他多大年纪了？')).text).toBe('他是一九五一年生的，七十多了。')
    await next.close()
    await page.context().close()
  })
})
