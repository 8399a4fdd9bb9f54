import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core'
import { launchBrowser } from '../../helpers/browser.ts'
import { hookWidget, installProbes } from './bench-page.ts'
import { ANSWER_MARK, HISTORY_MARK } from './bench-texts.ts'
import { metric, startClock } from './main-thread.ts'
import { installReactions, type Reactions } from './reaction-page.ts'

/** A page to measure; `path` takes the number of messages in its history. */
export interface Target {
  readonly name: string
  readonly path: (history: number) => string
  /** Whether it is our own page, to which the probes must be hooked from outside. */
  readonly ours: boolean
  /** Whether it draws nothing, and so has no history to wait for. */
  readonly blank: boolean
}

export interface Conditions {
  /** How many times slower the processor is made; 1 leaves it. */
  readonly slowdown: number
  readonly slow4g: boolean
  readonly history: number
}

export interface LoadFigures {
  readonly usableMs: number
  /** With a history: its last message in the document, two frames later. */
  readonly shownMs: number | null
  readonly nodes: number
  readonly heapMb: number
}

export interface StreamFigures {
  /** Of the page's main thread, while the answer came and for half a second after. */
  readonly cpuMs: number
  /** From the question until the end of the answer was in the document. */
  readonly wallMs: number
  readonly longTasks: number
  readonly longestTaskMs: number
  readonly frameGapP95Ms: number
  readonly heapGrowthMb: number
}

const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 0.75e6 / 8 }
const STREAM_TIMEOUT_MS = 180_000
const SETTLE_MS = 500
const REACTIONS_TIMEOUT_MS = 60_000

/** Loads the page in a browser of its own and says when its composer could be used. */
export async function measureLoad(address: string, target: Target, conditions: Conditions): Promise<LoadFigures> {
  return withPage(address, target, conditions, async ({ page, session, open }) => {
    const waitsForHistory = conditions.history > 0 && !target.blank
    if (waitsForHistory) await page.addInitScript(`window.benchWatch(${JSON.stringify(HISTORY_MARK)})`)
    await open()
    await page.waitForFunction(
      (shown) => window.benchFigures?.usable !== null && (!shown || window.benchFigures?.shown !== null),
      waitsForHistory,
      { polling: 100, timeout: 60_000 },
    )
    const figures = await page.evaluate(() => window.benchFigures)
    await page.waitForTimeout(SETTLE_MS)
    await session.send('HeapProfiler.collectGarbage')
    return {
      usableMs: Math.round(figures?.usable ?? Number.NaN),
      shownMs: waitsForHistory ? Math.round(figures?.shown ?? Number.NaN) : null,
      nodes: await metric(session, 'Nodes'),
      heapMb: toMb(await metric(session, 'JSHeapUsedSize')),
    }
  })
}

/** Asks, and measures the page while the answer streams. */
export async function measureStream(address: string, target: Target, conditions: Conditions): Promise<StreamFigures> {
  return withPage(address, target, conditions, async ({ browser, page, session, open }) => {
    await open()
    await page.waitForFunction(
      ([mark, waits]) =>
        window.benchFigures?.usable !== null && (!waits || window.bench?.lastText().includes(mark) === true),
      [HISTORY_MARK, conditions.history > 0 && !target.blank] as const,
      { polling: 100, timeout: 60_000 },
    )
    // Persona and greeting arrive over the socket: the answer is not to share its time with them.
    await page.waitForTimeout(1_000)
    await session.send('HeapProfiler.collectGarbage')
    const heap = await metric(session, 'JSHeapUsedSize')
    const clock = await startClock(browser, session)
    const began = await page.evaluate((mark) => {
      window.benchWatch?.(mark)
      const now = performance.now()
      window.bench?.ask()
      return now
    }, ANSWER_MARK)
    await page.waitForFunction(() => window.benchFigures?.shown !== null, undefined, {
      polling: 200,
      timeout: STREAM_TIMEOUT_MS,
    })
    await page.waitForTimeout(SETTLE_MS)
    const cpuMs = await clock.read()
    const figures = await page.evaluate(() => window.benchFigures)
    await session.send('HeapProfiler.collectGarbage')
    const { longTasks = [], frameGaps = [], shown = null } = figures ?? {}
    return {
      cpuMs: Math.round(cpuMs),
      wallMs: Math.round((shown ?? Number.NaN) - began),
      longTasks: longTasks.length,
      longestTaskMs: Math.round(Math.max(0, ...longTasks)),
      frameGapP95Ms: Math.round(quantile(frameGaps, 0.95)),
      heapGrowthMb: toMb((await metric(session, 'JSHeapUsedSize')) - heap),
    }
  })
}

