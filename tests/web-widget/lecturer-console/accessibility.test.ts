import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Correction } from '../../../server/protocol/console-correction.ts'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { type ConsolePageOptions, openConsolePage, pageFaults } from '../../helpers/console-browser.ts'
import { type ConsoleClient, signIn } from '../../helpers/console-client.ts'
import { playVisits } from '../../helpers/console-demo.ts'
import { focused, pressByKeys, tabTo } from '../../helpers/console-keys.ts'
import { approve, begin, databaseOf, draftOf } from '../../helpers/made-correction.ts'
import { startTestServer, type TestServer } from '../../helpers/test-server.ts'

const installed = chromiumPath() !== null || process.env.CI === 'true'
if (!installed) process.stderr.write('skipped: Chromium is not installed (accessibility.test.ts)\n')

interface Screen {
  readonly hash: string
  /** The lecturer's where it is missing. */
  readonly as?: 'operator'
  /** What is opened on it. */
  readonly opens?: (page: Page) => Promise<void>
}

let browser: Browser
let server: TestServer
let operator: ConsoleClient
let lecturer: ConsoleClient
/** Filled before the tests run; named here so that each has a test of its own. */
let screens: Readonly<Record<string, Screen>> = {}

const dialog = (page: Page) => page.locator('dialog[open]').waitFor()
const press = (selector: string) => async (page: Page) => {
  await page.locator(selector).first().click()
  await dialog(page)
}

beforeAll(async () => {
  if (!installed) return
  const launched = await launchBrowser()
  if (launched === null) throw new Error('no browser')
  browser = launched
  server = await startTestServer()
  operator = await signIn(server, { role: 'operator', name: '陈晓' })
  lecturer = await signIn(server, { role: 'lecturer', name: '林悦', personaId: 'lin-yue' })
  const answers = await playVisits(server.address)
  const database = await databaseOf(server)
  const draft = draftOf({ question: '焊条要烘多久？', phrasings: ['焊条烘干要几个钟头'], answer: '看焊条。' })
  const live = await approve(lecturer, database, await begin(lecturer, draft))
  const { question, phrasings, notThese, source, revision } = live
  const words = { question, phrasings, notThese, source, answer: '看焊条，低氢的三百五十度烘一个钟头。', revision }
  await approve(lecturer, database, (await lecturer.put(`/corrections/${live.id}`, words)).json<Correction>())
  await database.close()
  const grounded = `#/turn/${answers[6] ?? ''}`
  const more = '.turn-head button.tool'
  screens = {
    queue: { hash: '#/queue' },
    filter: { hash: '#/queue', opens: press('.queue-tools .choice >> nth=0') },
    views: { hash: '#/queue?reason=declined', opens: press('.queue-tools .choice >> nth=1') },
    pages: { hash: '#/account', as: 'operator', opens: press('.nav-more') },
    turn: { hash: grounded },
    'what is wrong': { hash: grounded, opens: press('.verdict.wrong') },
    source: { hash: grounded, opens: press('.evidence-card .plain') },
    pause: {
      hash: grounded,
      async opens(page) {
        await press(more)(page)
        await press('.more-link >> nth=1')(page)
      },
    },
    correction: { hash: `#/correction?from=${answers[9] ?? ''}` },
    preview: {
      hash: `#/correction?from=${answers[9] ?? ''}`,
      async opens(page) {
        await page.locator('.answer-field').fill('刚出来五六千，手艺上去了，一年二十来万。')
        await page.locator('.end-bar .button').click()
        await page.locator('.summary-line').waitFor()
      },
    },
    history: {
      hash: `#/correction/${live.id}`,
      async opens(page) {
        await page.locator('.history > summary').click()
        await press('.version .plain')(page)
      },
    },
    unanswered: { hash: '#/unanswered', opens: (page) => page.locator('.answer-it').first().click() },
    golden: { hash: '#/corrections?tab=golden' },
    pauses: { hash: '#/corrections?tab=pauses', opens: press('.button.danger') },
    upload: { hash: '#/knowledge', as: 'operator', opens: press('.knowledge-head .button') },
    insight: { hash: '#/insight' },
    invite: { hash: '#/people', as: 'operator', opens: press('main .button') },
    password: { hash: '#/account', opens: (page) => page.locator('main .button').first().click() },
    audit: { hash: '#/audit', as: 'operator' },
    settings: { hash: '#/settings', as: 'operator' },
  }
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

type Look = Pick<ConsolePageOptions, 'width' | 'height' | 'dark' | 'english'>

const open = ({ hash, as }: Screen, more: Look = {}) =>
  openConsolePage(browser, server.address, { hash, as: as === 'operator' ? operator : lecturer, ...more })

describe.runIf(installed).each<[string, Look]>([
  ['in English at 320 pixels', { width: 320, height: 640, english: true }],
  ['in the dark at 390 pixels', { dark: true }],
  ['in English, in the dark, on a wide screen', { width: 1440, height: 900, english: true, dark: true }],
])('every screen with what opens on it, %s', (_name, options) => {
  it('has nothing serious or critical against it, is not too wide, and its targets fit a finger', async () => {
    const found: Record<string, string[]> = {}
    for (const [name, screen] of Object.entries(screens)) {
      const page = await open(screen, options)
      try {
        // On wide screens the pages stand in the rail.
        if (name !== 'pages' || (options.width ?? 0) < 900) await screen.opens?.(page)
        const faults = await pageFaults(page)
        if (faults.length > 0) found[name] = faults
      } catch (error) {
        found[name] = [String(error).slice(0, 300)]
      }
      await page.context().close()
    }
    expect(found).toEqual({})
  }, 180_000)
})

describe.runIf(installed)('without a pointer', () => {
  it('no dialog keeps the focus, lets it out while it is open, or loses it when it closes', async () => {
    for (const [hash, opener, inside] of [
      ['#/queue', '.queue-tools .choice >> nth=0', 'input[type=search]'],
      ['#/queue', '.queue-tools .choice >> nth=1', 'button'],
      ['#/knowledge', '.knowledge-head .button', 'button.button'],
      ['#/corrections?tab=pauses', 'main .button.danger', 'input'],
    ] as const) {
      const page = await open({ hash })
      const button = page.locator(opener)
      await pressByKeys(page, button)
      const name = await button.evaluate((element) =>
        (element.getAttribute('aria-label') ?? element.textContent ?? '').trim(),
      )
      await tabTo(page, page.locator('dialog[open]').locator(inside).first())
      // Round and round, and never behind it.
      for (let press = 0; press < 30; press++) {
        await page.keyboard.press('Tab')
        const behind = await page.evaluate(() => {
          const element = document.activeElement
          return element !== null && element !== document.body && element.closest('dialog') === null
        })
        expect(behind, hash).toBe(false)
      }
      await page.keyboard.press('Escape')
      expect(await page.locator('dialog[open]').count()).toBe(0)
      expect(await focused(page), hash).toBe(name)
      await page.context().close()
    }
  })

  it('the order is that of reading: skip link, head, pages, content; and back', async () => {
    const page = await open({ hash: '#/queue' })
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    await page.keyboard.press('Tab')
    const first = await focused(page)
    await tabTo(page, page.locator('.queue-item a').last())
    await tabTo(page, page.locator('.skip'), 'Shift+Tab')
    expect([first, await focused(page)]).toContain('跳到正文')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main')
    await page.context().close()
  })
})
