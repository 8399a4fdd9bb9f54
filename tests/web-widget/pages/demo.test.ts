import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type DemoKind, embedCode, embedElements } from '../../../web-widget/pages/demo/embed-elements.ts'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { createWidgetPages, launcherOf } from '../../helpers/widget-page.ts'
import { ADVISER, COURIER, startWidgetSite, WELDER, type WidgetSite } from '../../helpers/widget-site.ts'

const HOME = 'https://chat.example.org/'

describe('the code of a demo', () => {
  it('is the HTML that a portal pastes', () => {
    expect(embedCode(embedElements('bubble', [WELDER], HOME))).toBe(
      '<script async src="https://chat.example.org/widget.js" data-persona="lin-yue" data-name="林悦"></script>',
    )
    expect(embedCode(embedElements('inline', [WELDER], HOME))).toBe(
      '<script async src="https://chat.example.org/widget.js"></script>\n<lecturer-chat persona="lin-yue"></lecturer-chat>',
    )
    expect(embedCode(embedElements('several', [WELDER, COURIER, ADVISER], HOME)).split('\n')).toHaveLength(3)
    expect(embedElements('bubble', [], HOME)).toEqual([])
  })

  it('keeps a name from leaving its attribute', () => {
    const code = embedCode(embedElements('bubble', [{ ...WELDER, name: '"><img onerror=x>' }], HOME))
    expect(code).toContain('data-name="&quot;>&lt;img onerror=x>"')
  })
})

let browser: Browser | null = null
let site: WidgetSite
const pages = createWidgetPages(() => browser)

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser !== null) site = await startWidgetSite()
})
afterEach(async () => {
  await pages.closeAll()
  expect(pages.problems.splice(0)).toEqual([])
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

const visit = (kind: DemoKind, query = ''): Promise<Page> =>
  // The framed demo needs `frame-src`, which the policy of the other tests does not give.
  pages.visit(`${site.address}demo/${kind}.html${query}`, { bypassCSP: kind === 'iframe' })

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('the demo pages', () => {
  it('are all linked from their index', async () => {
    const page = await pages.visit(`${site.address}demo/index.html`)
    const links = await page.locator('.demos a').evaluateAll((all) => all.map((link) => link.getAttribute('href')))
    expect(links).toEqual(['bubble', 'inline', 'iframe', 'several', 'host-api'].map((name) => `./${name}.html`))
  })

  it('float a button that opens the chat, of the lecturer in the address', async () => {
    const page = await visit('bubble', '?persona=chen-xiaoyu')
    await launcherOf(page, '陈小雨').click()
    await page.locator('lecturer-chat .opening .topics').waitFor()
    expect(await page.locator('#code').textContent()).toContain('data-persona="chen-xiaoyu"')
  })

  it('hold the chat in the page, or in a frame', async () => {
    const inline = await visit('inline')
    await inline.locator('#place lecturer-chat .opening .topics').waitFor()
    const framed = await visit('iframe')
    await framed.frameLocator('#place iframe').locator('lecturer-chat .opening .topics').waitFor()
  })

  it('show several lecturers whose buttons do not cover one another', async () => {
    const page = await visit('several')
    const boxes = []
    for (const { name } of [WELDER, COURIER, ADVISER]) {
      const launcher = launcherOf(page, name)
      await launcher.waitFor()
      boxes.push(await launcher.boundingBox())
    }
    const [one, other, left] = boxes
    expect(Math.abs((one?.y ?? 0) - (other?.y ?? 0))).toBeGreaterThanOrEqual(60)
    expect(left?.x ?? 999).toBeLessThan(100)
  })

  it('open, ask and close through the page’s own buttons, and hear what happens', async () => {
    const page = await visit('host-api')
    await page.locator('.choice:not([hidden])').waitFor()
    await page.waitForFunction(() => window.LecturerChat !== undefined)
    await page.getByRole('button', { name: '问一个问题' }).click()
    await page.locator('lecturer-chat .foot:not([hidden])').first().waitFor()
    await page
      .locator('#heard li')
      .filter({ hasText: /^answer / })
      .waitFor()
    await page.locator('#close').evaluate((button) => (button as HTMLButtonElement).click())
    await page
      .locator('#heard li')
      .filter({ hasText: /^close / })
      .waitFor()
  })
})
