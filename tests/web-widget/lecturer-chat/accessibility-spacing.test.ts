import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { ask, createWidgetPages } from '../../helpers/widget-page.ts'
import { startWidgetSite, type WidgetSite } from '../../helpers/widget-site.ts'
import { layoutFaults, spaceText } from './spacing-checks.ts'

let browser: Browser | null = null
let site: WidgetSite
const pages = createWidgetPages(() => browser)

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser === null) return
  site = await startWidgetSite()
})
afterEach(async () => {
  await pages.closeAll()
  expect(pages.problems.splice(0)).toEqual([])
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')(
  'text spacing and zoom (WCAG 1.4.4, 1.4.12)',
  () => {
    // 320 CSS pixels are a window of 640 at 200 %, 1,280 at 400 %.
    it.each([
      ['320 px', 320, ''],
      ['320 px, elder', 320, '?elder=1'],
      ['320 px, English', 320, '?locale=en'],
      ['320 px, English, elder', 320, '?locale=en&elder=1'],
      ['390 px', 390, ''],
      ['390 px, elder', 390, '?elder=1'],
    ])('clips nothing, covers nothing and leaves everything in reach: %s', async (_name, width, query) => {
      const page = await pages.visit(`${site.address}p/lin-yue${query}`, {
        viewport: { width, height: 640 },
        deviceScaleFactor: 2,
        reducedMotion: 'reduce',
      })
      const chat = page.locator('lecturer-chat')
      await chat.locator('.opening .topics').waitFor()
      await spaceText(page)
      const faults: string[] = []
      const look = async (state: string): Promise<void> => {
        // A sheet slides in.
        await chat
          .locator('.root')
          .evaluate((root) => Promise.all(root.getAnimations({ subtree: true }).map((moving) => moving.finished)))
        for (const fault of await layoutFaults(page)) faults.push(`${state}: ${fault}`)
      }
      const openMenu = async (): Promise<void> => {
        await chat.locator('.head .tool').last().click()
        await chat.locator('.sheet .menu-row').first().waitFor()
      }
      await look('opening, with the first notice')
      await chat.locator('.notice .button').click()
      await look('opening')
      await ask(page, '你的师傅是谁？')
      await look('answered')
      await chat.locator('.cite').first().click()
      await chat.locator('.source').first().waitFor()
      await look('sources')
      await page.keyboard.press('Escape')
      await chat.locator('.act').nth(1).click()
      await chat.locator('.reasons .choice').first().waitFor()
      await look('feedback')
      await openMenu()
      await chat.locator('.menu-row.danger').click()
      await look('menu')
      await chat.locator('.menu-row').nth(-2).click()
      await chat.locator('.report').waitFor()
      await look('report')
      expect(faults).toEqual([])
    })
  },
)
