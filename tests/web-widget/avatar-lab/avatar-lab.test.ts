import { readFile } from 'node:fs/promises'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readWav } from '../../../server/speech/wav.ts'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { pageFaults } from '../../helpers/console-browser.ts'
import { type ConsoleClient, signIn } from '../../helpers/console-client.ts'
import { type EspeakSpeechServer, startEspeakSpeechServer } from '../../helpers/espeak-speech-server.ts'
import { startTestServer, type TestServer } from '../../helpers/test-server.ts'

let browser: Browser | null = null
let endpoint: EspeakSpeechServer
let house: TestServer
let operator: ConsoleClient

beforeAll(async () => {
  browser = await launchBrowser()
  if (browser === null) return
  endpoint = await startEspeakSpeechServer()
  house = await startTestServer({ SPEECH_BASE_URL: endpoint.baseUrl, SPEECH_MODEL: 'cosyvoice' })
  operator = await signIn(house, { role: 'operator' })
})
afterAll(async () => {
  await browser?.close()
  await house?.close()
  await endpoint?.close()
})

interface Look {
  readonly width?: number
  readonly dark?: boolean
  readonly english?: boolean
  readonly signedIn?: boolean
}

/** The lab, and what the browser refused or failed at on it. */
async function openLab({ width = 1280, dark = false, english = false, signedIn = true }: Look = {}) {
  if (browser === null) throw new Error('no browser')
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    locale: 'zh-CN',
    colorScheme: dark ? 'dark' : 'light',
    acceptDownloads: true,
  })
  const [name = '', value = ''] = operator.cookie.split('=')
  if (signedIn) await context.addCookies([{ name, value, url: house.address }])
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text())
  })
  page.on('pageerror', (error) => wrong.push(String(error)))
  await page.addInitScript({ content: axe.source })
  if (english) await page.addInitScript(`localStorage.setItem('lecturer-console:language', 'en')`)
  await page.goto(`${house.address}/avatar-lab`)
  await page.locator(signedIn ? '.lab-ruby' : '.door h1').waitFor()
  return { page, wrong, done: () => context.close() }
}

async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.LAB_SHOTS
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}

describe.skipIf(chromiumPath() === null)('the avatar lab', () => {
  it('sends those who are not signed in to the console', async () => {
    const { page, done } = await openLab({ signedIn: false })
    expect(await page.locator('.door a').getAttribute('href')).toBe('/console')
    expect(await page.locator('textarea').count()).toBe(0)
    const response = await page.goto(`${house.address}/avatar-lab`)
    expect(response?.headers()['content-security-policy']).toContain("frame-ancestors 'none'")
    await done()
  })

  it('shows what is read, with pinyin, and steps through the mouth by keys', async () => {
    const { page, wrong, done } = await openLab()
    await page.locator('#lab-text').fill('2023年，重庆。')
    await page.getByRole('button', { name: '看读法' }).click()
    await page.locator('.lab-spoken', { hasText: '二零二三年，重庆。' }).waitFor()
    expect(await page.locator('.lab-source mark').allTextContents()).toEqual(['2023'])
    expect((await page.locator('.lab-ruby rt').allTextContents()).slice(-2)).toEqual(['chóng', 'qìng'])
    const slider = page.getByRole('slider', { name: '口型时间轴' })
    await slider.focus()
    await slider.press('Home')
    const first = await slider.getAttribute('aria-valuetext')
    await slider.press('ArrowRight')
    expect(await slider.getAttribute('aria-valuenow')).toBe('2')
    expect(await slider.getAttribute('aria-valuetext')).not.toBe(first)
    expect(await page.locator('.lab-bar.picked').count()).toBe(1)
    await slider.press('End')
    expect(await slider.getAttribute('aria-valuenow')).toBe(await slider.getAttribute('aria-valuemax'))
    const wide = await page.locator('.lab-scroll svg').getAttribute('width')
    await slider.press('+')
    expect(Number(await page.locator('.lab-scroll svg').getAttribute('width'))).toBeGreaterThan(Number(wide))
    expect(wrong).toEqual([])
    await done()
  })

  it("plays the server's voice, moves the mouth and takes the recording's times; stop silences it", async () => {
    const { page, wrong, done } = await openLab()
    await page.locator('.lab-bar').first().waitFor()
    await page.getByRole('button', { name: '听讲师的声音' }).click()
    await page.waitForFunction(() => {
      const face = document.querySelector('talking-avatar') as unknown as { shownMouth: readonly number[] } | null
      return (face?.shownMouth[0] ?? 0) > 0.2
    })
    expect(await page.getByText('时间来自真实录音的对齐。').count()).toBe(1)
    expect(Number(await page.locator('.lab-head').getAttribute('x1'))).toBeGreaterThan(0)
    await page.getByRole('button', { name: '停止' }).click()
    const open = await page.evaluate(() => {
      const face = document.querySelector('talking-avatar') as unknown as { shownMouth: readonly number[] } | null
      return face?.shownMouth[0]
    })
    expect(open).toBeLessThan(0.05)
    expect(wrong).toEqual([])
    await done()
  })

  it('exports a recording, gives the lines for the file, and remembers the delay', async () => {
    const { page, done } = await openLab()
    const file = page.waitForEvent('download')
    await page.getByRole('button', { name: '导出 WAV' }).click()
    const bytes = await readFile(await (await file).path())
    expect(bytes.includes('AIGC')).toBe(true)
    expect(readWav(bytes).samples.length).toBeGreaterThan(0)
    await page.locator('#lab-character').selectOption('cook')
    await page.locator('#lab-voice').fill('zh-chef:1')
    expect(await page.locator('.lab-copy').first().inputValue()).toBe('voice: "zh-chef:1"\navatar: cook')
    await page.locator('#lab-delay').fill('-120')
    await page.reload()
    await page.locator('.lab-ruby').waitFor()
    expect(await page.locator('#lab-delay').inputValue()).toBe('-120')
    await done()
  })

  it('draws all shapes of all characters, and checks the device', async () => {
    const { page, done } = await openLab()
    await page.getByText('全部口型一览').click()
    await page.getByRole('button', { name: '显示一览表' }).click()
    await page.locator('.lab-sheet').waitFor()
    expect(await page.locator('.lab-sheet td svg').count()).toBe(8 * 15)
    await page.getByText('设备自检').click()
    await page.getByRole('button', { name: '响一声' }).click()
    await page.waitForFunction(() =>
      /点击到出声: \d+ ms/.test([...document.querySelectorAll('textarea')].map((box) => box.value).join()),
    )
    await shoot(page, 'sheet')
    await done()
  })

  it.each([
    ['phone', { width: 390 }],
    ['phone-dark', { width: 390, dark: true }],
    ['desktop', { width: 1280 }],
    ['desktop-english', { width: 1280, english: true }],
  ])('is readable and within the window: %s', async (name, look) => {
    const { page, wrong, done } = await openLab(look)
    for (const summary of await page.locator('summary').all()) await summary.click()
    await shoot(page, name)
    expect(await pageFaults(page)).toEqual([])
    expect(wrong).toEqual([])
    await done()
  })
})
