import { readdirSync, readFileSync } from 'node:fs'
import { connect, createServer as createTcpServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { startTestServer } from '../../helpers/test-server.ts'
import { answerText, ask, createWidgetPages, MENTOR_WORDS } from '../../helpers/widget-page.ts'
import { builtWidget, startWidgetSite, type WidgetSite } from '../../helpers/widget-site.ts'

const IPHONE: BrowserContextOptions = {
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x1800323c) NetType/WIFI Language/zh_CN',
  viewport: { width: 390, height: 760 },
  isMobile: true,
  hasTouch: true,
}
const PC: BrowserContextOptions = {
  userAgent:
    'Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36 MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090a13) XWEB/11275 Flue',
  viewport: { width: 375, height: 640 },
}

let browser: Browser | null = null
const pages = createWidgetPages(() => browser)
let site: WidgetSite

beforeAll(async () => {
  browser = await launchBrowser()
  site = await startWidgetSite()
})
afterAll(async () => {
  await browser?.close()
  await site?.close()
})
afterEach(async () => {
  await pages.closeAll()
  const problems = pages.problems.splice(0)
  expect(problems.filter((problem) => !/WebSocket|ERR_|Failed to load resource/.test(problem))).toEqual([])
})

const chat = (page: Page) => page.locator('lecturer-chat')

async function visit(options: BrowserContextOptions, prepare?: (page: Page) => Promise<void>): Promise<Page> {
  const page = await pages.visit('about:blank', options)
  await prepare?.(page)
  await page.goto(`${site.address}p/lin-yue`)
  await chat(page).locator('.opening .topics').waitFor()
  return page
}

/** A proxy that passes everything but swallows upgrades: it neither refuses nor answers them. */
async function swallowUpgrades(target: string): Promise<{ address: string; close: () => void }> {
  const { port } = new URL(target)
  const proxy: Server = createTcpServer((client) => {
    client.on('error', () => {})
    client.once('data', (first) => {
      if (/upgrade: websocket/i.test(first.toString('latin1'))) return
      const server = connect(Number(port), '127.0.0.1')
      server.on('error', () => client.destroy())
      server.write(first)
      client.pipe(server).pipe(client)
    })
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const bound = proxy.address()
  return {
    address: `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}/`,
    close: () => proxy.close(),
  }
}

describe('WeChat, from the files', () => {
  it('W-04: no style counts on 100vh, and the safe areas are kept clear', async () => {
    const root = await builtWidget()
    const files = loadedBy(root, ['chat.html', 'embed.html', 'widget.js'])
    expect(files.length).toBeGreaterThan(5)
    for (const file of files) expect(file).not.toMatch(/100d?vh/)
    expect(files.join('')).toContain('env(safe-area-inset-bottom')
    expect(readFileSync(join(root, 'chat.html'), 'utf8')).toContain('viewport-fit=cover')
  })

  it('W-12: no speech recognition of a browser is used', async () => {
    const root = await builtWidget()
    for (const name of readdirSync(join(root, 'assets'))) {
      expect(readFileSync(join(root, 'assets', name), 'utf8')).not.toMatch(/SpeechRecognition/)
    }
  })

  it('W-18: the page is asked for anew, and what it loads is hashed and kept', async () => {
    const server = await startTestServer()
    try {
      const { id } = server.deps.personas.list()[0] ?? { id: '' }
      const page = await fetch(`${server.address}/p/${id}`)
      expect(page.headers.get('cache-control')).toBe('no-cache')
      const asset = /(?:src|href)="(\/assets\/[^"]+-[\w-]{8,}\.js)"/.exec(await page.text())?.[1] ?? ''
      const loaded = await fetch(server.address + asset)
      expect(loaded.status).toBe(200)
      expect(loaded.headers.get('cache-control')).toContain('immutable')
    } finally {
      await server.close()
    }
  })
})

