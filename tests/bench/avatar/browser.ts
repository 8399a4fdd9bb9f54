import { build } from 'esbuild'
import fc from 'fast-check'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { launchBrowser } from '../../helpers/browser.ts'
import { type EspeakSpeechServer, startEspeakSpeechServer } from '../../helpers/espeak-speech-server.ts'
import { startTestServer } from '../../helpers/test-server.ts'
import { tinyVrm } from '../../helpers/tiny-vrm.ts'
import { interleaving, playInterleaving } from '../../web-widget/talking-avatar/interleavings.ts'
import {
  ask as askLecturer,
  frameTimes,
  SOFTWARE_GL,
  startFaceSite,
} from '../../web-widget/talking-avatar/real-server.ts'
import { serveTones, startSpokenSite } from '../../web-widget/talking-avatar/spoken-site.ts'
import { type AvatarSizes, measureSizes } from './sizes.ts'
import { listenToSoundCard } from './sound-card.ts'

export interface Spread {
  readonly n: number
  readonly p50: number
  readonly p95: number
}

/** What the browser half of the talking avatar takes. Times in ms, sizes in bytes of gzip. */
export interface AvatarBrowserFigures {
  /** A delta with the first clause came in the page → sound in the audio graph. Nothing cached, a peer that answers at once. */
  readonly audible: Spread
  /** The same where espeak has to speak first: a process for each clause. */
  readonly audibleEspeak: Spread
  /** The same where the server has the sound already: what everything but the voice takes. */
  readonly audibleCached: Spread
  /** Typing → the last sample in the audio graph. */
  readonly silence: Spread
  /** Typing → silence of a browser's voice at the sound card; null where there is no voice or no sound server. */
  readonly silenceBrowserVoice: Spread | null
  readonly frames: readonly Frames[]
  readonly endurance: {
    readonly utterances: number
    readonly bargeIns: number
    readonly contexts: number
    readonly heapGrowth: number
  }
  /** A VRM figure's script in a frame; without a graphics card, so nothing is said of its frames a second. */
  readonly figure: Spread
  readonly stale: { readonly interleavings: number; readonly cuts: number; readonly frames: number }
  readonly sizes: AvatarSizes
}

export interface Frames {
  /** How many times slower the processor was made. */
  readonly throttle: number
  readonly script: Spread
  /** Frames a second that the browser offered, and that were drawn. */
  readonly offered: number
  readonly drawn: number
  /** Drawn in the slowest and in the fastest second. */
  readonly drawnLeast: number
  readonly drawnMost: number
  /** Whether the governor leaves every other frame out. */
  readonly halved: boolean
}

/** What is asked: every question is a first clause that the server has no sound of yet. */
const QUESTIONS: Readonly<Record<string, readonly string[]>> = {
  'lin-yue': [
    '你的师傅是谁？',
    '你第一次正式焊的是什么东西？',
    '焊条为什么要先烘干？',
    '你最丢脸的一次返修是怎么回事？',
    '你得过哪些奖？',
    '你对想学焊接的学生有什么建议？',
  ],
  'gao-zhenbang': [
    '车工说的一丝是多少？',
    '你下岗以后是靠什么活下来的？',
    '你那次撞刀赔了多少钱？',
    '热变形是怎么补偿的？',
    '数字孪生最大的用处是什么？',
    '想学数控的学生应该先学什么？',
  ],
  'zhao-xiaoman': [
    '你第一天送快递送了多少件？',
    '你的手绘地图是怎么来的？',
    '你的职业伤害保障一共赔了多少钱？',
    '骑手怎么加入工会？',
    '跟平台协商谈成了哪几条？',
    '你的养老保险每个月交多少钱？',
  ],
  'sichuan-guide': [
    '四川省劳模工匠宣讲团是什么时候成立的？',
    '宣讲团有多少名成员？',
    '全省一共讲了多少场？',
    '宣讲团的数字化展厅是怎么回事？',
  ],
}
/** Another speed is another sound: each question is asked at all of them. */
const SPEEDS = ['1×', '1.2×'] as const

/** Measures the talking avatar in headless Chromium. The web part must be built. */
export async function measureAvatarBrowser(): Promise<AvatarBrowserFigures> {
  const browser = await launchBrowser(['--enable-speech-dispatcher'])
  if (browser === null) throw new Error('There is no Chromium to measure in')
  try {
    const sound = await measureSound(browser)
    const { frames, endurance } = await measureFace(browser)
    return {
      ...sound,
      silenceBrowserVoice: await measureBrowserVoice(browser),
      frames,
      endurance,
      figure: await measureFigure(),
      stale: await playInterleavings(1_000),
      sizes: await measureSizes(),
    }
  } finally {
    await browser.close()
  }
}

