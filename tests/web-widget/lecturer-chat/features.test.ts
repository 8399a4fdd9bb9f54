import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import {
  answerText,
  ask,
  createWidgetPages,
  hostPage,
  launcherOf,
  MENTOR_WORDS,
  openChat,
} from '../../helpers/widget-page.ts'
import { mentorAnswer, STRICT_POLICY, startWidgetSite, type WidgetSite } from '../../helpers/widget-site.ts'
import { chunksOf, textOf } from './png-chunks.ts'

let browser: Browser | null = null
const pages = createWidgetPages(() => browser)
let site: WidgetSite

const QUOTE = mentorAnswer().citations?.[0]?.quote ?? ''

function storeDocument(text: string): void {
  site.page(
    `/v1/documents/${encodeURIComponent('story-第一道焊缝')}`,
    JSON.stringify({ title: '第一道焊缝', text, source: '本人口述' }),
    { 'content-type': 'application/json' },
  )
}

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser === null) return
  site = await startWidgetSite()
  site.page('/plain.html', hostPage(), { 'content-security-policy': STRICT_POLICY })
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})
afterEach(async () => {
  await pages.closeAll()
  expect(pages.problems.splice(0)).toEqual([])
})

const chat = (page: Page) => page.locator('lecturer-chat')
const lastFeedback = () => site.received.filter((message) => message.type === 'feedback-give').at(-1)
const openMenu = (page: Page) => chat(page).getByRole('button', { name: '更多' }).click()

