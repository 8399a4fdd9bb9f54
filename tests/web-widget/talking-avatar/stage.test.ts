import AxeBuilder from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../helpers/browser.ts'
import { WELDER, type WidgetSite } from '../../helpers/widget-site.ts'
import { LISTEN, serveTones, startSpokenSite } from './spoken-site.ts'

let browser: Browser | null = null
let site: WidgetSite
let mute: WidgetSite

beforeAll(async () => {
  browser = await launchBrowser()
  site = await startSpokenSite(true)
  mute = await startSpokenSite(false)
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await site?.close()
  await mute?.close()
})

interface Opened {
  readonly page: Page
  readonly problems: string[]
}

async function visit(at: WidgetSite, prepare: (page: Page) => Promise<unknown>, more: BrowserContextOptions = {}) {
  if (browser === null) throw new Error('no browser')
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 400, height: 760 }, ...more })
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  await page.addInitScript(LISTEN)
  await prepare(page)
  await page.goto(`${at.address}p/${WELDER.id}`)
  await page.locator('lecturer-chat .opening .topics').waitFor()
  return { page, problems } satisfies Opened
}

const hearButton = (page: Page) => page.getByRole('button', { name: '出声讲给我听' })
const open = async (page: Page): Promise<void> => {
  await hearButton(page).click()
  await page.locator('lecturer-chat talking-avatar svg.face').waitFor()
}
const send = async (page: Page): Promise<void> => {
  await page.locator('lecturer-chat textarea').fill('你的师傅是谁？')
  await page.locator('lecturer-chat .send').click()
}
const level = (page: Page) => page.evaluate(() => (window as unknown as { sound: { level(): number } }).sound.level())
const mouthOpen = (page: Page) =>
  page.evaluate(() => {
    const chat = document.querySelector('lecturer-chat')?.shadowRoot
    const face = chat?.querySelector('talking-avatar') as (Element & { shownMouth: readonly number[] }) | null
    return face?.shownMouth[0] ?? -1
  })
const textOf = async (page: Page, selector: string): Promise<string> =>
  (await page.locator(`lecturer-chat ${selector}`).textContent()) ?? ''
const until = async (page: Page, ask: (page: Page) => Promise<number>, over: number): Promise<void> => {
  await expect.poll(() => ask(page), { timeout: 10_000, interval: 30 }).toBeGreaterThan(over)
}
const caption = (page: Page) => textOf(page, '.subtitle')

