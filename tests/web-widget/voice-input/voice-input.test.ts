import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type App, buildApp } from '../../../server/app.ts'
import { readConfig } from '../../../server/config.ts'
import { openDeps } from '../../../server/deps.ts'
import { chromiumPath, launchBrowser } from '../../helpers/browser.ts'
import { type ScriptedTranscription, startScriptedTranscription } from '../../helpers/scripted-transcription.ts'
import { projectDir } from '../../helpers/test-server.ts'
import { toneWav } from '../../helpers/tone.ts'
import { builtWidget } from '../../helpers/widget-site.ts'

const installed = chromiumPath() !== null || process.env.CI === 'true'
if (!installed) process.stderr.write('skipped: Chromium is not installed (tests/web-widget/voice-input)\n')

const WORDS = '你的师傅是谁？'
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
const silent = { debug() {}, info() {}, warn() {}, error() {} }

let folder = ''
let endpoint: ScriptedTranscription
let speaking: Browser
let whispering: Browser
let app: App
let plain: App
let address = ''
let plainAddress = ''
const problems: string[] = []
const contexts: BrowserContext[] = []

/** The real server with the widget as it is built now. */
async function startServer(name: string, env: Record<string, string>): Promise<[App, string]> {
  const config = readConfig({ DATA_DIR: join(folder, name), ...env }, projectDir)
  const deps = await openDeps({ config, projectDir, log: silent })
  const started = await buildApp({ ...deps, webDir: await builtWidget() })
  return [started, await started.server.listen({ host: '127.0.0.1', port: 0 })]
}

