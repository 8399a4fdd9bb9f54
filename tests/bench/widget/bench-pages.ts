import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { BenchFile } from './bench-server.ts'
import { APPS, type AppName, type BundledApp } from './bundle-apps.ts'
import type { Target } from './measure.ts'
import { panelFiles } from './panel-files.ts'

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' }
const HTML = 'text/html; charset=utf-8'

export const PORTAL_PATH = '/portal'
export const OURS: Target = {
  name: 'lecturer-chat',
  path: (history) => `/p/history-${history}`,
  ours: true,
  blank: false,
}

/** The page of another library's app. */
export function appTarget(name: AppName): Target {
  return { name, path: (history) => `/${name}?history=${history}`, ours: false, blank: name === 'blank' }
}

/** Serves the built widget beside the bundled apps. */
export function benchPages(webDir: string, apps: Record<AppName, BundledApp>): (path: string) => BenchFile | null {
  return (path) => {
    if (path === PORTAL_PATH) return { type: HTML, body: portal() }
    const app = APPS.find((name) => path === `/${name}` || path.startsWith(`/apps/${name}.`))
    if (app !== undefined) return appFile(app, apps[app], path)
    const file = join(webDir, path.startsWith('/p/') ? 'chat.html' : path)
    if (path.includes('..') || !existsSync(file)) return null
    return { type: TYPES[extname(file)] ?? HTML, body: readFileSync(file) }
  }
}

function appFile(name: AppName, app: BundledApp, path: string): BenchFile | null {
  if (path.endsWith('.js')) return { type: 'text/javascript', body: app.script }
  if (path.endsWith('.css')) return app.styles === null ? null : { type: 'text/css', body: app.styles }
  const styles = app.styles === null ? '' : `<link rel="stylesheet" href="/apps/${name}.css">`
  return { type: HTML, body: pageOf(styles, `<script type="module" src="/apps/${name}.js"></script>`) }
}

function portal(): string {
  return pageOf('', '<h1>门户</h1><script src="/widget.js" data-persona="history-0" data-name="林悦"></script>')
}

function pageOf(head: string, body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>-</title>
<style>body{margin:0}</style>${head}</head><body>${body}</body></html>`
}

export interface Weights {
  readonly loader: number
  /** With all that it cannot begin without, in Simplified Chinese. */
  readonly panel: number
  /** The same in the language that weighs most. */
  readonly panelAtMost: number
  readonly apps: Readonly<Record<string, { script: number; styles: number }>>
}

/** Bytes after gzip at its best level. */
export function weigh(webDir: string, apps: Record<AppName, BundledApp>): Weights {
  const packed = (body: Buffer | null): number => (body === null ? 0 : gzipSync(body, { level: 9 }).length)
  const file = (path: string): number => packed(readFileSync(join(webDir, path)))
  const { first, languages } = panelFiles(webDir)
  const panel = first.reduce((sum, path) => sum + file(path), 0)
  return {
    loader: file('widget.js'),
    panel,
    panelAtMost: panel + Math.max(...Object.values(languages).map(file)),
    apps: Object.fromEntries(
      APPS.map((name) => [name, { script: packed(apps[name].script), styles: packed(apps[name].styles) }]),
    ),
  }
}