describe('the talking avatar in the panel', () => {
  it('is not there before the tap: no code, no sound context', async () => {
    const loaded: string[] = []
    const { page } = await visit(site, async (opening) => {
      opening.on('request', (request) => loaded.push(request.url()))
    })
    await page.waitForTimeout(400)
    expect(loaded.filter((url) => /\/avatar-|vrm|photo|synthesis/.test(url))).toEqual([])
    expect(await page.evaluate(() => (window as unknown as { sound: { contexts: number } }).sound.contexts)).toBe(0)
    await open(page)
    expect(loaded.filter((url) => /\/avatar-/.test(url))).toHaveLength(1)
    expect(loaded.filter((url) => /vrm|photo/.test(url))).toEqual([])
    await page.context().close()
  })

  it('speaks with the server’s voice, moves the mouth and the caption, and falls silent on typing', async () => {
    const { page, problems } = await visit(site, (opening) => serveTones(opening, 2.5))
    await open(page)
    await send(page)
    await until(page, level, 0.05)
    await until(page, mouthOpen, 0.15)
    expect(await caption(page)).toContain('师傅')
    await page.locator('lecturer-chat textarea').press('a')
    // How fast is measured by the bench: a busy machine may hang in between.
    await expect.poll(() => level(page), { timeout: 2_000, interval: 10 }).toBeLessThan(0.01)
    await expect.poll(() => mouthOpen(page), { timeout: 2_000, interval: 10 }).toBeLessThan(0.02)
    await page.waitForTimeout(600)
    expect(await level(page)).toBeLessThan(0.01)
    const heard = () => site.received.filter(({ type }) => type === 'speech-heard').at(-1)
    // A busy machine may lose the connection in between: then it is told after the next one.
    await expect.poll(heard, { timeout: 15_000 }).toMatchObject({ type: 'speech-heard', chars: expect.any(Number) })
    expect(problems).toEqual([])
    await page.context().close()
  })

  it('keeps the AI label over the face at every size', async () => {
    const { page } = await visit(site, (opening) => serveTones(opening, 0.2))
    await open(page)
    for (let size = 0; size < 2; size++) {
      const label = page.locator('lecturer-chat talking-avatar .label')
      expect(await textOf(page, 'talking-avatar .label')).toBe('AI 分身')
      const [face, words] = [
        await page.locator('lecturer-chat talking-avatar').boundingBox(),
        await label.boundingBox(),
      ]
      if (face === null || words === null) throw new Error('not in view')
      expect(words.y + words.height).toBeLessThanOrEqual(face.y + face.height + 1)
      await page.locator('lecturer-chat .seat').click()
    }
    await page.context().close()
  })

  it('breaks its requests off when the panel’s stage is closed, and is silent', async () => {
    let requests: { asked: string[]; left: string[] } = { asked: [], left: [] }
    const { page } = await visit(site, async (opening) => {
      requests = await serveTones(opening, 2, 3_000)
    })
    await open(page)
    await send(page)
    await expect.poll(() => requests.asked.length, { timeout: 5_000 }).toBeGreaterThan(0)
    await hearButton(page).click()
    await expect.poll(() => requests.left.length, { timeout: 1_000 }).toBeGreaterThan(0)
    await page.waitForTimeout(3_200)
    expect(await level(page)).toBeLessThan(0.01)
    await page.context().close()
  })

  it('is remembered, and replays nothing after a reload or a lost connection', async () => {
    let requests: { asked: string[]; left: string[] } = { asked: [], left: [] }
    const { page } = await visit(site, async (opening) => {
      requests = await serveTones(opening, 0.3)
    })
    await open(page)
    await send(page)
    await page.locator('lecturer-chat .foot:not([hidden])').waitFor()
    await expect.poll(() => requests.asked.length, { timeout: 8_000 }).toBeGreaterThan(3)
    await page.waitForTimeout(800)
    const before = requests.asked.length
    site.dropAll()
    await page.waitForTimeout(1_500)
    expect(requests.asked.length).toBe(before)
    await page.reload()
    await page.locator('lecturer-chat talking-avatar svg.face').waitFor()
    await page.waitForTimeout(800)
    expect(requests.asked.length).toBe(before)
    await page.context().close()
  })

  it('has no serious accessibility fault', async () => {
    const { page } = await visit(site, (opening) => serveTones(opening, 0.3))
    await open(page)
    await page.evaluate(AxeBuilder.source)
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: typeof AxeBuilder }
      const { violations } = await axe.run()
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => [id, nodes.map((node) => node.html)])
    })
    expect(found).toEqual([])
    await page.context().close()
  })
})