/** Asks and stops again and again in our own page. */
export async function measureReactions(
  address: string,
  target: Target,
  conditions: Conditions,
  repetitions: number,
): Promise<Reactions> {
  return withPage(address, target, conditions, async ({ page, open }) => {
    await page.addInitScript(installReactions)
    await open()
    await page.waitForFunction(() => window.benchFigures?.usable !== null, undefined, { polling: 100, timeout: 60_000 })
    await page.waitForTimeout(SETTLE_MS)
    const figures = await Promise.race([
      page.evaluate((count) => window.benchReactions?.(count), repetitions),
      page.waitForTimeout(REACTIONS_TIMEOUT_MS),
    ])
    if (!figures) throw new Error('The widget never reacted')
    return figures
  })
}

/** On a portal's page: what is asked for before the first touch, and from the touch to a usable composer. */
export async function measureFirstTouch(
  address: string,
  path: string,
  takeRequests: () => string[],
  conditions: Conditions,
): Promise<{ requests: string[]; touchMs: number }> {
  const target: Target = { name: 'portal', path: () => path, ours: true, blank: false }
  return withPage(address, target, conditions, async ({ page, open }) => {
    takeRequests()
    await open()
    const launcher = page.getByRole('button', { name: /AI/ })
    await launcher.waitFor()
    await page.waitForTimeout(SETTLE_MS)
    const requests = takeRequests().filter((asked) => asked !== path)
    await launcher.evaluate((button) => {
      button.addEventListener('click', () => {
        const began = performance.now()
        const look = (): void => {
          if ((window.bench?.composer()?.getBoundingClientRect().height ?? 0) === 0) requestAnimationFrame(look)
          else
            requestAnimationFrame(() =>
              requestAnimationFrame(() => (document.title = String(performance.now() - began))),
            )
        }
        look()
      })
    })
    await launcher.click()
    await page.waitForFunction(() => Number(document.title) > 0, undefined, { polling: 100, timeout: 60_000 })
    return { requests, touchMs: Math.round(Number(await page.title())) }
  })
}

interface OpenPage {
  readonly browser: Browser
  readonly page: Page
  readonly session: CDPSession
  open(): Promise<void>
}

/** A phone-sized page in a browser of its own, under `conditions`. */
async function withPage<T>(
  address: string,
  target: Target,
  conditions: Conditions,
  run: (open: OpenPage) => Promise<T>,
): Promise<T> {
  const browser = await launchBrowser()
  if (browser === null) throw new Error('Chromium is missing: install it or set CHROMIUM_PATH')
  try {
    const context: BrowserContext = await browser.newContext({
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
      locale: 'zh-CN',
    })
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable')
    await session.send('Network.enable')
    if (conditions.slow4g) await session.send('Network.emulateNetworkConditions', SLOW_4G)
    await session.send('Emulation.setCPUThrottlingRate', { rate: conditions.slowdown })
    // The loader that runs this file names functions with a helper that a page does not have.
    await page.addInitScript('globalThis.__name ??= (named) => named')
    await page.addInitScript(installProbes)
    if (target.ours) await page.addInitScript(hookWidget)
    return await run({
      browser,
      page,
      session,
      open: async () => {
        await page.goto(address + target.path(conditions.history).slice(1), { waitUntil: 'commit' })
      },
    })
  } finally {
    await browser.close()
  }
}

/** The nearest-rank quantile. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

function toMb(bytes: number): number {
  return Math.round(bytes / 1e4) / 100
}
