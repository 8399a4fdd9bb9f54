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

let browser: Browser | null = null
const pages = createWidgetPages(() => browser)
let site: WidgetSite

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

const questionsAsked = () => site.received.flatMap((message) => (message.type === 'turn-ask' ? [message.text] : []))

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('the widget on a page', () => {
  it('asks for nothing but the loader until it is touched, then answers with the exact quote', async () => {
    const requests: string[] = []
    const page = await pages.visit('about:blank')
    page.on('request', (request) => requests.push(new URL(request.url()).pathname))
    await page.goto(`${site.address}plain.html`)
    await launcherOf(page).waitFor()
    await page.waitForTimeout(200)
    expect(requests.filter((path) => path !== '/plain.html' && path !== ',')).toEqual(['/widget.js'])
    await openChat(page)
    await ask(page, '你的师傅是谁？')
    expect(await answerText(page)).toBe(MENTOR_WORDS)
    await page.locator('lecturer-chat .cite').last().click()
    const chosen = page.locator('lecturer-chat .source.chosen')
    expect(await chosen.locator('mark').textContent()).toBe(mentorAnswer().citations?.[2]?.quote)
    expect(await chosen.textContent()).toContain('工发〔2025〕12 号')
    await page.keyboard.press('Escape')
    expect(await page.locator('lecturer-chat .sheet').count()).toBe(0)
    await page.keyboard.press('Escape')
    expect(
      await launcherOf(page).evaluate((button) => (button.getRootNode() as ShadowRoot).activeElement === button),
    ).toBe(true)
  })

  it('shows the AI label in the header, below the composer and with every answer', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    await ask(page, '你的师傅是谁？')
    const chat = page.locator('lecturer-chat')
    for (const [place, words] of [
      ['.head .tag', 'AI 分身'],
      ['.label', '内容由 AI 生成，不代表本人即时发言'],
      ['.label-line', 'AI 生成 · 依据 3 份资料'],
    ] as const) {
      expect(await chat.locator(place).last().textContent()).toBe(words)
      expect(await chat.locator(place).last().isVisible()).toBe(true)
    }
  })

  it('keeps two lecturers on one page apart', async () => {
    site.page(
      '/two.html',
      hostPage(
        '',
        `<script src="/widget.js" data-persona="lin-yue" data-name="林悦"></script>
         <script async src="/widget.js" data-persona="chen-xiaoyu" data-name="陈小雨" data-side="left"></script>`,
      ),
    )
    const page = await pages.visit(`${site.address}two.html`)
    await openChat(page)
    await ask(page, '你的师傅是谁？')
    await page.keyboard.press('Escape')
    await launcherOf(page, '陈小雨').click()
    const second = page.locator('lecturer-chat[persona=chen-xiaoyu]')
    await second.locator('.opening .topics').waitFor()
    expect(await second.locator('.name').textContent()).toBe('陈小雨')
    expect(await second.locator('.turn').count()).toBe(0)
  })

  it('keeps the conversation over a reload', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    await ask(page, '你的师傅是谁？')
    await page.reload()
    await launcherOf(page).click()
    await page.locator('lecturer-chat .foot:not([hidden])').waitFor()
    expect(await answerText(page)).toBe(MENTOR_WORDS)
  })

  it('offers near topics when the lecturer never spoke of it', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    await ask(page, '你得过哪些奖？')
    const topic = page.locator('lecturer-chat .declined .topics .suggestion').first()
    expect(await topic.textContent()).toBe('你的师傅是谁？')
    await topic.click()
    await page.locator('lecturer-chat .foot:not([hidden])').nth(1).waitFor()
    expect(await answerText(page)).toBe(MENTOR_WORDS)
  })

  it('gives feedback with a reason and a comment', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    await ask(page, '你的师傅是谁？')
    await page.locator('lecturer-chat').getByRole('button', { name: '不准' }).click()
    await page.locator('lecturer-chat').getByRole('button', { name: '事实不对' }).click()
    await page.locator('lecturer-chat .reasons input').fill('师傅姓周不姓邹')
    await page.locator('lecturer-chat').getByRole('button', { name: '提交' }).click()
    await expect
      .poll(() => site.received.filter((message) => message.type === 'feedback-give').at(-1))
      .toMatchObject({ rating: 'down', reason: 'facts', comment: '师傅姓周不姓邹' })
  })

  it('does not send while an input method is composing', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    const input = page.locator('lecturer-chat textarea')
    await input.fill('shifu')
    const before = questionsAsked().length
    await input.evaluate((field) => {
      const press = (more: KeyboardEventInit) =>
        field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...more }))
      press({ isComposing: true })
      press({ keyCode: 229 } as KeyboardEventInit)
      press({ shiftKey: true })
    })
    await page.waitForTimeout(100)
    expect(questionsAsked()).toHaveLength(before)
    await input.press('Enter')
    await expect.poll(() => questionsAsked().at(-1)).toBe('shifu')
  })

  it('stops an answer and keeps what was said', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    await page.locator('lecturer-chat textarea').fill('你的师傅是谁？')
    await page.locator('lecturer-chat .send').click()
    await page.locator('lecturer-chat .turn .text p').first().waitFor()
    await page.getByRole('button', { name: '停止回答' }).click()
    await page.locator('lecturer-chat .ending').getByText('（已停止）').waitFor()
    expect(MENTOR_WORDS.startsWith(await answerText(page))).toBe(true)
  })

  it('puts the label on what is copied', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    await ask(page, '你的师傅是谁？')
    const copied = await page.evaluate(() => {
      const log = document.querySelector('lecturer-chat')?.shadowRoot?.querySelector('.log')
      const text = log?.querySelector('.turn .text p')
      if (!log || !text) return ''
      getSelection()?.selectAllChildren(text)
      const data = new DataTransfer()
      log.dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }))
      return data.getData('text/plain')
    })
    expect(copied).toMatch(/周国梁[\s\S]*（AI 生成 · 林悦 AI 分身 · \d{4}-\d\d-\d\d · 127\.0\.0\.1:\d+\/p\/lin-yue）$/)
  })

  it('looks the same on a page with hostile styles, and leaves the page as it was', async () => {
    const sizes = (page: Page) =>
      page.evaluate(() => {
        const root = document.querySelector('lecturer-chat')?.shadowRoot
        return ['.root', '.head', '.name', '.bubble', 'textarea', '.send', '.label', '.suggestion'].map((name) => {
          const part = root?.querySelector(name)
          if (!part) return name
          const style = getComputedStyle(part)
          const box = part.getBoundingClientRect()
          return [
            name,
            style.fontSize,
            style.lineHeight,
            style.letterSpacing,
            style.color,
            box.width,
            box.height,
            box.x,
            box.y,
          ].join(' ')
        })
      })
    const plain = await pages.visit(`${site.address}plain.html`)
    await openChat(plain)
    const hostile = `html{font-size:100px} body{zoom:1.5;transform:translateX(5px);font:italic 40px/3 serif;letter-spacing:4px}
      *{line-height:3!important;letter-spacing:2px!important;color:red!important;text-transform:uppercase!important;font-size:50px!important}
      button,textarea,div{width:300px!important;padding:40px!important;position:relative!important;z-index:1!important}`
    site.page('/hostile.html', hostPage(`<style>${hostile}</style>`))
    const page = await pages.visit('about:blank')
    await page.goto(`${site.address}hostile.html`)
    const globals = await page.evaluate(() => Object.keys(window).length)
    expect(await page.evaluate(() => Object.keys(window).filter((name) => /lecturer/i.test(name)))).toEqual([
      'LecturerChat',
    ])
    expect(
      await page.evaluate(() => Object.isFrozen((window as unknown as { LecturerChat: object }).LecturerChat)),
    ).toBe(true)
    await launcherOf(page).click()
    await page.locator('lecturer-chat .opening .topics').waitFor()
    expect(await sizes(page)).toEqual(await sizes(plain))
    expect(await page.evaluate(() => Object.keys(window).length)).toBe(globals)
    expect(await page.evaluate(() => [window.onmessage, document.body.onload, window.onerror])).toEqual([
      null,
      null,
      null,
    ])
  })

  it('fills a phone, holds the page still behind it, and puts it back', async () => {
    site.page('/long.html', hostPage('<style>body{height:5000px;margin:0}</style>'))
    const page = await pages.visit(`${site.address}long.html`, {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    })
    await page.evaluate(() => scrollTo(0, 1234))
    await launcherOf(page).tap()
    await page.locator('lecturer-chat .opening .topics').waitFor()
    const box = await page.locator('lecturer-chat .root').boundingBox()
    expect(box).toEqual({ x: 0, y: 0, width: 390, height: 844 })
    const composer = await page.locator('lecturer-chat .compose').boundingBox()
    expect((composer?.y ?? 0) + (composer?.height ?? 0)).toBeLessThanOrEqual(844)
    await page.getByRole('button', { name: '关闭对话' }).tap()
    expect(await page.evaluate(() => scrollY)).toBe(1234)
    expect(await page.evaluate(() => document.documentElement.getAttribute('style'))).toBeNull()
  })

  it('speaks through window.LecturerChat', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await launcherOf(page).waitFor()
    const heard = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const api = (
            window as unknown as { LecturerChat: import('../../../web-widget/loader/widget.ts').LecturerChatApi }
          ).LecturerChat
          api.on('answer', resolve)
          api.open({ persona: 'lin-yue', question: '你的师傅是谁？' })
        }),
    )
    expect(heard).toMatchObject({ persona: 'lin-yue', outcome: 'grounded' })
    expect(await answerText(page)).toBe(MENTOR_WORDS)
    await page.evaluate(() => {
      const api = (window as unknown as { LecturerChat: { setScale(scale: number): void; close(): void } }).LecturerChat
      api.setScale(1.41)
    })
    await expect
      .poll(() => page.locator('lecturer-chat textarea').evaluate((field) => getComputedStyle(field).fontSize))
      .toBe('23.97px')
    await page.evaluate(() => (window as unknown as { LecturerChat: { close(): void } }).LecturerChat.close())
    await expect.poll(() => page.locator('lecturer-chat .root').isVisible()).toBe(false)
  })

  it('runs inline under a strict policy', async () => {
    site.page(
      '/inline.html',
      hostPage('', '<script src="/widget.js"></script><lecturer-chat persona="lin-yue"></lecturer-chat>'),
      { 'content-security-policy': STRICT_POLICY },
    )
    const page = await pages.visit(`${site.address}inline.html`)
    await page.locator('lecturer-chat .opening .topics').waitFor()
    await ask(page, '你的师傅是谁？')
    expect(await answerText(page)).toBe(MENTOR_WORDS)
  })

  it('gives engines without shadow roots a plain link', async () => {
    const page = await pages.visit('about:blank')
    await page.addInitScript(() => {
      Reflect.deleteProperty(Element.prototype, 'attachShadow')
    })
    await page.goto(`${site.address}plain.html`)
    const link = page.getByRole('link', { name: '问问林悦 · AI' })
    expect(await link.getAttribute('href')).toBe(`${site.address}p/lin-yue`)
  })

  it('does not drag a reader to the end, and says that there is more', async () => {
    const page = await pages.visit(`${site.address}plain.html`)
    await openChat(page)
    await ask(page, '你的师傅是谁？')
    await ask(page, '你的师傅是谁？再说一遍')
    await page.locator('lecturer-chat textarea').fill('第三遍')
    await page.locator('lecturer-chat .send').click()
    await page.locator('lecturer-chat .log').evaluate((log) => {
      log.scrollTop = 0
      log.dispatchEvent(new WheelEvent('wheel', { deltaY: -10 }))
    })
    await page.locator('lecturer-chat .pill').waitFor()
    await page.locator('lecturer-chat .foot:not([hidden])').nth(2).waitFor()
    expect(await page.locator('lecturer-chat .log').evaluate((log) => log.scrollTop)).toBe(0)
    await page.locator('lecturer-chat .pill').click()
    await expect
      .poll(() =>
        page.locator('lecturer-chat .log').evaluate((log) => log.scrollHeight - log.scrollTop - log.clientHeight),
      )
      .toBeLessThan(4)
  })

  it('opens a chat from a question on the portal, and copies the snippet', async () => {
    // The preview is a frame, for which the policy of these tests has no place.
    const page = await pages.visit(site.address, {
      permissions: ['clipboard-read', 'clipboard-write'],
      bypassCSP: true,
    })
    await page.locator('.card').first().getByRole('button', { name: '你的师傅是谁？' }).click()
    await page.locator('lecturer-chat .foot:not([hidden])').waitFor()
    expect(await answerText(page)).toBe(MENTOR_WORDS)
    await page.getByRole('button', { name: '关闭对话' }).click()
    await page.getByRole('group', { name: '选择讲师' }).getByRole('button', { name: '陈小雨' }).click()
    await page.getByRole('button', { name: '复制' }).click()
    await page.getByText('已复制').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `<script async src="${site.address}widget.js" data-persona="chen-xiaoyu" data-name="陈小雨"></script>`,
    )
    await page.getByRole('navigation').getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Whom would you like to hear?' }).waitFor()
  })
})
