import type { Browser, Page } from 'playwright-core'
import { copyKnowledge } from '../../helpers/knowledge-folder.ts'
import { startTestServer } from '../../helpers/test-server.ts'
import { serveTones } from './spoken-site.ts'

/** No graphics card is needed: WebGL in software. */
export const SOFTWARE_GL = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader']

export interface FaceSite {
  /** Opens the persona's page and its stage, with what the page complained about. */
  open(browser: Browser): Promise<{ page: Page; problems: string[]; asked: string[] }>
  close(): Promise<void>
}

/**
 * The real server, under its own content security policy, with a real person whose avatar is the address `avatar` and
 * whose consent has `scopes`. `files` stands for what the operator's web server has below `/faces/`.
 */
export async function startFaceSite(
  avatar: string,
  scopes: readonly string[],
  files: Readonly<Record<string, { readonly body: Buffer; readonly type: string }>>,
): Promise<FaceSite> {
  const knowledge = await copyKnowledge()
  await knowledge.edit('personas/lin-yue.md', (text) =>
    text
      .replace('speaker: fictional', `speaker: real\nconsent:\n  scopes: [${scopes.join(', ')}]\n  from: '2025-01-01'`)
      .replace('avatar: welder', `avatar: ${avatar}`),
  )
  // Nobody listens there: the sounds come from the page's own routes.
  const server = await startTestServer({
    KNOWLEDGE_DIR: knowledge.dir,
    SPEECH_BASE_URL: 'http://127.0.0.1:9/v1',
    SPEECH_VOICE: 'test',
  })
  return {
    async open(browser) {
      const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 400, height: 760 } })
      const page = await context.newPage()
      const problems: string[] = []
      const asked: string[] = []
      page.on('pageerror', (error) => problems.push(error.message))
      page.on('console', (message) => {
        if (/Content Security Policy|Refused to/.test(message.text())) problems.push(message.text())
      })
      // What is drawn must be readable after the frame.
      await page.addInitScript(`
        const real = HTMLCanvasElement.prototype.getContext
        HTMLCanvasElement.prototype.getContext = function (kind, options) {
          return real.call(this, kind, /webgl/.test(kind) ? { ...options, preserveDrawingBuffer: true } : options)
        }`)
      await page.route('**/faces/**', (route) => {
        asked.push(route.request().url())
        const file = files[new URL(route.request().url()).pathname.split('/').at(-1) ?? '']
        return file === undefined
          ? route.fulfill({ status: 404 })
          : route.fulfill({ body: file.body, contentType: file.type })
      })
      await serveTones(page, 3)
      await page.goto(`${server.address}/p/lin-yue`)
      await page.locator('lecturer-chat .opening .topics').waitFor()
      await page.getByRole('button', { name: '出声讲给我听' }).click()
      await page.locator('lecturer-chat talking-avatar .face').waitFor()
      return { page, problems, asked }
    },
    async close() {
      await server.close()
      await knowledge.close()
    },
  }
}

export async function ask(page: Page): Promise<void> {
  await page.locator('lecturer-chat textarea').fill('你的师傅是谁？')
  await page.locator('lecturer-chat .send').click()
}

/** Pixels of a canvas face that are nearly black, as a share of all. */
export function darkShare(page: Page): Promise<number> {
  return page.evaluate(() => {
    const chat = document.querySelector('lecturer-chat')?.shadowRoot
    const face = chat?.querySelector('talking-avatar')?.shadowRoot?.querySelector('canvas')
    if (!face) return -1
    const copy = document.createElement('canvas')
    copy.width = face.width
    copy.height = face.height
    const context = copy.getContext('2d')
    context?.drawImage(face, 0, 0)
    const { data } = context?.getImageData(0, 0, copy.width, copy.height) ?? { data: [] }
    let dark = 0
    for (let at = 0; at < data.length; at += 4) {
      const [red = 255, green = 255, blue = 255, alpha = 0] = data.slice(at, at + 4)
      if (alpha > 200 && red < 90 && green < 40 && blue < 40) dark++
    }
    return dark / (data.length / 4)
  })
}

/** Ms of script in each frame of the next `forMs`; what a graphics card would draw takes other time. */
export function frameTimes(page: Page, forMs: number): Promise<number[]> {
  return page.evaluate(async (ms) => {
    const times: number[] = []
    const real = window.requestAnimationFrame
    window.requestAnimationFrame = (callback) =>
      real((now) => {
        const from = performance.now()
        callback(now)
        times.push(performance.now() - from)
      })
    await new Promise((resolve) => setTimeout(resolve, ms))
    window.requestAnimationFrame = real
    return times
  }, forMs)
}
