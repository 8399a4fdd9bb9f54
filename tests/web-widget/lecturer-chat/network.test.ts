import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { answerText, ask, createWidgetPages, MENTOR_WORDS } from '../../helpers/widget-page.ts'
import { scriptedAnswer, startWidgetSite } from '../../helpers/widget-site.ts'

let browser: Browser | null = null
const pages = createWidgetPages(() => browser)

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
})
afterEach(async () => {
  await pages.closeAll()
  // A browser logs every connection that fails, which is what these tests are about.
  const problems = pages.problems.splice(0)
  expect(problems.filter((problem) => !/WebSocket|ERR_|Failed to load resource/.test(problem))).toEqual([])
})

/** Measures in the page how long after the network went away the banner comes. */
async function watchBanner(page: Page): Promise<void> {
  await page.evaluate(() => {
    let gone = Number.NaN
    window.addEventListener('offline', () => {
      gone = performance.now()
    })
    const banner = document.querySelector('lecturer-chat')?.shadowRoot?.querySelector<HTMLElement>('.banner')
    if (!banner) throw new Error('no banner')
    const look = new MutationObserver(() => {
      if (!banner.hidden) Reflect.set(window, 'bannerAfterMs', performance.now() - gone)
      if (!banner.hidden) look.disconnect()
    })
    look.observe(banner, { attributes: true })
  })
}

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('the widget on a bad network', () => {
  it('goes on over events where a proxy blocks sockets', async () => {
    const blocked = await startWidgetSite({ refuseUpgrades: true })
    const page = await pages.visit(`${blocked.address}p/lin-yue`)
    await page.locator('lecturer-chat .opening .topics').waitFor({ timeout: 15_000 })
    await ask(page, '你的师傅是谁？')
    expect(await answerText(page)).toBe(MENTOR_WORDS)
    await page.context().close()
    await blocked.close()
  })

  it('says after three seconds that it is reconnecting, and takes questions meanwhile', async () => {
    const away = await startWidgetSite()
    const page = await pages.visit(`${away.address}p/lin-yue`)
    await page.locator('lecturer-chat .opening .topics').waitFor()
    await watchBanner(page)
    await page.context().setOffline(true)
    away.dropAll()
    await page.locator('lecturer-chat textarea').fill('你的师傅是谁？')
    await page.locator('lecturer-chat .send').click()
    await page.locator('lecturer-chat .banner').getByText('网络断开了').waitFor({ timeout: 15_000 })
    expect(await page.evaluate(() => Reflect.get(window, 'bannerAfterMs'))).toBeGreaterThanOrEqual(2_900)
    await page.context().setOffline(false)
    await page.locator('lecturer-chat .foot:not([hidden])').waitFor({ timeout: 15_000 })
    expect(await answerText(page)).toBe(MENTOR_WORDS)
    expect(await page.locator('lecturer-chat .turn').count()).toBe(1)
    await away.close()
  })

  it('shows the recorded words after many cuts, losses and repetitions', async () => {
    const cuts = process.env.CI === 'true' ? 100 : 30
    let seed = 7
    const roll = (): number => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const rough = await startWidgetSite({
      answer: () => ({ ...scriptedAnswer('师傅'), pauseMs: 120 }),
      disturb: (frame) => {
        if (frame.type !== 'answer-delta') return [frame]
        const chance = roll()
        return chance < 0.2 ? [] : chance < 0.4 ? [frame, frame] : [frame]
      },
    })
    const page = await pages.visit(`${rough.address}p/lin-yue`)
    await page.locator('lecturer-chat .opening .topics').waitFor()
    let made = 0
    let frozen = false
    const timer = setInterval(() => {
      if (made >= cuts && !frozen) return
      frozen = !frozen && roll() < 0.3
      rough.freeze(frozen)
      if (!frozen) rough.dropAll()
      made++
    }, 150)
    let asked = 0
    while (made < cuts) {
      asked++
      await ask(page, `第 ${asked} 遍：你的师傅是谁？`)
      expect(await answerText(page)).toBe(MENTOR_WORDS)
    }
    clearInterval(timer)
    expect(await page.locator('lecturer-chat .problem:not([hidden])').count()).toBe(0)
    expect([...rough.sessions.values()][0]?.turns).toHaveLength(asked)
    await rough.close()
  }, 120_000)

  it('holds a long history in a small document', async () => {
    const long = await startWidgetSite({ answer: () => ({ ...scriptedAnswer('师傅'), pauseMs: 0 }) })
    const page = await pages.visit(`${long.address}p/lin-yue`)
    await page.locator('lecturer-chat .opening .topics').waitFor()
    await ask(page, '第 0 问')
    const session = [...long.sessions.values()][0]
    const first = session?.turns[0]
    if (session === undefined || first === undefined) throw new Error('no turn')
    for (let index = 1; index < 250; index++) {
      session.turns.push({
        ...first,
        turnId: crypto.randomUUID(),
        answerId: crypto.randomUUID(),
        question: `第 ${index} 问`,
        askedAt: first.askedAt + index,
      })
    }
    await page.reload()
    await page.locator('lecturer-chat .mine').getByText('第 249 问', { exact: true }).waitFor()
    const nodes = () =>
      page.evaluate(() => {
        const root = document.querySelector('lecturer-chat')?.shadowRoot
        if (!root) return 0
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_ALL)
        let count = 0
        while (walker.nextNode()) count++
        return count
      })
    expect(await nodes()).toBeLessThanOrEqual(1_200)
    for (let step = 0; step < 60; step++) {
      await page.locator('lecturer-chat .log').evaluate((log) => {
        log.scrollTop = 0
      })
      await page.waitForTimeout(20)
    }
    expect(await page.locator('lecturer-chat .mine').first().textContent()).toContain('第 0 问')
    expect(await nodes()).toBeLessThanOrEqual(1_200)
    await long.close()
  })
})
