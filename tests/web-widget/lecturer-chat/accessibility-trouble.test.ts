import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { createWidgetPages } from '../../helpers/widget-page.ts'
import {
  mentorAnswer,
  scriptedAnswer,
  startWidgetSite,
  storyCitation,
  type WidgetSite,
} from '../../helpers/widget-site.ts'
import { elderFaults, seriousFindings } from './accessibility-checks.ts'

const SOURCE = storyCitation(0, '第一道焊缝', '周师傅名叫周国梁，川南人，焊了三十六年的压力容器。')
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
const LOOKS = [
  ['light', ''],
  ['dark', '?theme=dark'],
  ['elder', '?elder=1'],
  ['elder and dark', '?elder=1&theme=dark'],
] as const

let browser: Browser | null = null
let site: WidgetSite
const pages = createWidgetPages(() => browser)

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser === null) return
  site = await startWidgetSite({
    answer: (question) =>
      question.includes('慢') ? { ...mentorAnswer(), pauseMs: 600_000 } : scriptedAnswer(question),
  })
})
afterEach(async () => {
  await pages.closeAll()
  // The lines are cut on purpose.
  pages.problems.splice(0)
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})

/** A page whose clock the test moves. */
async function openPage(query: string): Promise<Page> {
  const page = await pages.visit('about:blank', { ...PHONE, reducedMotion: 'reduce' })
  await page.addInitScript({ content: axe.source })
  await page.clock.install()
  await page.goto(`${site.address}p/lin-yue${query}`)
  await page.locator('lecturer-chat .opening .topics').waitFor()
  await page.locator('lecturer-chat .notice .button').click()
  return page
}

async function send(page: Page, question: string): Promise<void> {
  await page.locator('lecturer-chat textarea').fill(question)
  await page.locator('lecturer-chat .send').click()
}

/** Collects what is wrong in a state, under the state's name. */
function collector(page: Page, elder: boolean) {
  const faults: string[] = []
  return {
    faults,
    async look(state: string): Promise<void> {
      const found = [...(await seriousFindings(page)), ...(elder ? await elderFaults(page) : [])]
      for (const fault of new Set(found)) faults.push(`${state}: ${fault}`)
    },
  }
}

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('accessibility while something is amiss', () => {
  it.each(LOOKS)('has no serious finding while one waits: %s', async (_name, query) => {
    const page = await openPage(query)
    const { faults, look } = collector(page, query.includes('elder'))
    const thinking = page.locator('lecturer-chat .turn .thinking').last()
    await send(page, '慢慢想：你的师傅是谁？')
    await thinking.getByText('正在查阅资料').waitFor()
    await look('looking')
    // The numbers can be missed: the usual look does not keep them.
    if (!query.includes('elder')) expect(await elderFaults(page)).not.toEqual([])
    const asked = site.received.filter((message) => message.type === 'turn-ask').at(-1)
    const turnId = asked?.type === 'turn-ask' ? asked.turnId : ''
    const data = { turnId, answerId: 'any', step: 'found', documents: 4, sources: [SOURCE] }
    site.send({ type: 'notice', kind: 'answer-progress', text: '找到 4 份资料。', data })
    await page.clock.fastForward(500)
    await thinking.getByText('找到 4 份资料').waitFor()
    await look('found')
    await page.clock.fastForward(8_000)
    await thinking.locator('.meanwhile').waitFor()
    await look('8 s')
    await thinking.locator('.meanwhile').click()
    await page.locator('lecturer-chat .sheet .source').first().waitFor()
    await look('what was found')
    await page.keyboard.press('Escape')
    await page.clock.fastForward(40_000)
    await thinking.getByText('这次没答上来').waitFor()
    await look('45 s')
    await thinking.locator('.ask-person').click()
    await look('45 s, message to the lecturer')
    expect(faults).toEqual([])
  })

  it.each(LOOKS)('has no serious finding without a network: %s', async (_name, query) => {
    const page = await openPage(query)
    const chat = page.locator('lecturer-chat')
    const { faults, look } = collector(page, query.includes('elder'))
    await chat.locator('textarea').fill('师'.repeat(1_900))
    await chat.locator('.count:not([hidden])').waitFor()
    await look('nearly too long')
    await chat.locator('textarea').fill('师'.repeat(2_001))
    await look('too long')
    await page.context().setOffline(true)
    await page.evaluate(() => window.dispatchEvent(new Event('offline')))
    site.dropAll()
    await page.clock.fastForward(4_000)
    await chat.locator('.banner:not([hidden])').waitFor()
    await look('banner')
    await send(page, '你的师傅是谁？')
    await look('queued')
    await page.clock.fastForward(11_000)
    await chat.locator('.resend').waitFor()
    await look('not sent')
    await page.context().setOffline(false)
    expect(faults).toEqual([])
  })

  it.each(LOOKS)('has no serious finding on a public screen: %s', async (_name, query) => {
    const page = await openPage(`${query}${query === '' ? '?' : '&'}mode=kiosk`)
    const chat = page.locator('lecturer-chat')
    const { faults, look } = collector(page, query.includes('elder'))
    await send(page, '你的师傅是谁？')
    await chat.locator('.foot:not([hidden])').waitFor()
    await look('answered')
    // The clock goes on by itself meanwhile; the countdown lasts ten seconds.
    await page.clock.fastForward(51_000)
    await chat.locator('.idle:not([hidden])').waitFor()
    await look('countdown')
    expect(faults).toEqual([])
  })
})