async function measureSound(browser: Browser) {
  const peer = await startEspeakSpeechServer(0, true)
  try {
    const first = await askAll(browser, peer, [...SPEEDS, SPEEDS[0]])
    // A new server has no sound yet; the peer has spoken all of it before.
    const second = await askAll(browser, peer, SPEEDS)
    return {
      audible: spread(second.fresh),
      audibleEspeak: spread(first.fresh),
      audibleCached: spread(first.cached),
      silence: spread([...first.silence, ...second.silence]),
    }
  } finally {
    await peer.close()
  }
}

async function askAll(browser: Browser, peer: EspeakSpeechServer, speeds: readonly string[]) {
  const server = await startTestServer({ SPEECH_BASE_URL: peer.baseUrl, SPEECH_VOICE: 'bench' })
  const fresh: number[] = []
  const cached: number[] = []
  const silence: number[] = []
  try {
    for (const [persona, questions] of Object.entries(QUESTIONS)) {
      const page = await openStage(browser, `${server.address}/p/${persona}`)
      for (const [round, speed] of speeds.entries()) {
        const speedButton = page.getByRole('button', { name: '语速' })
        while ((await speedButton.textContent()) !== speed) await speedButton.click()
        for (const question of questions) {
          await ask(page, question)
          const took = await page.evaluate(() => window.avatarBench.untilAudible(15_000))
          if (took !== null) (round < SPEEDS.length ? fresh : cached).push(took)
          await page.waitForTimeout(250 + 40 * round)
          silence.push(await page.evaluate(() => window.avatarBench.untilSilent()))
          await answered(page)
        }
      }
      await page.context().close()
    }
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()))
    await server.close()
  }
  return { fresh, cached, silence }
}

async function measureFace(browser: Browser) {
  const site = await startSpokenSite(true)
  try {
    const page = await openStage(browser, `${site.address}p/lin-yue`, (opening) => serveTones(opening, 8))
    const session = await page.context().newCDPSession(page)
    await ask(page, '你的师傅是谁？')
    await page.evaluate(() => window.avatarBench.untilAudible(10_000))
    const frames: Frames[] = []
    for (const throttle of [1, 6]) {
      await session.send('Emulation.setCPUThrottlingRate', { rate: throttle })
      // The governor looks at two seconds before it decides.
      await page.waitForTimeout(throttle === 1 ? 500 : 5_000)
      const taken = await page.evaluate(() => window.avatarBench.frames(8_000))
      frames.push(framesOf(throttle, taken))
    }
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
    await page.context().close()
    return { frames, endurance: await endure(browser, site.address) }
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()))
    await site.close()
  }
}

function framesOf(throttle: number, { script, drawnAt }: { script: number[]; drawnAt: number[] }): Frames {
  const first = drawnAt[0] ?? 0
  const seconds = Math.floor(((drawnAt.at(-1) ?? 0) - first) / 1_000)
  const each = Array.from(
    { length: seconds },
    (_value, second) => drawnAt.filter((at) => Math.floor((at - first) / 1_000) === second).length,
  )
  return {
    throttle,
    script: spread(script),
    offered: script.length / 8,
    drawn: drawnAt.length / 8,
    drawnLeast: Math.min(...each),
    drawnMost: Math.max(...each),
    halved: drawnAt.length < script.length * 0.7,
  }
}

async function measureFigure(): Promise<Spread> {
  const browser = await launchBrowser(SOFTWARE_GL)
  if (browser === null) throw new Error('There is no Chromium to measure in')
  const files = { 'figure.vrm': { body: tinyVrm(), type: 'model/gltf-binary' } }
  const site = await startFaceSite('/faces/figure.vrm', ['text', 'voice', 'likeness'], files)
  try {
    const { page } = await site.open(browser)
    await page.locator('lecturer-chat talking-avatar canvas.face').waitFor()
    await askLecturer(page)
    return spread(await frameTimes(page, 4_000))
  } finally {
    await browser.close()
    await site.close()
  }
}

