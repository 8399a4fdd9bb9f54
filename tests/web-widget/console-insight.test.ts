import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../helpers/browser.ts'
import { signIn } from '../helpers/console-client.ts'
import { startTestServer, type TestServer } from '../helpers/test-server.ts'
import { sampleCitation, sampleEnding, sampleMaking, sampleSession, sampleTurn } from '../transcripts/sample-records.ts'

const DAY_MS = 86_400_000
const DECLINED = ['退休金怎么领？', '退休金什么时候涨？', '高铁票怎么报销？', '疗休养怎么报名？', '疗休养去哪里？']

let browser: Browser | null = null
let house: TestServer
let cookie: string

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser === null) return
  house = await startTestServer()
  const console = await signIn(house, { role: 'operator', name: '周敏' })
  cookie = console.cookie
  const { transcripts, library } = house.deps
  const documents = library.current().documents.slice(0, 9)
  const personas = library.current().personas.slice(0, 3)
  for (let index = 0; index < 260; index += 1) {
    const personaId = personas[index % 7 === 0 ? 1 : index % 11 === 0 ? 2 : 0]?.id ?? ''
    const document = documents[(index * index) % documents.length]
    const isDeclined = index % 6 === 0
    const askedAt = Date.now() - 3_600_000 - Math.floor((index * 7.3) % 29) * DAY_MS - (index % 5) * 60_000
    const session = sampleSession({ personaId, createdAt: askedAt, lastSeenAt: askedAt })
    await transcripts.createSession(session)
    const question = isDeclined ? (DECLINED[(index / 6) % DECLINED.length] ?? '') : `您能讲讲第${index % 60}件事吗？`
    const site = index % 4 === 0 ? 'https://portal.example.cn' : 'https://hall.example.cn'
    const turn = sampleTurn(session.id, { personaId, question, askedAt, site })
    await transcripts.acceptTurn(turn)
    const citation = { ...sampleCitation(0), documentId: document?.id ?? '', title: document?.meta.title ?? '' }
    const ending = isDeclined
      ? sampleEnding('这件事我没有讲过。', { outcome: 'declined', citations: [], endedAt: askedAt + 900 })
      : sampleEnding('我讲过这件事。', { citations: [citation], endedAt: askedAt + 900 })
    await transcripts.endTurn(
      turn.answerId,
      turn.epoch,
      [],
      ending,
      sampleMaking({ withheld: [], searchText: question }),
    )
    if (index % 9 === 1) {
      const rating = index % 4 === 0 ? 'down' : 'up'
      await transcripts.giveFeedback(session.id, turn.turnId, { rating, reason: null, comment: null, givenAt: askedAt })
    }
  }
})
afterAll(async () => {
  await browser?.close()
  await house?.close()
})

interface Look {
  readonly width: number
  readonly height: number
  readonly dark?: boolean
  readonly hash?: string
  readonly language?: 'en'
}

/** The page, and what the browser refused or failed at on it. */
async function openInsight({ width, height, dark = false, hash = '#/insight', language }: Look) {
  if (browser === null) throw new Error('no browser')
  const context = await browser.newContext({
    viewport: { width, height },
    locale: 'zh-CN',
    colorScheme: dark ? 'dark' : 'light',
    acceptDownloads: true,
  })
  const [name = '', value = ''] = cookie.split('=')
  await context.addCookies([{ name, value, url: house.address }])
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text())
  })
  page.on('pageerror', (error) => wrong.push(String(error)))
  await page.addInitScript({ content: axe.source })
  if (language !== undefined) {
    await page.addInitScript(`localStorage.setItem('lecturer-console:language', '${language}')`)
  }
  await page.goto(`${house.address}/console${hash}`)
  await page.locator('.key-figures').waitFor()
  return { page, wrong }
}

async function findings(page: Page): Promise<string[]> {
  const results = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run(document))
  return results.violations
    .filter((rule) => rule.impact === 'serious' || rule.impact === 'critical')
    .map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`)
}

const LOOKS: readonly (readonly [string, Look])[] = [
  ['phone', { width: 390, height: 844 }],
  ['phone-dark', { width: 390, height: 844, dark: true }],
  ['desktop', { width: 1440, height: 900 }],
  ['desktop-english-dark', { width: 1440, height: 900, dark: true, language: 'en' }],
]

describe.skipIf(chromiumPath() === null)('the insight page of the console', () => {
  it.each(LOOKS)('is readable for everybody: %s', async (name, look) => {
    const { page, wrong } = await openInsight(look)
    await page.locator('summary').first().click()
    await page.locator('.figures').first().waitFor()
    const folder = process.env.SCREENSHOTS
    if (folder !== undefined) await page.screenshot({ path: `${folder}/insight-${name}.png`, fullPage: true })
    expect(await findings(page)).toEqual([])
    expect(wrong).toEqual([])
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(sideways).toBeLessThanOrEqual(0)
    await page.context().close()
  })

  it('draws the charts, and says the same in tables', async () => {
    const { page } = await openInsight({ width: 390, height: 844 })
    await page.waitForTimeout(200)
    const painted = await page.evaluate(() =>
      [...document.querySelectorAll('canvas')].map((canvas) => {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? []
        return pixels.some((value) => value !== 0)
      }),
    )
    expect(painted).toEqual([true, true])
    await page.locator('summary').first().click()
    const total = await page.locator('.key-value').first().textContent()
    const asked = await page.locator('.figures').first().locator('tbody tr td:nth-child(2)').allTextContents()
    expect(asked.map(Number).reduce((sum, count) => sum + count, 0)).toBe(Number(total))
    expect(asked).toHaveLength(30)
    await page.context().close()
  })

  it('keeps the period in the address, and tells of one that is none', async () => {
    const { page } = await openInsight({ width: 390, height: 844 })
    await page.getByRole('link', { name: '近 7 天' }).click()
    await page.locator('[aria-current="true"]', { hasText: '近 7 天' }).waitFor()
    expect(page.url()).toContain('days=7')
    await page.getByRole('button', { name: '自选' }).click()
    await page.getByLabel('从').fill('2026-05-02')
    await page.getByLabel('到').fill('2026-05-01')
    await page.getByRole('button', { name: '查看' }).click()
    await page.getByText('请选好起止日期').waitFor()
    await page.getByLabel('到').fill('2026-05-03')
    await page.getByRole('button', { name: '查看' }).click()
    await page.getByText('这段时间还没有人提问').waitFor()
    expect(page.url()).toContain('from=2026-05-02&to=2026-05-03')
    await page.context().close()
  })

  it('downloads a file with a Chinese name', async () => {
    const { page } = await openInsight({ width: 1440, height: 900 })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '下载问答记录 CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(/^AI分身_问答记录_.*\.csv$/)
    await page.context().close()
  })
})