async function answered(path = 'plain.html'): Promise<Page> {
  const page = await pages.visit(site.address + path)
  if (path === 'plain.html') await openChat(page)
  else await chat(page).locator('.opening .topics').waitFor()
  await ask(page, '你的师傅是谁？')
  return page
}

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('what the panel offers', () => {
  it('shows the exact words in their document, where the reader sees them', async () => {
    const before = '车间里冷。\n\n## 头一个礼拜\n\n'.repeat(40)
    // The words have moved since they were cited.
    storeDocument(`${before}${QUOTE}\n后来就好了。`)
    const page = await answered()
    await chat(page).locator('.cite').first().click()
    await chat(page).getByRole('button', { name: '查看原文' }).first().click()
    const mark = chat(page).locator('.document mark')
    expect(await mark.textContent()).toBe(QUOTE)
    const seen = await mark.evaluate((element) => {
      const box = element.getBoundingClientRect()
      const frame = element.closest('.sheet-body')?.getBoundingClientRect()
      return frame !== undefined && box.top >= frame.top && box.bottom <= frame.bottom
    })
    expect(seen).toBe(true)
    await chat(page).getByRole('button', { name: '返回出处' }).click()
    expect(await chat(page).locator('.source').count()).toBe(3)
  })

  it('shows the quote alone when the document no longer has it', async () => {
    storeDocument('整篇改写了。')
    const page = await answered()
    await chat(page).locator('.cite').first().click()
    await chat(page).getByRole('button', { name: '查看原文' }).first().click()
    await chat(page).getByText('原文后来有改动').waitFor()
    expect(await chat(page).locator('.document').textContent()).not.toContain('整篇改写了')
    expect(await chat(page).locator('.document mark').textContent()).toBe(QUOTE)
  })

  it('passes a declined question on to the lecturer, and only a declined one', async () => {
    const page = await answered()
    expect(await chat(page).getByRole('button', { name: '留言给本人' }).count()).toBe(0)
    await ask(page, '你得过哪些奖？')
    await chat(page).getByRole('button', { name: '留言给本人' }).click()
    await chat(page).locator('.reasons input').fill('想听五一奖章的事')
    await chat(page).locator('.reasons').getByRole('button', { name: '留言' }).click()
    await chat(page).getByText('记下了，谢谢您').waitFor()
    await expect
      .poll(lastFeedback)
      .toMatchObject({ rating: 'down', reason: 'ask-lecturer', comment: '想听五一奖章的事' })
    // The record knows it after a reload.
    await page.reload()
    await launcherOf(page).click()
    await chat(page).getByText('记下了，谢谢您').waitFor()
  })

  it('takes a complaint within two taps of the panel', async () => {
    const page = await answered()
    await openMenu(page)
    await chat(page).getByRole('button', { name: '投诉举报' }).click()
    await chat(page).getByRole('button', { name: '泄露隐私' }).click()
    await chat(page).locator('.report textarea').fill('提到了我的工号')
    await chat(page).getByRole('button', { name: '提交投诉' }).click()
    await chat(page).getByText('我们会尽快核查处理').waitFor()
    await expect
      .poll(lastFeedback)
      .toMatchObject({ rating: 'down', reason: 'report', comment: '泄露隐私：提到了我的工号' })
  })

  it('tells at first who speaks and what is kept, without standing in the way, and not again', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    const notice = chat(page).locator('.notice')
    expect(await notice.textContent()).toContain('虚构人物')
    // A question goes through while it is there.
    await ask(page, '你的师傅是谁？')
    expect(await notice.isVisible()).toBe(true)
    await notice.getByRole('button', { name: '知道了' }).click()
    expect(await notice.count()).toBe(0)
    await page.reload()
    await launcherOf(page).click()
    await chat(page).locator('.foot:not([hidden])').waitFor()
    expect(await notice.count()).toBe(0)
    await openMenu(page)
    await chat(page).getByRole('button', { name: '关于' }).click()
    expect(await chat(page).locator('.sheet').textContent()).toContain('记在服务器上')
  })

  it('gives an answer as a picture and as text that bear the label, the date and the address', async () => {
    const page = await pages.visit(`${site.address}p/lin-yue`, { permissions: ['clipboard-read', 'clipboard-write'] })
    await chat(page).locator('.opening .topics').waitFor()
    await ask(page, '你的师傅是谁？')
    await chat(page).getByRole('button', { name: '分享' }).click()
    const picture = chat(page).locator('.picture')
    expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(750)
    // The file itself says so too (GB 45438-2025): which service made it, and under which number.
    const file = Buffer.from(((await picture.getAttribute('src')) ?? '').split(',')[1] ?? '', 'base64')
    const answerId = [...site.sessions.values()].at(-1)?.turns.at(-1)?.answerId
    expect(JSON.parse(textOf(chunksOf(file), 'AIGC') ?? '')).toMatchObject({
      Label: '1',
      ContentProducer: new URL(site.address).host,
      ProduceID: answerId,
    })
    await chat(page).getByRole('button', { name: '复制文字' }).click()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toMatch(/周国梁[\s\S]*（AI 生成 · 林悦 AI 分身 · \d{4}-\d\d-\d\d · 127\.0\.0\.1:\d+\/p\/lin-yue）$/)
    expect(await picture.getAttribute('alt')).toBe(copied)
  })

  it('prints the whole conversation with the label, and none of the controls', async () => {
    const page = await answered('p/lin-yue')
    const session = [...site.sessions.values()].at(-1)
    const first = session?.turns[0]
    if (session === undefined || first === undefined) throw new Error('no turn')
    for (let turn = 1; turn < 15; turn++) {
      session.turns.push({
        ...first,
        turnId: crypto.randomUUID(),
        answerId: crypto.randomUUID(),
        askedAt: first.askedAt + turn,
      })
    }
    await page.reload()
    await chat(page).locator('.turn').nth(5).waitFor()
    expect(await chat(page).locator('.turn').count()).toBeLessThan(15)
    await page.emulateMedia({ media: 'print' })
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
    expect(await chat(page).locator('.turn').count()).toBe(15)
    expect(await chat(page).locator('.print-mark').textContent()).toMatch(/^（AI 生成 · 林悦 AI 分身 · \d{4}-/)
    for (const part of ['.print-mark', '.head .tag', '.label']) {
      expect(await chat(page).locator(part).isVisible()).toBe(true)
    }
    for (const part of ['.compose', '.tool', '.act'])
      expect(await chat(page).locator(part).first().isVisible()).toBe(false)
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(3_000)
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
    expect(await chat(page).locator('.turn').count()).toBeLessThan(15)
  })

  it('keeps what was being written over a reload, and nothing once it is sent', async () => {
    const page = await pages.visit(`${site.address}p/lin-yue`)
    await chat(page).locator('textarea').fill('你的师')
    await page.reload()
    await chat(page).locator('.opening .topics').waitFor()
    expect(await chat(page).locator('textarea').inputValue()).toBe('你的师')
    await ask(page, '你的师傅是谁？')
    await page.reload()
    await chat(page).locator('.foot:not([hidden])').waitFor()
    expect(await chat(page).locator('textarea').inputValue()).toBe('')
  })

  it('counts on the launcher what came while it was closed', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    await chat(page).locator('textarea').fill('你的师傅是谁？')
    await chat(page).locator('.send').click()
    await chat(page).getByRole('button', { name: '关闭对话' }).click()
    const counted = page.getByRole('button', { name: '问问林悦 · AI, 1 条新回答' })
    await counted.click()
    await chat(page).locator('.foot:not([hidden])').waitFor()
    await chat(page).getByRole('button', { name: '关闭对话' }).click()
    await launcherOf(page).waitFor()
    expect(await counted.count()).toBe(0)
  })

  it('grows to 720 pixels and 90 % of the window on a desktop, and has no such button on a phone', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    await chat(page).getByRole('button', { name: '放大窗口' }).click()
    expect(await chat(page).locator('.root').boundingBox()).toMatchObject({ width: 720, height: 720 })
    await chat(page).getByRole('button', { name: '恢复窗口大小' }).click()
    expect(await chat(page).locator('.root').boundingBox()).toMatchObject({ width: 384, height: 640 })
    await page.setViewportSize({ width: 390, height: 800 })
    await expect.poll(() => chat(page).locator('.size').isVisible()).toBe(false)
  })

  it('loads one further language where it is asked for', async () => {
    const page = await pages.visit(`${site.address}p/lin-yue?locale=en`)
    await chat(page).locator('.opening .topics').waitFor()
    expect(await chat(page).locator('textarea').getAttribute('placeholder')).toBe('Ask something…')
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType('resource').flatMap((entry) => /\/(en|zh-tw)-/.exec(entry.name)?.[1] ?? []),
    )
    // Its texts, and perhaps already those of the sheets.
    expect([...new Set(loaded)]).toEqual(['en'])
  })

  it('clears a public screen after a minute without a touch, with ten seconds of warning', async () => {
    const page = await pages.visit('about:blank')
    page.setDefaultTimeout(4_000)
    await page.clock.install()
    await page.goto(`${site.address}p/lin-yue?mode=kiosk`)
    await chat(page).locator('.opening .topics').waitFor()
    await ask(page, '你的师傅是谁？')
    expect(await answerText(page)).toBe(MENTOR_WORDS)
    const session = [...site.sessions.keys()].at(-1) ?? ''
    expect(site.sessions.has(session)).toBe(true)
    site.received.length = 0
    await page.clock.fastForward(49_000)
    expect(await chat(page).locator('.idle').isVisible()).toBe(false)
    await page.clock.fastForward(3_000)
    expect(await chat(page).locator('.idle').textContent()).toMatch(/^[789] 秒后清空/)
    await chat(page).getByRole('button', { name: '我还在' }).click()
    expect(await chat(page).locator('.idle').isVisible()).toBe(false)
    await page.clock.fastForward(55_000)
    expect(await chat(page).locator('.turn').count()).toBe(1)
    await chat(page).locator('textarea').fill('没写完')
    await page.clock.fastForward(61_000)
    await expect.poll(() => chat(page).locator('.turn').count()).toBe(0)
    // The server is asked to delete the words, not only the screen is emptied.
    await expect.poll(() => site.received.filter((message) => message.type === 'session-forget').length).toBe(1)
    expect(site.sessions.has(session)).toBe(false)
    expect(await chat(page).locator('textarea').inputValue()).toBe('')
    expect(await chat(page).locator('.notice').isVisible()).toBe(true)
    expect(await page.evaluate(() => localStorage.getItem('lecturer-chat:v1:appearance'))).toBeNull()
  })
})
