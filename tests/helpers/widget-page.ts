import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { mentorAnswer } from './widget-site.ts'

/** What the scripted mentor's answer reads like on the page: its text without marks and line breaks. */
export const MENTOR_WORDS = mentorAnswer()
  .sentences.map((sentence) => sentence.text)
  .join('')
  .replace(/\*\*|\n|- /g, '')

/** A portal's page with the given head and scripts. */
export function hostPage(
  head = '',
  scripts = '<script src="/widget.js" data-persona="lin-yue" data-name="林悦"></script>',
): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
    <title>门户</title>${head}</head><body><h1>门户</h1>${scripts}</body></html>`
}

/** Pages of one suite, with whatever went wrong on them. */
export interface WidgetPages {
  /** Errors on the pages so far. */
  readonly problems: string[]
  visit(address: string, options?: BrowserContextOptions): Promise<Page>
  closeAll(): Promise<void>
}

export function createWidgetPages(browser: () => Browser | null): WidgetPages {
  const problems: string[] = []
  const pages: Page[] = []
  return {
    problems,
    async visit(address, options = {}) {
      const running = browser()
      if (running === null) throw new Error('no browser')
      const context = await running.newContext({ locale: 'zh-CN', viewport: { width: 1000, height: 800 }, ...options })
      const page = await context.newPage()
      pages.push(page)
      page.on('pageerror', (error) => problems.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text())
      })
      await page.goto(address)
      return page
    },
    async closeAll() {
      for (const page of pages.splice(0)) await page.context().close()
    },
  }
}

export function launcherOf(page: Page, name = '林悦') {
  return page.getByRole('button', { name: `问问${name} · AI` })
}

export async function openChat(page: Page): Promise<void> {
  await launcherOf(page).click()
  await page.locator('lecturer-chat .opening .topics').waitFor()
}

/** Asks and waits until the answer is complete. */
export async function ask(page: Page, question: string): Promise<void> {
  const before = await page.locator('lecturer-chat .foot:not([hidden])').count()
  await page.locator('lecturer-chat textarea').fill(question)
  await page.locator('lecturer-chat .send').click()
  await page.locator('lecturer-chat .foot:not([hidden])').nth(before).waitFor()
}

/** The words of the newest answer without its citation chips. */
export function answerText(page: Page): Promise<string> {
  return page.evaluate(() => {
    const texts = document.querySelector('lecturer-chat')?.shadowRoot?.querySelectorAll('.turn .text') ?? []
    const copy = texts[texts.length - 1]?.cloneNode(true) as HTMLElement
    for (const chip of copy.querySelectorAll('.cite')) chip.remove()
    return copy.textContent ?? ''
  })
}
