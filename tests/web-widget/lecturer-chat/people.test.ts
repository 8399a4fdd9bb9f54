import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import type { ScriptedAnswer } from '../../helpers/scripted-turn.ts'
import { ask, createWidgetPages } from '../../helpers/widget-page.ts'
import { mentorAnswer, startWidgetSite, storyCitation, type WidgetSite } from '../../helpers/widget-site.ts'

const REVIEWED_AT = new Date(new Date().getFullYear(), 10, 20, 9).getTime()
const CORRECTION = {
  ...storyCitation(0, '林悦本人修订', '我的师傅是周国梁，带了我四年零三个月。'),
  kind: 'correction' as const,
}
let browser: Browser | null = null
let site: WidgetSite
const pages = createWidgetPages(() => browser)

function answer(question: string): ScriptedAnswer {
  const reviewed = { by: 'lecturer' as const, at: REVIEWED_AT }
  if (question.includes('修订')) {
    return {
      sentences: [{ text: CORRECTION.quote, citations: [0] }],
      citations: [CORRECTION],
      outcome: 'corrected',
      reviewed,
    }
  }
  return { ...mentorAnswer(), pauseMs: 10, ...(question.includes('审') ? { reviewed } : {}) }
}

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser !== null) site = await startWidgetSite({ answer })
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

async function asked(question: string, query = ''): Promise<{ page: Page; turnId: string }> {
  const page = await pages.visit(`${site.address}p/lin-yue${query}`)
  await chat(page).locator('.opening .topics').waitFor()
  await ask(page, question)
  const turn = site.received.filter((message) => message.type === 'turn-ask').at(-1)
  return { page, turnId: turn?.type === 'turn-ask' ? turn.turnId : '' }
}

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('what people have added', () => {
  it('marks an answer that the lecturer has read, with the day, also after a reload', async () => {
    const { page } = await asked('请本人审一审')
    expect(await chat(page).locator('.badge').textContent()).toBe('本人已审 · 11月20日')
    await page.reload()
    await chat(page).locator('.foot:not([hidden])').waitFor()
    expect(await chat(page).locator('.badge').textContent()).toBe('本人已审 · 11月20日')
  })

  it('has no badge on an answer that nobody has read', async () => {
    const { page } = await asked('你的师傅是谁？')
    expect(await chat(page).locator('.badge').isVisible()).toBe(false)
  })

  it('shows the lecturer’s own words behind the badge of a correction', async () => {
    const { page } = await asked('看修订的回答')
    await chat(page).getByRole('button', { name: '本人修订 · 11月20日' }).click()
    const chosen = chat(page).locator('.source.chosen')
    expect(await chosen.locator('mark').textContent()).toBe(CORRECTION.quote)
    expect(await chosen.locator('.kind').textContent()).toContain('本人修订')
    expect(await chosen.getByRole('button').count()).toBe(0)
  })

  it('says that the lecturer has replied, once, and opens the reply', async () => {
    const { page, turnId } = await asked('你的师傅是谁？')
    const reply = { turnId, question: '您得过哪些奖？', answer: '得过省五一劳动奖章，2019 年的事。' }
    for (let time = 0; time < 2; time++) {
      site.send({ type: 'notice', kind: 'lecturer-reply', text: '林悦回复了您。', data: reply })
    }
    const line = chat(page).getByRole('button', { name: /^林悦回复了您 \d+月\d+日 的问题 ›$/ })
    await line.click()
    const sheet = chat(page).locator('.sheet')
    expect(await sheet.textContent()).toContain(reply.question)
    expect(await sheet.locator('.personal').textContent()).toBe(reply.answer)
    expect(await sheet.textContent()).toContain('不是 AI 生成的')
    await page.keyboard.press('Escape')
    expect(await line.count()).toBe(1)
    expect(await line.evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button)).toBe(true)
  })

  it('marks an answer that was corrected later, where it stands and below', async () => {
    const { page, turnId } = await asked('你的师傅是谁？')
    await ask(page, '还带过谁？')
    const data = { turnId, answer: '我的师傅是**周国梁**。' }
    site.send({ type: 'notice', kind: 'answer-corrected', text: '更正了一段回答。', data })
    await chat(page)
      .getByRole('button', { name: /^林悦更正了 \d+月\d+日 的回答 ›$/ })
      .waitFor()
    // Below the newest turn; the mark is on the first.
    expect(await chat(page).locator('.turn').nth(1).locator('.news').count()).toBe(1)
    await chat(page).locator('.turn').first().getByRole('button', { name: '这条回答已更正 ›' }).click()
    const sheet = chat(page).locator('.sheet')
    expect(await sheet.locator('.personal').textContent()).toContain('周国梁')
    expect(await sheet.textContent()).toContain('焊了三十六年的压力容器')
    await page.keyboard.press('Escape')
    await ask(page, '再问一句')
    expect(await chat(page).locator('.turn').nth(1).locator('.news').count()).toBe(1)
  })

  it('shows a notice without usable data as its sentence', async () => {
    const { page } = await asked('你的师傅是谁？')
    site.send({ type: 'notice', kind: 'lecturer-reply', text: '林悦回复了您。', data: { answer: 7 } })
    await chat(page).locator('.system', { hasText: '林悦回复了您。' }).waitFor()
    expect(await chat(page).locator('.news').count()).toBe(0)
  })
})
