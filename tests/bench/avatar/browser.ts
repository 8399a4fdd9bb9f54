import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { launchBrowser } from '../../helpers/browser.ts'
import { startEspeakSpeechServer } from '../../helpers/espeak-speech-server.ts'
import { projectDir, startTestServer } from '../../helpers/test-server.ts'
import { serveTones, startSpokenSite } from '../../web-widget/talking-avatar/spoken-site.ts'
import { listenToSoundCard } from './sound-card.ts'

export interface Spread {
  readonly n: number
  readonly p50: number
  readonly p95: number
}

/** What the browser half of the talking avatar takes. Times in ms, sizes in bytes of gzip. */
export interface AvatarBrowserFigures {
  /** A delta with the first clause came in the page → sound in the audio graph. espeak as the peer, nothing cached. */
  readonly audible: Spread
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
  readonly chunks: Readonly<Record<string, number>>
}

interface Frames {
  readonly throttle: number
  readonly script: Spread
  /** Frames a second that the browser offered, and that were drawn. */
  readonly offered: number
  readonly drawn: number
}

const QUESTIONS = [
  '你的师傅是谁？',
  '你第一次正式焊的是什么东西？',
  '焊条为什么要先烘干？',
  '你最丢脸的一次返修是怎么回事？',
]

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
      chunks: chunkSizes(),
    }
  } finally {
    await browser.close()
  }
}

async function measureSound(browser: Browser) {
  const peer = await startEspeakSpeechServer()
  const server = await startTestServer({ SPEECH_BASE_URL: peer.baseUrl, SPEECH_VOICE: 'bench' })
  const fresh: number[] = []
  const cached: number[] = []
  const silence: number[] = []
  try {
    const page = await openStage(browser, `${server.address}/p/lin-yue`)
    for (let round = 0; round < 6; round++) {
      for (const question of QUESTIONS) {
        await ask(page, question)
        const took = await page.evaluate(() => window.avatarBench.untilAudible(15_000))
        if (took !== null) (round === 0 ? fresh : cached).push(took)
        await page.waitForTimeout(250 + 40 * round)
        silence.push(await page.evaluate(() => window.avatarBench.untilSilent()))
        await answered(page)
      }
    }
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()))
    await server.close()
    await peer.close()
  }
  return { audible: spread(fresh), audibleCached: spread(cached), silence: spread(silence) }
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
      const taken = await page.evaluate(() => window.avatarBench.frames(5_000))
      frames.push({ throttle, script: spread(taken.script), offered: taken.offered / 5, drawn: taken.drawn / 5 })
    }
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 })
    await page.context().close()
    return { frames, endurance: await endure(browser, site.address) }
  } finally {
    await Promise.all(browser.contexts().map((context) => context.close()))
    await site.close()
  }
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

/** What a visitor loads, by chunk; `face` is all the code that the first tap brings, whatever pages share it. */
function chunkSizes(): Record<string, number> {
  const folder = join(projectDir, 'dist', 'web', 'assets')
  const codeOf = (file: string): string => readFileSync(join(folder, file), 'utf8')
  const files = readdirSync(folder).filter((file) => file.endsWith('.js'))
  const withImports = (file: string, known = new Set<string>()): Set<string> => {
    if (known.has(file)) return known
    known.add(file)
    for (const [, next = ''] of codeOf(file).matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)) withImports(next, known)
    return known
  }
  const sizeOf = (file: string): number => gzipSync(codeOf(file), { level: 9 }).length
  const named = (name: string): string => {
    const found = files.find((file) => file.startsWith(`${name}-`) && !file.includes('-texts-'))
    if (found === undefined) throw new Error(`The build has no chunk ${name}`)
    return found
  }
  const there = withImports(named('panel'))
  const face = [...withImports(named('stage'))].filter((file) => !there.has(file))
  const sum = (list: readonly string[]): number => list.reduce((size, file) => size + sizeOf(file), 0)
  const lazy = ['character-parts', 'welder', 'synthesis-player', 'photo-driver', 'vrm-driver']
  return {
    panel: sum([...there]),
    face: sum(face),
    ...Object.fromEntries(lazy.map((name) => [name, sizeOf(named(name))])),
  }
}

function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((left, right) => left - right)
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN) * 100) / 100
  return { n: sorted.length, p50: at(0.5), p95: at(0.95) }
}

/** Whether a sound server runs here; without one everything is measured in the audio graph. */
export function soundServer(): string {
  try {
    return (
      execFileSync('pactl', ['info'], { stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .split('\n')[0] ?? ''
    )
  } catch {
    return 'no sound server: measured in the audio graph'
  }
}

/** One line for people. */
export function describeAvatarBrowser(figures: AvatarBrowserFigures): string {
  const ms = ({ p50, p95, n }: Spread): string => `p50 ${p50}, p95 ${p95} ms (n=${n})`
  const { endurance } = figures
  return [
    `first clause to sound ${ms(figures.audible)}, from the cache ${ms(figures.audibleCached)}`,
    `barge-in to silence ${ms(figures.silence)}`,
    `browser's voice ${figures.silenceBrowserVoice === null ? 'none started here' : ms(figures.silenceBrowserVoice)}`,
    ...figures.frames.map(
      ({ throttle, script, offered, drawn }) =>
        `${throttle}x: script ${ms(script)}, ${Math.round(offered)} fps offered, ${Math.round(drawn)} drawn`,
    ),
    `${endurance.utterances} utterances, ${endurance.bargeIns} barge-ins: ${endurance.contexts} context, heap ${Math.round(endurance.heapGrowth / 1024)} KiB more`,
    Object.entries(figures.chunks)
      .map(([name, size]) => `${name} ${(size / 1024).toFixed(1)}`)
      .join(', '),
  ].join(' · ')
}