describe.skipIf(chromiumPath() === null && process.env.CI !== 'true')('WeChat, simulated', () => {
  it('W-05: a page that was frozen while an answer ran has all of it within 2 s, and nothing twice', async () => {
    // A busy machine can hold up one return; it is not to hold up three.
    const took: number[] = []
    while (took.length < 3 && Math.min(...took) >= 2_000) {
      const page = await visit(IPHONE)
      await chat(page).locator('textarea').fill('你的师傅是谁？')
      await chat(page).locator('.send').tap()
      await chat(page).locator('.turn .text p').first().waitFor()
      const session = await page.context().newCDPSession(page)
      await session.send('Page.setWebLifecycleState', { state: 'frozen' })
      site.dropAll()
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      const back = Date.now()
      await session.send('Page.setWebLifecycleState', { state: 'active' })
      await chat(page).locator('.foot:not([hidden])').waitFor({ timeout: 15_000 })
      took.push(Date.now() - back)
      expect(await answerText(page)).toBe(MENTOR_WORDS)
      await page.context().close()
    }
    expect(Math.min(...took)).toBeLessThanOrEqual(2_000)
  }, 60_000)

  it('W-07: a question that was asked during 15 s without a network is sent once', async () => {
    const page = await visit(IPHONE)
    await page.context().setOffline(true)
    site.dropAll()
    await chat(page).locator('textarea').fill('飞行模式里问的')
    await chat(page).locator('.send').tap()
    await page.waitForTimeout(15_000)
    await page.context().setOffline(false)
    await chat(page).locator('.foot:not([hidden])').waitFor({ timeout: 15_000 })
    const sent = site.received.filter((message) => message.type === 'turn-ask' && message.text === '飞行模式里问的')
    expect(sent).toHaveLength(1)
    expect(await chat(page).locator('.turn').count()).toBe(1)
  }, 40_000)

  // That the fallback begins within 8 s is held by the connection's own test, whose clock no machine slows down.
  it('W-08: where a proxy swallows upgrades, the chat goes on over events', async () => {
    const proxy = await swallowUpgrades(site.address)
    const page = await pages.visit(`${proxy.address}p/lin-yue`, IPHONE)
    await chat(page).locator('.opening .topics').waitFor({ timeout: 30_000 })
    await ask(page, '你的师傅是谁？')
    expect(await answerText(page)).toBe(MENTOR_WORDS)
    await page.context().close()
    proxy.close()
  }, 60_000)

  it('W-14: a share picture is a real image, and no download is offered that WeChat would block', async () => {
    const page = await visit(IPHONE)
    await ask(page, '你的师傅是谁？')
    await chat(page).getByRole('button', { name: '分享' }).tap()
    expect(await chat(page).locator('img.picture').getAttribute('src')).toMatch(/^data:image\/png/)
    expect(await chat(page).getByText('长按图片').isVisible()).toBe(true)
    expect(await chat(page).locator('a[download]').count()).toBe(0)
  })

  it('W-15: text at 1.8 times hides and overlaps nothing', async () => {
    const page = await visit(IPHONE)
    await ask(page, '你的师傅是谁？')
    await page.evaluate(() =>
      (document.querySelector('lecturer-chat') as HTMLElement & { setScale(scale: number): void }).setScale(1.8),
    )
    const faults = await chat(page)
      .locator('.root')
      .evaluate((root) => {
        const wrong: string[] = []
        for (const part of root.querySelectorAll<HTMLElement>(
          '.head, .log, .compose, .bubble p, .bubble li, .foot, .label',
        )) {
          if (part.scrollWidth > part.clientWidth + 1) wrong.push(`${part.className} is too wide`)
        }
        const stack = [...root.children].filter((child) => !child.classList.contains('unseen'))
        const boxes = stack.map((child) => child.getBoundingClientRect()).filter((box) => box.height > 0)
        boxes.forEach((box, index) => {
          const next = boxes[index + 1]
          if (next !== undefined && box.bottom > next.top + 1) wrong.push(`part ${index} overlaps`)
        })
        if ((boxes.at(-1)?.bottom ?? 0) > innerHeight + 1) wrong.push('cut off below')
        return wrong
      })
    expect(faults).toEqual([])
  })

  it('W-16: the page works with the query parameters that WeChat appends', async () => {
    const page = await pages.visit(`${site.address}p/lin-yue?from=singlemessage&isappinstalled=0`, IPHONE)
    await chat(page).locator('.opening .topics').waitFor()
    expect(await chat(page).locator('.name').textContent()).toBe('林悦')
  })

  it('W-21: a 375 px window on a computer is usable, and Enter sends', async () => {
    const page = await visit(PC)
    await chat(page).locator('textarea').fill('你的师傅是谁？')
    await chat(page).locator('textarea').press('Enter')
    await chat(page).locator('.foot:not([hidden])').waitFor()
    const box = await chat(page).locator('.compose').boundingBox()
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(375)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375)
  })
})

/** The texts of these files of the build and of all assets that they load, now or later; the console's are not among them. */
function loadedBy(root: string, entries: readonly string[]): string[] {
  const assets = readdirSync(join(root, 'assets'))
  const seen = new Set(entries)
  for (const path of seen) {
    const text = readFileSync(join(root, path), 'utf8')
    for (const name of assets) if (!name.endsWith('.map') && text.includes(name)) seen.add(join('assets', name))
  }
  return [...seen].map((path) => readFileSync(join(root, path), 'utf8'))
}
