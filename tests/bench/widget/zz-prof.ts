import { builtWidget } from '/work/main/tests/helpers/widget-site.ts'
import { launchBrowser } from '/work/main/tests/helpers/browser.ts'
import { appTarget, benchPages, OURS } from '/work/main/tests/bench/widget/bench-pages.ts'
import { startBenchServer } from '/work/main/tests/bench/widget/bench-server.ts'
import { bundleApps } from '/work/main/tests/bench/widget/bundle-apps.ts'
import { hookWidget, installProbes } from '/work/main/tests/bench/widget/bench-page.ts'
import { writeFileSync, readFileSync } from 'node:fs'
import { build } from 'vite'
const [mode='chatui', hist='0', rate='1'] = process.argv.slice(2)
const webDir = '/tmp/wb/web'
await build({ configFile: '/work/main/vite.config.ts', logLevel: 'error', build: { outDir: webDir, minify: false, sourcemap: true } })
const apps = await bundleApps()
const server = await startBenchServer(400, benchPages(webDir, apps))
const b = await launchBrowser()
const ctx = await b.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true })
const page = await ctx.newPage()
page.on('pageerror', e => console.log('ERR', e.stack)); page.on('console', m => console.log('C', m.text()))
const s = await ctx.newCDPSession(page)
await page.addInitScript('globalThis.__name ??= (named) => named')
await page.addInitScript(installProbes)
if (mode === 'ours') await page.addInitScript(hookWidget)
await s.send('Emulation.setCPUThrottlingRate', { rate: Number(rate) })
await s.send('Profiler.enable'); await s.send('Profiler.setSamplingInterval', { interval: 200 })
const t = mode === 'ours' ? OURS : appTarget(mode as any)
const load = process.argv[5] === 'load'
if (load) { await page.addInitScript("window.benchWatch('〔末〕')"); await s.send('Profiler.start') }
await page.goto(server.address + t.path(Number(hist)).slice(1))
await page.waitForTimeout(load ? 2500 : 3000)
if (!load) { await s.send('Performance.enable'); await s.send('Profiler.start'); 
const m0 = (await s.send('Performance.getMetrics')).metrics
await page.evaluate(() => { window.benchWatch('〔完〕'); window.bench.ask() })
await page.waitForTimeout(5500)
const m1 = (await s.send('Performance.getMetrics')).metrics
for (const m of m1) { const o = m0.find(x => x.name === m.name).value; if (/Duration|Count/.test(m.name)) console.log(m.name, (m.value - o).toFixed(3)) } }
const { profile } = await s.send('Profiler.stop')
console.log(JSON.stringify(await page.evaluate(() => ({...window.benchFigures, frameGaps: window.benchFigures.frameGaps.length}))))
console.log((await page.content()).slice(0, 600))
await page.screenshot({ path: '/tmp/wb/shot.png' })
const self = new Map<string, number>()
const dt = profile.timeDeltas; const byId = new Map(profile.nodes.map(n => [n.id, n]))
profile.samples.forEach((id, i) => { const n = byId.get(id); const k = `${n.callFrame.functionName || '(anon)'} ${n.callFrame.url.split('/').pop()}:${n.callFrame.lineNumber + 1}`; self.set(k, (self.get(k) ?? 0) + dt[i] / 1000) })
// inclusive
const parent = new Map(); for (const n of profile.nodes) for (const c of n.children ?? []) parent.set(c, n.id)
const incl = new Map<string, number>()
profile.samples.forEach((id, i) => { const seen = new Set(); for (let x = id; x; x = parent.get(x)) { const n = byId.get(x); const k = `${n.callFrame.functionName || '(anon)'} ${n.callFrame.url.split('/').pop()}:${n.callFrame.lineNumber + 1}`; if (!seen.has(k)) { seen.add(k); incl.set(k, (incl.get(k) ?? 0) + dt[i] / 1000) } } })
console.log('SELF'); for (const [k, v] of [...self].sort((a, b) => b[1] - a[1]).slice(0, 25)) console.log(v.toFixed(1), k)
console.log('INCL'); for (const [k, v] of [...incl].sort((a, b) => b[1] - a[1]).slice(0, 30)) console.log(v.toFixed(1), k)
await b.close(); await server.close(); process.exit(0)
