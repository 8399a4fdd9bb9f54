import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { longTalkSince } from '../../../web-widget/lecturer-chat/long-talk.ts'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { ask, createWidgetPages } from '../../helpers/widget-page.ts'
import { startWidgetSite, type WidgetSite } from '../../helpers/widget-site.ts'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 10, 22, 12)
const asked = (...minutesAgo: number[]) => minutesAgo.map((ago) => ({ askedAt: NOW - ago * MINUTE }))

describe('a long talk', () => {
  it('has gone on for two hours without a break of half an hour', () => {
    expect(longTalkSince([], NOW)).toBeNull()
    expect(longTalkSince(asked(119, 100, 80, 60, 40, 20, 1), NOW)).toBeNull()
    expect(longTalkSince(asked(121, 100, 80, 60, 40, 20, 1), NOW)).toBe(NOW - 121 * MINUTE)
    // A break in between, and one that is going on.
    expect(longTalkSince(asked(121, 100, 80, 45, 10), NOW)).toBeNull()
    expect(longTalkSince(asked(200, 180, 160, 140, 120, 100, 80, 60, 40), NOW)).toBeNull()
  })
})

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('after two hours of talking', () => {
  let browser: Browser | null = null
  let site: WidgetSite
  const pages = createWidgetPages(() => browser)

  beforeAll(async () => {
    browser = await launchBrowser()
    site = await startWidgetSite()
  })
  afterAll(async () => {
    await pages.closeAll()
    await browser?.close()
    await site?.close()
  })

  it('the panel says once that no person is there', async () => {
    const page = await pages.visit('about:blank')
    await page.clock.install()
    await page.goto(`${site.address}p/lin-yue`)
    const chat = page.locator('lecturer-chat')
    await chat.locator('.notice .button').click()
    for (let count = 0; count < 6; count++) {
      await ask(page, `第 ${count} 问：你的师傅是谁？`)
      expect(await chat.locator('.notice').count()).toBe(0)
      await page.clock.fastForward(20 * MINUTE)
    }
    await ask(page, '还有呢？')
    await chat.locator('.notice').getByText('不是真人').waitFor()
    await chat.locator('.notice .button').click()
    await ask(page, '再讲一段。')
    expect(await chat.locator('.notice').count()).toBe(0)
  }, 60_000)
})
