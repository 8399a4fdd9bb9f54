import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { createWidgetPages, MENTOR_WORDS } from '../../helpers/widget-page.ts'
import { scriptedAnswer, startWidgetSite, type WidgetSite } from '../../helpers/widget-site.ts'

/** How many faults; `WIDGET_FAULTS=1000` for the long run. */
const FAULTS = Number(process.env.WIDGET_FAULTS ?? (process.env.CI === 'true' ? 100 : 30))
const SEED = Number(process.env.WIDGET_FAULT_SEED ?? 20_261_122)
const ROUND_TIMEOUT_MS = 60_000

let browser: Browser | null = null
const pages = createWidgetPages(() => browser)

beforeAll(async () => {
  browser = await launchBrowser()
})
afterEach(() => pages.closeAll())
afterAll(async () => {
  await browser?.close()
})

/** A generator of numbers from 0 to 1 that a seed decides (Park and Miller). */
function randomFrom(seed: number): () => number {
  let state = seed % 2_147_483_647
  return () => {
    state = (state * 16_807) % 2_147_483_647
    return state / 2_147_483_647
  }
}

/** Records, in the page, every text the newest answer ever showed that is not a beginning of what it must become. */
async function watchTexts(page: Page, words: string): Promise<void> {
  await page.evaluate((whole) => {
    const seen: string[] = []
    const look = (): void => {
      const texts = document.querySelector('lecturer-chat')?.shadowRoot?.querySelectorAll('.turn .text') ?? []
      for (const text of texts) {
        const copy = text.cloneNode(true) as HTMLElement
        for (const chip of copy.querySelectorAll('.cite')) chip.remove()
        const shown = copy.textContent ?? ''
        if (!whole.startsWith(shown)) seen.push(shown)
      }
    }
    const root = document.querySelector('lecturer-chat')?.shadowRoot
    if (root) new MutationObserver(look).observe(root, { subtree: true, childList: true, characterData: true })
    Reflect.set(window, 'wrongTexts', seen)
  }, words)
}

/** A line that loses frames always ends: one that stays open delivers late, but it does deliver. */
type Fault = 'cut' | 'silence and cut' | 'frozen tab' | 'frozen tab and cut'
const FAULT_KINDS: readonly Fault[] = ['cut', 'cut', 'silence and cut', 'frozen tab', 'frozen tab and cut']

/** The processes that run the browser's pages. */
async function pageProcesses(running: Browser): Promise<number[]> {
  const session = await running.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
}

/**
 * One fault: the line is cut, the server falls silent before that, or the page's process is stopped as a phone
 * stops a tab in the background (its sockets stay open, and what came meanwhile arrives afterwards).
 */
async function strike(fault: Fault, site: WidgetSite, tab: readonly number[], ms: number): Promise<void> {
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  if (fault.startsWith('silence')) {
    site.freeze(true)
    await pause()
    site.freeze(false)
  } else if (fault.startsWith('frozen')) {
    for (const id of tab) process.kill(id, 'SIGSTOP')
    try {
      if (fault.endsWith('cut')) site.dropAll()
      await pause()
    } finally {
      for (const id of tab) process.kill(id, 'SIGCONT')
    }
  }
  if (fault.endsWith('cut') && !fault.startsWith('frozen')) site.dropAll()
}

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('the widget under random faults', () => {
  it(
    `shows the server’s text, and no character twice, through ${FAULTS} cuts, silences and freezes`,
    async () => {
      const random = randomFrom(SEED)
      const site = await startWidgetSite({
        answer: () => ({ ...scriptedAnswer('师傅'), pauseMs: 90 }),
        heartbeatMs: 400,
        disturb: (frame) => {
          if (frame.type !== 'answer-delta') return [frame]
          const chance = random()
          return chance < 0.1 ? [] : chance < 0.2 ? [frame, frame] : [frame]
        },
      })
      const pings = setInterval(() => site.send({ type: 'ping' }), 150)
      try {
        const page = await pages.visit(`${site.address}p/lin-yue`)
        const tab = browser === null ? [] : await pageProcesses(browser)
        expect(tab).not.toEqual([])
        await page.locator('lecturer-chat .opening .topics').waitFor()
        await watchTexts(page, MENTOR_WORDS)
        let struck = 0
        let asked = 0
        while (struck < FAULTS) {
          asked++
          await page.locator('lecturer-chat textarea').fill(`第 ${asked} 遍：你的师傅是谁？`)
          await page.locator('lecturer-chat .send').click()
          for (let round = 1 + Math.floor(random() * 5); round > 0 && struck < FAULTS; round--, struck++) {
            const fault = FAULT_KINDS[Math.floor(random() * FAULT_KINDS.length)] ?? 'cut'
            await new Promise((resolve) => setTimeout(resolve, random() * 150))
            await strike(fault, site, tab, 30 + random() * 300)
          }
          // The window keeps the newest turns in the document, so it is the question that tells which answer is meant.
          const turn = page.locator('lecturer-chat .turn').filter({ hasText: `第 ${asked} 遍：` })
          await turn.locator('.foot:not([hidden])').waitFor({ timeout: ROUND_TIMEOUT_MS })
          const shown = await turn.locator('.text').evaluate((text) => {
            const copy = text.cloneNode(true) as HTMLElement
            for (const chip of copy.querySelectorAll('.cite')) chip.remove()
            return copy.textContent
          })
          expect(shown).toBe(MENTOR_WORDS)
          expect(await page.locator('lecturer-chat .problem:not([hidden])').count()).toBe(0)
        }
        expect(await page.evaluate(() => Reflect.get(window, 'wrongTexts'))).toEqual([])
        // Every question reached the server once, and each is one turn.
        expect([...site.sessions.values()].map(({ turns }) => turns.length)).toEqual([asked])
      } finally {
        clearInterval(pings)
        await site.close()
      }
    },
    60_000 + FAULTS * 4_000,
  )
})