async function openBrowser(sound: string): Promise<Browser> {
  const browser = await launchBrowser([
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-audio-capture=${sound}`,
  ])
  if (browser === null) throw new Error('no browser')
  return browser
}

async function openPage(options: BrowserContextOptions & { at?: string; browser?: Browser; allow?: boolean } = {}) {
  const { at = `${address}/p/lin-yue`, browser = speaking, allow = true, ...rest } = options
  const context = await browser.newContext({
    locale: 'zh-CN',
    viewport: { width: 800, height: 800 },
    ...(allow ? { permissions: ['microphone'] } : {}),
    ...rest,
  })
  contexts.push(context)
  const page = await context.newPage()
  page.on('pageerror', (error) => problems.push(error.message))
  await page.addInitScript({ content: axe.source })
  await page.goto(at)
  const chat = page.locator('lecturer-chat')
  await chat.locator('.opening .topics').waitFor()
  return { page, chat, mic: chat.locator('.mic'), field: chat.locator('textarea') }
}

/** Ends the browser's use of its microphone in the given way, from now on. */
function failMicrophone(page: Page, name: string): Promise<void> {
  return page.evaluate((error) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', error))
  }, name)
}

async function holdMic(page: Page, mic: Locator, ms: number): Promise<{ x: number; y: number }> {
  const box = await mic.boundingBox()
  const at = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
  await page.mouse.move(at.x, at.y)
  await page.mouse.down()
  await page.waitForTimeout(ms)
  return at
}

function serious(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const results = await (window as unknown as { axe: typeof axe }).axe.run(document)
    return results.violations
      .filter((rule) => rule.impact === 'serious' || rule.impact === 'critical')
      .map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
  })
}

describe.skipIf(!installed)('voice input, in a real browser with the real server', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lecturer-avatars-voice-'))
    await writeFile(join(folder, 'tone.wav'), toneWav(5))
    await writeFile(join(folder, 'silence.wav'), toneWav(5).fill(0, 44))
    endpoint = await startScriptedTranscription(WORDS)
    speaking = await openBrowser(join(folder, 'tone.wav'))
    whispering = await openBrowser(join(folder, 'silence.wav'))
    ;[app, address] = await startServer('with', {
      TRANSCRIPTION_BASE_URL: endpoint.baseUrl,
      TRANSCRIPTION_MODEL: 'whisper-1',
    })
    ;[plain, plainAddress] = await startServer('without', {})
  })
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
    endpoint.use(WORDS)
    expect(problems.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await speaking?.close()
    await whispering?.close()
    await app?.server.close()
    await plain?.server.close()
    await endpoint?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('writes what was said into the field after two taps, and sends nothing by itself', async () => {
    const { page, chat, mic, field } = await openPage()
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
    expect(await mic.getAttribute('aria-label')).toBe('语音输入')
    expect(await mic.getAttribute('aria-pressed')).toBe('false')
    await field.fill('师傅，')
    await mic.click()
    await chat.locator('.voice.recording').waitFor()
    expect(await mic.getAttribute('aria-pressed')).toBe('true')
    expect(await chat.locator('[role=status]').first().textContent()).toBe('正在录音，最长 55 秒')
    await expect.poll(() => chat.locator('.voice-time').textContent()).toBe('0:01')
    const stroke = await chat.locator('.voice-waves i').last().getAttribute('style')
    expect(Number(/scaleY\(([\d.]+)\)/.exec(stroke ?? '')?.[1])).toBeGreaterThan(0.4)
    await mic.click()
    await expect.poll(() => field.inputValue()).toBe(`师傅，${WORDS}`)
    expect(await mic.getAttribute('aria-pressed')).toBe('false')
    expect(await chat.locator('.voice').isVisible()).toBe(false)
    expect(await chat.locator('.turn').count()).toBe(0)
    expect(await chat.locator('[role=status]').first().textContent()).toContain('请核对后发送')
    const call = endpoint.calls.at(-1)
    expect(call?.file.name).toMatch(/^speech\.(webm|mp4|ogg)$/)
    expect(call?.file.bytes.length).toBeGreaterThan(1_000)
    // The code came with the first touch.
    expect(loaded.filter((path) => path.includes('voice-input')).length).toBe(1)
    await chat.locator('.send').click()
    await chat.locator('.foot:not([hidden])').waitFor()
  })

  it('lets go of the microphone after a recording', async () => {
    const { page, chat, mic, field } = await openPage()
    await page.evaluate(() => {
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      const tracks: MediaStreamTrack[] = []
      Object.assign(window, { tracks })
      navigator.mediaDevices.getUserMedia = async (wish) => {
        const stream = await ask(wish)
        tracks.push(...stream.getTracks())
        return stream
      }
    })
    const states = () =>
      page.evaluate(() => (window as unknown as { tracks: MediaStreamTrack[] }).tracks.map((track) => track.readyState))
    expect(await states()).toEqual([])
    await mic.click()
    await chat.locator('.voice.recording').waitFor()
    expect(await states()).toEqual(['live'])
    await page.keyboard.press('Escape')
    await chat.locator('.voice').waitFor({ state: 'hidden' })
    expect(await states()).toEqual(['ended'])
    expect(await field.inputValue()).toBe('')
    expect(await chat.locator('[role=status]').first().textContent()).toBe('已取消录音')
  })

  it('records while the button is held, and cancels where the finger slides away', async () => {
    const { page, chat, mic, field } = await openPage()
    await holdMic(page, mic, 600)
    await chat.locator('.voice.recording').waitFor()
    expect(await chat.locator('.voice-hint').textContent()).toBe('松开结束，滑开取消')
    await page.waitForTimeout(900)
    await page.mouse.up()
    await expect.poll(() => field.inputValue()).toBe(WORDS)
    await field.fill('')
    const before = endpoint.calls.length
    const at = await holdMic(page, mic, 600)
    await chat.locator('.voice.recording').waitFor()
    await page.mouse.move(at.x + 20, at.y - 200, { steps: 4 })
    expect(await chat.locator('.voice').getAttribute('class')).toContain('away')
    await page.mouse.up()
    await chat.locator('.voice').waitFor({ state: 'hidden' })
    await page.waitForTimeout(300)
    expect(endpoint.calls.length).toBe(before)
    expect(await field.inputValue()).toBe('')
    // A tap goes on working after a hold.
    await page.waitForTimeout(200)
    await mic.click()
    await chat.locator('.voice.recording').waitFor()
  })

  it('takes a slow tap for a tap', async () => {
    const { page, chat, mic, field } = await openPage()
    await mic.click()
    await chat.locator('.voice.recording').waitFor()
    await page.keyboard.press('Escape')
    await chat.locator('.voice').waitFor({ state: 'hidden' })
    // The times of events are what counts, not how busy this machine is.
    await mic.evaluate((button) => {
      const now = performance.now()
      const press = (type: string, at: number): void => {
        const event = new PointerEvent(type, { pointerId: 1, button: 0, bubbles: true, composed: true })
        Object.defineProperty(event, 'timeStamp', { value: at })
        button.dispatchEvent(event)
      }
      button.setPointerCapture = () => {}
      button.hasPointerCapture = () => true
      press('pointerdown', now)
      setTimeout(() => press('pointerup', now + 500), 400)
    })
    await chat.locator('.voice.recording').waitFor()
    await expect.poll(() => chat.locator('.voice-hint').textContent()).toBe('说完点左边的红按钮')
    await page.waitForTimeout(900)
    await mic.click()
    await expect.poll(() => field.inputValue()).toBe(WORDS)
  })

  it('works by the keys: Space starts, Tab reaches ✕, Enter stops', async () => {
    const { page, chat, mic, field } = await openPage()
    const focused = () =>
      page.evaluate(() =>
        document.querySelector('lecturer-chat')?.shadowRoot?.activeElement?.getAttribute('aria-label'),
      )
    await mic.focus()
    await page.keyboard.press('Space')
    await chat.locator('.voice.recording').waitFor()
    await page.keyboard.press('Tab')
    expect(await focused()).toBe('取消语音输入')
    await page.keyboard.press('Enter')
    await chat.locator('.voice').waitFor({ state: 'hidden' })
    expect(await focused()).toBe('语音输入')
    await page.keyboard.press('Enter')
    await chat.locator('.voice.recording').waitFor()
    await page.waitForTimeout(800)
    await page.keyboard.press('Enter')
    await expect.poll(() => field.inputValue()).toBe(WORDS)
  })

  it('says what is wrong: permission, microphone, too short, not understood', async () => {
    const { page, chat, mic } = await openPage()
    const alert = chat.locator('.alert')
    for (const [name, words] of [
      ['NotAllowedError', '没有话筒权限'],
      ['NotFoundError', '没有找到话筒'],
      ['NotReadableError', '占用'],
    ] as const) {
      await failMicrophone(page, name)
      await mic.click()
      await expect.poll(() => alert.textContent()).toContain(words)
      expect(await chat.locator('.voice').isVisible()).toBe(false)
    }
    await page.reload()
    await chat.locator('.opening .topics').waitFor()
    await mic.click()
    await chat.locator('.voice.recording').waitFor()
    await mic.click()
    await expect.poll(() => alert.textContent()).toContain('太短')
    endpoint.use('')
    await mic.click()
    await chat.locator('.voice.recording').waitFor()
    await page.waitForTimeout(900)
    await mic.click()
    await expect.poll(() => alert.textContent()).toContain('没有听清')
  })

  it('says so where nobody was to be heard', async () => {
    const quiet = await openPage({ browser: whispering })
    await quiet.mic.click()
    await quiet.chat.locator('.voice.recording').waitFor()
    await quiet.page.waitForTimeout(900)
    await quiet.mic.click()
    await expect.poll(() => quiet.chat.locator('.alert').textContent()).toContain('没有听到声音')
  })

  it('keeps what was said when the network or the endpoint fails, and tries again', async () => {
    const { page, chat, mic, field } = await openPage()
    endpoint.use({ status: 500 })
    await mic.click()
    await chat.locator('.voice.recording').waitFor()
    await page.waitForTimeout(800)
    await mic.click()
    const again = chat.getByRole('button', { name: '再试一次' })
    await again.waitFor()
    expect(await chat.locator('.alert').textContent()).toBe('这次没能转成文字。')
    expect(await serious(page)).toEqual([])
    await page.route('**/v1/audio/**', (route) => route.abort())
    await again.click()
    await expect.poll(() => chat.locator('.alert').textContent()).toContain('网络不通')
    await page.unroute('**/v1/audio/**')
    endpoint.use(WORDS)
    await again.click()
    await expect.poll(() => field.inputValue()).toBe(WORDS)
    expect(await chat.locator('.alert').textContent()).toBe('')
    await page.context().setOffline(true)
    await mic.click()
    await expect.poll(() => chat.locator('.alert').textContent()).toContain('网络断开')
  })

  it('stops by itself at 55 seconds, counting down the last ten', async () => {
    const { page, chat, mic, field } = await openPage()
    await mic.click()
    await chat.locator('.voice.recording').waitFor()
    await page.evaluate(() => {
      const now = performance.now.bind(performance)
      const jump = 50_000
      performance.now = () => now() + jump
    })
    await expect.poll(() => chat.locator('.voice-time').textContent()).toMatch(/^还剩 [1-5] 秒$/)
    await expect.poll(() => field.inputValue(), { timeout: 15_000 }).toBe(WORDS)
  })

  it('points phones to the microphone of their keyboard where the server has no endpoint', async () => {
    const { page, chat, mic } = await openPage({ at: `${plainAddress}/p/lin-yue`, ...PHONE })
    const loaded: string[] = []
    page.on('request', (request) => loaded.push(request.url()))
    await mic.tap()
    await expect.poll(() => chat.locator('.alert').textContent()).toBe('点键盘上的话筒说话')
    const inField = await page.evaluate(
      () => document.querySelector('lecturer-chat')?.shadowRoot?.activeElement?.tagName,
    )
    expect(inField).toBe('TEXTAREA')
    // The panel's sheets may come meanwhile, when idle.
    expect(loaded.filter((url) => url.includes('voice'))).toEqual([])
    const desk = await openPage({ at: `${plainAddress}/p/lin-yue` })
    expect(await desk.mic.isVisible()).toBe(false)
  })

  for (const [name, query, contrast] of [
    ['light', '', false],
    ['dark', '?theme=dark', false],
    ['elder', '?elder=1', true],
    ['elder and dark', '?elder=1&theme=dark', false],
  ] as const) {
    it(`has no serious finding while recording: ${name}`, async () => {
      const { page, chat, mic } = await openPage({ ...PHONE, at: `${address}/p/lin-yue${query}` })
      await mic.tap()
      await chat.locator('.voice.recording').waitFor()
      await page.waitForTimeout(600)
      expect(await serious(page)).toEqual([])
      if (contrast) {
        for (const part of ['.mic', '.voice .tool']) {
          const box = await chat.locator(part).boundingBox()
          expect(Math.min(box?.width ?? 0, box?.height ?? 0), part).toBeGreaterThanOrEqual(60)
        }
        for (const part of ['.voice-hint', '.voice-time']) {
          const size = await chat.locator(part).evaluate((element) => getComputedStyle(element).fontSize)
          expect(Number.parseFloat(size), part).toBeGreaterThanOrEqual(18)
        }
      } else {
        const box = await mic.boundingBox()
        expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44)
      }
    })
  }

  it('leaves the composer within 320 pixels, elder mode included', async () => {
    for (const query of ['', '?elder=1']) {
      const { page, chat, mic, field } = await openPage({
        at: `${address}/p/lin-yue${query}`,
        viewport: { width: 320, height: 640 },
        hasTouch: true,
      })
      expect((await field.boundingBox())?.width).toBeGreaterThan(100)
      await mic.tap()
      await chat.locator('.voice.recording').waitFor()
      const wide = await page.evaluate(() => {
        const root = document.querySelector('lecturer-chat')?.shadowRoot
        return [...(root?.querySelectorAll('.compose, .voice, .voice-state') ?? [])]
          .filter((part) => part.scrollWidth > part.clientWidth + 1)
          .map((part) => part.className)
      })
      expect(wide).toEqual([])
    }
  })
})
