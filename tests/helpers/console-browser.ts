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
  await page.addInitScript({ content: axe.source })
  if (english) await page.addInitScript(() => localStorage.setItem('lecturer-console:language', 'en'))
  await page.goto(`${address}/console${hash}`)
  await page
    .locator(as === undefined ? '.door h1' : '.main h1')
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
