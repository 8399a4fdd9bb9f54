import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { SESSION_COOKIE } from '../../server/routes/console.ts'
import type { ConsoleClient } from './console-client.ts'

export interface ConsolePageOptions {
  /** The part of the address after `/console`, such as `#/people`. */
  readonly hash?: string
  /** Whose console it is; nobody's where it is missing. */
  readonly as?: ConsoleClient
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  readonly english?: boolean
}

/** The console in a browser, signed in by the session of `as`. Its context is closed with `page.context().close()`. */
export async function openConsolePage(
  browser: Browser,
  address: string,
  { hash = '', as, width = 390, height = 844, dark = false, english = false }: ConsolePageOptions,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'zh-CN',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  if (as !== undefined) {
    const value = as.cookie.slice(as.cookie.indexOf('=') + 1)
    await context.addCookies([{ name: SESSION_COOKIE, value, url: address }])
  }
  const page = await context.newPage()
  // Well before a test's own limit, so that what was waited for is told.
  page.setDefaultTimeout(15_000)
  await page.addInitScript({ content: axe.source })
  if (english) await page.addInitScript(() => localStorage.setItem('lecturer-console:language', 'en'))
  await page.goto(`${address}/console${hash}`)
  await page
    .locator(as === undefined ? '.door h1' : '.main h1:visible')
    .first()
    .waitFor()
  return page
}

/** The serious and critical findings of axe, and what is wider than the window or too small for a finger. */
export async function pageFaults(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document))
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 140)).join(' | ')}`)
  return [...serious, ...(await page.evaluate(sizesWrong))]
}

function sizesWrong(): string[] {
  const wrong: string[] = []
  const root = document.documentElement
  if (root.scrollWidth > root.clientWidth) wrong.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`)
  for (const element of document.querySelectorAll<HTMLElement>('button, a, select, input, textarea, summary')) {
    const { width, height } = element.getBoundingClientRect()
    const hidden = width === 0 || getComputedStyle(element).opacity === '0' || element.closest('.skip') !== null
    // A box with its label is pressed by its label; links within a sentence may be as high as the line.
    const target = element.closest('label') ?? element
    const inSentence = element.matches('a') && getComputedStyle(element).display === 'inline'
    if (hidden || inSentence) continue
    if (target.getBoundingClientRect().height < 43.5)
      wrong.push(`${element.outerHTML.slice(0, 120)} is ${Math.round(height)} high`)
  }
  return wrong
}

/** Takes pictures of a real run for the documents: `CONSOLE_PICTURES=docs/images npx vitest run …`; else it takes none. */
export function createPictures() {
  const folder = process.env.CONSOLE_PICTURES ?? ''
  return {
    async take(page: Page, name: string): Promise<void> {
      if (folder === '') return
      await page.waitForTimeout(250)
      await page.screenshot({ path: join(folder, `${name}.png`) })
    },
    /** The same on a wide screen of the same person. */
    async atDesk(page: Page, name: string): Promise<void> {
      const browser = page.context().browser()
      if (folder === '' || browser === null) return
      const context = await browser.newContext({
        locale: 'zh-CN',
        viewport: { width: 1440, height: 900 },
        storageState: await page.context().storageState(),
      })
      const desk = await context.newPage()
      await desk.goto(page.url())
      await desk.locator('h1:visible').last().waitFor()
      await desk.waitForTimeout(600)
      await desk.screenshot({ path: join(folder, `${name}.png`) })
      await context.close()
    },
  }
}
