import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { createWidgetPages } from '../../helpers/widget-page.ts'
import {
  mentorAnswer,
  scriptedAnswer,
  startWidgetSite,
  storyCitation,
  type WidgetSite,
} from '../../helpers/widget-site.ts'

const SOURCE = storyCitation(0, '第一道焊缝', '周师傅名叫周国梁，川南人，焊了三十六年的压力容器。')
let browser: Browser | null = null
let site: WidgetSite
const pages = createWidgetPages(() => browser)

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser === null) return
  site = await startWidgetSite({
    answer: (question) =>
      question.includes('慢') ? { ...mentorAnswer(), pauseMs: 600_000 } : scriptedAnswer(question),
  })
})
afterEach(async () => {
  await pages.closeAll()
  expect(pages.problems.splice(0)).toEqual([])
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

const chat = (page: Page) => page.locator('lecturer-chat')
const thinking = (page: Page) => chat(page).locator('.turn .thinking').last()

/** A page whose clock the test moves, with a question that nothing answers. */
async function waitingPage(): Promise<{ page: Page; turnId: string }> {
  const page = await pages.visit('about:blank')
  await page.clock.install()
  await page.goto(`${site.address}p/lin-yue`)
  await chat(page).locator('.opening .topics').waitFor()
  await chat(page).locator('textarea').fill('慢慢想：你的师傅是谁？')
  await chat(page).locator('.send').click()
  await thinking(page).getByText('正在查阅资料').waitFor()
  const asked = site.received.filter((message) => message.type === 'turn-ask').at(-1)
  return { page, turnId: asked?.type === 'turn-ask' ? asked.turnId : '' }
}

function tellFound(turnId: string, sources: unknown[]): void {
  site.send({
    type: 'notice',
    kind: 'answer-progress',
    text: '找到 4 份资料，正在组织回答。',
    data: { turnId, answerId: 'any', step: 'found', documents: 4, sources },
  })
}

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('waiting for an answer', () => {
  it('says what was found, then offers to read it, then other ways out', async () => {
    const { page, turnId } = await waitingPage()
    tellFound(turnId, [SOURCE])
    await page.clock.fastForward(500)
    await thinking(page).getByText('找到 4 份资料，正在组织回答').waitFor()
    expect(await chat(page).locator('.system', { hasText: '找到' }).count()).toBe(0)
    await page.clock.fastForward(8_000)
    await thinking(page).getByRole('button', { name: '还在想，可先看最相关的资料' }).click()
    const sheet = chat(page).locator('.sheet')
    expect(await sheet.textContent()).toContain(SOURCE.quote)
    expect(await sheet.textContent()).not.toContain('高亮的是回答所依据的原文')
    await page.keyboard.press('Escape')
    await page.clock.fastForward(40_000)
    await thinking(page).getByText('这次没答上来').waitFor()
    expect(await chat(page).locator('[role=status]').last().textContent()).toContain('没答上来')
    await thinking(page).getByRole('button', { name: '留言给本人' }).click()
    await thinking(page).getByRole('button', { name: '留言', exact: true }).click()
    await expect
      .poll(() => site.received.filter((message) => message.type === 'feedback-give').at(-1))
      .toMatchObject({ turnId, reason: 'ask-lecturer' })
  })

  it('stops the old turn before it asks again', async () => {
    const { page, turnId } = await waitingPage()
    await page.clock.fastForward(46_000)
    await thinking(page).getByRole('button', { name: '重新回答' }).click()
    await expect
      .poll(() => {
        const kinds = site.received.map((message) => message.type)
        const stopped = site.received.findIndex((message) => message.type === 'turn-stop' && message.turnId === turnId)
        return stopped !== -1 && kinds.lastIndexOf('turn-ask') > stopped
      })
      .toBe(true)
  })

  it('names no source where none is known', async () => {
    const { page, turnId } = await waitingPage()
    tellFound(turnId, [])
    await page.clock.fastForward(9_000)
    await thinking(page).getByText('还在想，请再等一等').waitFor()
    expect(await thinking(page).locator('button').count()).toBe(0)
  })

  it('does not flicker through what was found when the answer is there at once', async () => {
    const page = await pages.visit(`${site.address}p/lin-yue`)
    await chat(page).locator('.opening .topics').waitFor()
    await page.evaluate(() => {
      const words: string[] = []
      ;(window as unknown as { seen: string[] }).seen = words
      const look = (): void => {
        const text = document.querySelector('lecturer-chat')?.shadowRoot?.querySelector('.thinking')?.textContent
        if (text && !words.includes(text)) words.push(text)
        requestAnimationFrame(look)
      }
      look()
    })
    const asked = site.received.length
    await chat(page).locator('textarea').fill('你的师傅是谁？')
    await chat(page).locator('.send').click()
    const turn = () => site.received.slice(asked).find((message) => message.type === 'turn-ask')
    await expect.poll(turn, { interval: 5 }).toBeDefined()
    const found = turn()
    if (found?.type === 'turn-ask') tellFound(found.turnId, [SOURCE])
    await chat(page).locator('.foot:not([hidden])').waitFor()
    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen)
    expect(seen.filter((words) => words.includes('找到'))).toEqual([])
  })
})