/** Barge-ins among sounds that come, fail and end at any time: what is seen or heard of what was cut off. */
async function playInterleavings(interleavings: number): Promise<AvatarBrowserFigures['stale']> {
  let cuts = 0
  let frames = 0
  for (const script of fc.sample(interleaving, interleavings)) {
    const played = await playInterleaving(script)
    cuts += played.cuts
    frames += played.stale
  }
  return { interleavings, cuts, frames }
}

/** 50 times a spoken answer of four clauses and more, each cut off; heap and contexts before and after. */
async function endure(browser: Browser, address: string): Promise<AvatarBrowserFigures['endurance']> {
  let utterances = 0
  const page = await openStage(browser, `${address}p/lin-yue`, (opening) => serveTones(opening, 0.08))
  page.on('request', (request) => {
    if (request.url().includes('/v1/speech/')) utterances++
  })
  const session = await page.context().newCDPSession(page)
  await ask(page, '你的师傅是谁？')
  await answered(page)
  await page.waitForTimeout(2_000)
  const again = page.getByRole('button', { name: '再听一遍' })
  const once = async (): Promise<void> => {
    const before = utterances
    await again.click()
    while (utterances < before + 4) await page.waitForTimeout(30)
    await page.evaluate(() => window.avatarBench.type())
    await again.waitFor()
  }
  for (let warm = 0; warm < 5; warm++) await once()
  utterances = 0
  const before = await heap(session)
  for (let round = 0; round < 50; round++) await once()
  const heapGrowth = (await heap(session)) - before
  const contexts = await page.evaluate(() => window.avatarBench.contexts())
  await page.context().close()
  return { utterances, bargeIns: 50, contexts, heapGrowth }
}

/** Null where no Mandarin voice or no sound server is here: without a sink speech-dispatcher starts and then hangs. */
async function measureBrowserVoice(browser: Browser): Promise<Spread | null> {
  const card = listenToSoundCard()
  if (card === null) return null
  const site = await startSpokenSite(false)
  const times: number[] = []
  try {
    const page = await openStage(browser, `${site.address}p/lin-yue`)
    const voices = () => speechSynthesis.getVoices().some(({ lang }) => /^(zh|cmn)/i.test(lang))
    if (!(await page.waitForFunction(voices, null, { timeout: 20_000 }).catch(() => null))) return null
    for (let round = 0; round < 16; round++) {
      await ask(page, '你的师傅是谁？')
      if (!(await page.evaluate(() => window.avatarBench.untilBrowserSpeaks(6_000)))) continue
      await page.waitForTimeout(500 + 30 * round)
      const typedAt = await page.evaluate(() => window.avatarBench.typedAt())
      await page.waitForTimeout(1_200)
      const loud = card.lastLoud()
      if (loud !== null && loud > typedAt - 400) times.push(Math.max(0, loud - typedAt))
      await answered(page)
    }
  } finally {
    card.stop()
    await Promise.all(browser.contexts().map((context) => context.close()))
    await site.close()
  }
  return times.length === 0 ? null : spread(times)
}

async function openStage(
  browser: Browser,
  address: string,
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<Page> {
  const context = await browser.newContext({
    locale: 'zh-CN',
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
  })
  const page = await context.newPage()
  await page.addInitScript({ content: await listening() })
  await prepare(page)
  await page.goto(address)
  await page.locator('lecturer-chat .opening .topics').waitFor()
  await page.getByRole('button', { name: '出声讲给我听' }).click()
  await page.locator('lecturer-chat talking-avatar svg.face').waitFor()
  await page.waitForTimeout(500)
  return page
}

/** Built on its own: a function from here would bring helpers along that the page does not have. */
async function listening(): Promise<string> {
  const contents = "import { listenInPage } from './listen-in-page.ts'\nlistenInPage()"
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
  })
  return outputFiles[0]?.text ?? ''
}

async function ask(page: Page, question: string): Promise<void> {
  await page.locator('lecturer-chat textarea').fill(question)
  await page.locator('lecturer-chat .send').click()
}

async function answered(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const chat = document.querySelector('lecturer-chat')?.shadowRoot
    return chat?.querySelector('.log[aria-busy]') === null
  })
}

async function heap(session: CDPSession): Promise<number> {
  for (let time = 0; time < 3; time++) await session.send('HeapProfiler.collectGarbage')
  return (await session.send('Runtime.getHeapUsage')).usedSize
}

function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((left, right) => left - right)
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) * 100) / 100
  return { n: sorted.length, p50: at(0.5), p95: at(0.95) }
}
