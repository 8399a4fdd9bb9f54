import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../helpers/browser.ts'
import { ask, createWidgetPages, openChat } from '../helpers/widget-page.ts'
import { startWidgetSite, type WidgetSite } from '../helpers/widget-site.ts'
import { HOST_PAGES, type HostPage, htmlOf, installHostState, PLAIN_PAGE } from './host-pages.ts'

/** Of the panel's pixels, how many may differ; and by how much a channel may, before its pixel counts. */
const MOST_DIFFERENT = 0.001
const CHANNEL_STEPS = 24
const VIEWPORT = { width: 1000, height: 800 }

let browser: Browser | null = null
let site: WidgetSite
let plain: Buffer
let place: { x: number; y: number; width: number; height: number } | undefined
const pages = createWidgetPages(() => browser)
const withoutBrowser = chromiumPath() === null && process.env.CI !== 'true'

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser === null) return
  site = await startWidgetSite()
  plain = await pictureOf(await visit(PLAIN_PAGE))
})
afterEach(async () => {
  await pages.closeAll()
  expect(pages.problems.splice(0)).toEqual([])
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

async function visit(host: HostPage): Promise<Page> {
  const path = `/host-${HOST_PAGES.indexOf(host)}.html`
  const address = site.page(path, htmlOf(host), host.policy ? { 'content-security-policy': host.policy } : {})
  const page = await pages.visit('about:blank', { viewport: VIEWPORT })
  await page.addInitScript('globalThis.__name ??= (named) => named')
  await page.addInitScript(installHostState)
  await page.goto(address)
  return page
}

/** Adds the loader as a portal's template does. */
async function addWidget(page: Page): Promise<void> {
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.src = '/widget.js'
    script.setAttribute('data-persona', 'lin-yue')
    script.setAttribute('data-name', '林悦')
    document.body.append(script)
  })
}

/** The place of the open panel on the screen after one question, with what changes by the clock evened out. */
async function pictureOf(page: Page): Promise<Buffer> {
  await addWidget(page)
  await openChat(page)
  await ask(page, '你的师傅是谁？')
  await page.evaluate(() => {
    const root = document.querySelector('lecturer-chat')?.shadowRoot
    for (const time of root?.querySelectorAll('.time') ?? []) time.textContent = '10:00'
    const active = root?.activeElement
    if (active instanceof HTMLElement) active.blur()
    const log = root?.querySelector('.log')
    if (log) log.scrollTop = log.scrollHeight
  })
  await page.mouse.move(5, 5)
  return shoot(page)
}

/** The plain page's panel decides the place, so a panel that moved differs. */
async function shoot(page: Page): Promise<Buffer> {
  place ??= await page.locator('lecturer-chat .root').evaluate((root) => {
    const { x, y, width, height } = root.getBoundingClientRect()
    return { x, y, width, height }
  })
  await page.waitForTimeout(400)
  return page.screenshot({ clip: place })
}

/** The share of pixels that differ between two pictures, compared on a canvas of the browser. */
async function difference(one: Buffer, other: Buffer): Promise<number> {
  const page = await pages.visit('about:blank')
  return page.evaluate(
    async ([first, second, steps]) => {
      const pixels = []
      for (const encoded of [first, second]) {
        const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
        const context = canvas.getContext('2d')
        if (context === null) throw new Error('no canvas')
        context.drawImage(bitmap, 0, 0)
        pixels.push(context.getImageData(0, 0, bitmap.width, bitmap.height).data)
      }
      const [left, right] = pixels
      if (left === undefined || right === undefined || left.length !== right.length) return 1
      let different = 0
      for (let at = 0; at < left.length; at += 4) {
        const apart = [0, 1, 2].some((channel) => {
          return Math.abs((left[at + channel] ?? 0) - (right[at + channel] ?? 0)) > steps
        })
        if (apart) different++
      }
      return different / (left.length / 4)
    },
    [one.toString('base64'), other.toString('base64'), CHANNEL_STEPS] as const,
  )
}

describe.skipIf(withoutBrowser)('the widget on host pages', () => {
  it.each(HOST_PAGES.map((host) => [host.name, host] as const))(
    'looks on %s as on a plain page',
    async (_name, host) => {
      const picture = await pictureOf(await visit(host))
      expect(await difference(plain, picture)).toBeLessThanOrEqual(MOST_DIFFERENT)
    },
  )

  it('is compared by pictures that can tell a difference', async () => {
    const page = await visit(PLAIN_PAGE)
    const picture = await pictureOf(page)
    expect(await difference(plain, picture)).toBeLessThanOrEqual(MOST_DIFFERENT)
    await page.locator('lecturer-chat .root').evaluate((root) => root.style.setProperty('--lc-scale', '1.02'))
    expect(await difference(plain, await shoot(page))).toBeGreaterThan(MOST_DIFFERENT)
  })

  it.each([PLAIN_PAGE, ...HOST_PAGES].map((host) => [host.name, host] as const))(
    'leaves %s as it was, but for one global',
    async (_name, host) => {
      const page = await visit(host)
      const before = await page.evaluate(() => window.hostState())
      await addWidget(page)
      await openChat(page)
      await ask(page, '你的师傅是谁？')
      await page.locator('lecturer-chat').evaluate((chat) => (chat as unknown as { close(): void }).close())
      const after = await page.evaluate(() => window.hostState())
      expect(after).toEqual({ ...before, globals: [...before.globals, 'LecturerChat'].sort() })
      expect(after.replaced).toEqual([])
    },
  )

  it('leaves a phone’s page as it was, though the open panel holds it still', async () => {
    const path = '/phone.html'
    const address = site.page(path, htmlOf({ ...PLAIN_PAGE, styles: 'body{height:4000px}' }))
    const page = await pages.visit('about:blank', {
      viewport: { width: 390, height: 844 },
      isMobile: true,
      hasTouch: true,
    })
    await page.addInitScript('globalThis.__name ??= (named) => named')
    await page.addInitScript(installHostState)
    await page.goto(address)
    await page.evaluate(() => window.scrollTo(0, 700))
    const before = await page.evaluate(() => window.hostState())
    await addWidget(page)
    await openChat(page)
    await page.locator('lecturer-chat').evaluate((chat) => (chat as unknown as { close(): void }).close())
    const after = await page.evaluate(() => window.hostState())
    expect(after).toEqual({ ...before, globals: [...before.globals, 'LecturerChat'].sort() })
  })
})
