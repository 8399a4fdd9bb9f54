import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type EMBED_FORMS, embedPolicy, embedSnippet, FIRST_CHOICE } from '../../../web-widget/pages/embed-snippet.ts'
import { portalTexts } from '../../../web-widget/pages/portal-texts.ts'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { createWidgetPages } from '../../helpers/widget-page.ts'
import { startWidgetSite, WELDER, type WidgetSite } from '../../helpers/widget-site.ts'

const HOME = 'https://chat.example.org/'
const CHOSEN = { ...FIRST_CHOICE, side: 'left', color: '#9c1c1f', elder: true, theme: 'dark', locale: 'en' } as const

describe('what an editor pastes', () => {
  const snippet = (form: (typeof EMBED_FORMS)[number], choice = FIRST_CHOICE) =>
    embedSnippet({ ...choice, form }, WELDER, HOME, portalTexts('zh'))

  it('says only what differs from how it is at first', () => {
    expect(snippet('bubble')).toBe(
      '<script async src="https://chat.example.org/widget.js" data-persona="lin-yue" data-name="林悦"></script>',
    )
    expect(snippet('bubble', CHOSEN)).toContain(
      ' data-side="left" data-color="#9c1c1f" data-theme="dark" data-elder="true" data-locale="en">',
    )
    expect(snippet('inline', CHOSEN)).toContain(
      '<lecturer-chat persona="lin-yue" color="#9c1c1f" theme="dark" elder="true" locale="en"></lecturer-chat>',
    )
    const query = 'elder=1&theme=dark&locale=en&color=9c1c1f'
    expect(snippet('page', CHOSEN)).toBe(`${HOME}p/lin-yue?${query}`)
    expect(snippet('frame', CHOSEN)).toContain(`src="${HOME}e/lin-yue?${query.replace(/&/g, '&amp;')}"`)
    expect(snippet('link', CHOSEN)).toContain(`href="${HOME}p/lin-yue?${query.replace(/&/g, '&amp;')}"`)
  })

  it('names the policy that its form needs', () => {
    expect(embedPolicy('bubble', HOME)).toBe(
      'script-src https://chat.example.org; connect-src https://chat.example.org wss://chat.example.org; img-src https://chat.example.org data:;',
    )
    expect(embedPolicy('frame', HOME)).toBe('frame-src https://chat.example.org;')
    expect(embedPolicy('link', HOME)).toBe('')
    expect(embedPolicy('inline', 'http://127.0.0.1:3000/')).toContain('ws://127.0.0.1:3000')
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

const press = (page: Page, group: string, name: string) =>
  page.getByRole('group', { name: group }).getByRole('button', { name, exact: true }).click()

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('the page for editors', () => {
  it('shows each choice in the code and in the preview at once', async () => {
    // The preview is a frame, for which the policy of these tests has no place.
    const page = await pages.visit(`${site.address}#embed`, { bypassCSP: true })
    const preview = page.frameLocator('.stage iframe')
    await preview.getByRole('button', { name: '问问林悦 · AI' }).waitFor()
    await press(page, '按钮位置', '左下角')
    await press(page, '颜色', '颜色 #9c1c1f')
    await press(page, '长辈版', '默认打开')
    await press(page, '明暗', '深色')
    expect(await page.locator('#snippet').textContent()).toContain('data-color="#9c1c1f"')
    // The frame is loaded anew for each choice: a click on one that is about to go would be lost.
    await expect
      .poll(() => page.frames().map((frame) => frame.url()))
      .toContainEqual(expect.stringMatching(/theme=dark/))
    const launcher = preview.getByRole('button', { name: '问问林悦 · AI' })
    await expect
      .poll(async () => (await launcher.boundingBox())?.x ?? 9_999)
      .toBeLessThan(((await page.locator('.stage').boundingBox())?.x ?? 0) + 100)
    await launcher.click()
    await preview.locator('lecturer-chat .root.elder.dark').waitFor()
    await press(page, '放置方式', '内嵌框')
    expect(await page.locator('#policy').textContent()).toBe(`frame-src ${site.address.replace(/\/$/, '')};`)
    expect(await page.getByRole('group', { name: '按钮位置' }).isVisible()).toBe(false)
    await preview.frameLocator('#place iframe').locator('lecturer-chat .root.elder').waitFor()
    await press(page, '放置方式', '整页网址')
    await preview.locator('lecturer-chat .root.elder').waitFor()
    expect(await page.locator('#snippet').textContent()).toBe(
      `${site.address}p/lin-yue?elder=1&theme=dark&color=9c1c1f`,
    )
  })

  it('keeps the focus on the choice that was made, and is led to from the top', async () => {
    const page = await pages.visit(site.address, { bypassCSP: true })
    expect(await page.getByRole('navigation').getByRole('link', { name: '放进您的网站' }).getAttribute('href')).toBe(
      '#embed',
    )
    expect(await page.getByRole('navigation').getByRole('link', { name: '示例' }).getAttribute('href')).toContain(
      'demo/',
    )
    const phone = page.getByRole('group', { name: '屏幕' }).getByRole('button', { name: '手机' })
    await phone.focus()
    await page.keyboard.press('Enter')
    expect(await phone.getAttribute('aria-pressed')).toBe('true')
    expect(await phone.evaluate((button) => document.activeElement === button)).toBe(true)
    await expect.poll(async () => (await page.locator('.stage iframe').boundingBox())?.width).toBe(390)
  })
})