describe('where something is missing', () => {
  const NO_SPEECH =
    'delete window.speechSynthesis; delete Window.prototype.speechSynthesis; window.speechSynthesis = undefined'

  it('shows captions within 1.5 s and keeps the mouth still without any voice (Android WeChat)', async () => {
    const { page, problems } = await visit(mute, (opening) => opening.addInitScript(NO_SPEECH), {
      userAgent: 'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile MicroMessenger/8.0.50',
    })
    await open(page)
    await send(page)
    const since = performance.now()
    await expect.poll(() => caption(page), { timeout: 3_000, interval: 30 }).toContain('师傅')
    expect(performance.now() - since).toBeLessThan(1_500)
    for (let look = 0; look < 8; look++) {
      expect(await mouthOpen(page)).toBeLessThan(0.02)
      await page.waitForTimeout(60)
    }
    expect(await textOf(page, '.remark')).toContain('字幕')
    expect(problems).toEqual([])
    await page.context().close()
  })

  it('goes on with captions where the context stays suspended, and offers a tap', async () => {
    const { page, problems } = await visit(site, async (opening) => {
      await opening.addInitScript(NO_SPEECH)
      await opening.addInitScript(`
        Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'interrupted' })
        AudioContext.prototype.resume = () => new Promise(() => {})`)
      await serveTones(opening, 1)
    })
    await open(page)
    await send(page)
    await expect.poll(() => caption(page), { timeout: 4_000, interval: 30 }).toContain('师傅')
    await page.getByRole('button', { name: '点这里开启声音' }).waitFor()
    expect(await mouthOpen(page)).toBeLessThan(0.02)
    expect(problems).toEqual([])
    await page.context().close()
  })

  it('goes on without Web Audio, and without a speech route (404, 503, junk)', async () => {
    for (const fault of ['none', '404', '503', 'junk']) {
      const { page, problems } = await visit(site, async (opening) => {
        await opening.addInitScript(NO_SPEECH)
        if (fault === 'none') await opening.addInitScript('delete window.AudioContext; window.AudioContext = undefined')
        await opening.route('**/v1/speech/**', (route) =>
          fault === 'junk' ? route.fulfill({ body: 'no sound' }) : route.fulfill({ status: Number(fault) || 404 }),
        )
      })
      await open(page)
      await send(page)
      await expect.poll(() => caption(page), { timeout: 4_000, interval: 30 }).toContain('师傅')
      expect(await mouthOpen(page)).toBeLessThan(0.02)
      expect(problems, fault).toEqual([])
      await page.context().close()
    }
  })

  it('moves the mouth by an injected speechSynthesis, and leaves one that never starts after 1.5 s', async () => {
    for (const starts of [true, false]) {
      const { page } = await visit(mute, (opening) =>
        opening.addInitScript(`
          window.said = []
          const voice = { lang: 'zh-CN', localService: true, voiceURI: 'v', name: 'v' }
          window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } }
          Object.defineProperty(window, 'speechSynthesis', { value: {
            getVoices: () => [voice], addEventListener() {}, removeEventListener() {},
            speak(utterance) {
              window.said.push(utterance.text)
              if (!${starts}) return
              setTimeout(() => utterance.onstart?.({}), 50)
              setTimeout(() => utterance.onboundary?.({ charIndex: 2 }), 300)
              setTimeout(() => utterance.onend?.({}), utterance.text.length * 100 + 400)
            },
            cancel() { window.cancelled = (window.cancelled ?? 0) + 1 },
          } })`),
      )
      await open(page)
      await send(page)
      if (starts) {
        await until(page, mouthOpen, 0.15)
        // An empty utterance hangs the speech-dispatcher of Linux desktops.
        const said = await page.evaluate(() => (window as unknown as { said: string[] }).said)
        expect(said).not.toContain('')
        for (const words of said) expect(words.match(/[\u3400-\u9fff]/g)?.length ?? 0).toBeLessThanOrEqual(20)
        await page.locator('lecturer-chat textarea').press('a')
        expect(await page.evaluate(() => (window as unknown as { cancelled: number }).cancelled)).toBeGreaterThan(0)
        expect(await mouthOpen(page)).toBeLessThan(0.02)
      } else {
        await expect.poll(() => caption(page), { timeout: 4_000 }).toContain('师傅')
        expect(await mouthOpen(page)).toBeLessThan(0.02)
      }
      await page.context().close()
    }
  })

  it('keeps a still face with captions where motion is unwelcome', async () => {
    const { page } = await visit(site, (opening) => serveTones(opening, 2), { reducedMotion: 'reduce' })
    await open(page)
    await send(page)
    await until(page, level, 0.05)
    expect(await mouthOpen(page)).toBe(0)
    await expect.poll(() => caption(page)).toContain('师傅')
    await page.context().close()
  })

  it.each(['broken', 'too-large', 'unreachable'])('shows the drawn face where a VRM figure is %s', async (fault) => {
    const figure = await startSpokenSite(true, { personas: [{ ...WELDER, avatar: '/figure.vrm' }] })
    try {
      const { page, problems } = await visit(figure, async (opening) => {
        await serveTones(opening, 0.3)
        await opening.route('**/figure.vrm', (route) => {
          if (fault === 'unreachable') return route.fulfill({ status: 404 })
          const large = { 'content-length': String(80 * 1024 * 1024) }
          return route.fulfill({
            body: fault === 'broken' ? 'glTF, but not really a figure' : 'x',
            headers: fault === 'broken' ? {} : large,
          })
        })
      })
      await open(page)
      await expect.poll(() => textOf(page, '.remark'), { timeout: 10_000 }).toContain('手绘')
      expect(problems).toEqual([])
      await page.context().close()
    } finally {
      await figure.close()
    }
  })
})
