import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { transform } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
import { panelFiles } from '../../bench/widget/panel-files.ts'
import { builtWidget } from '../../helpers/widget-site.ts'

const KIB = 1024
let root = ''
let loader = ''
let assets: { name: string; code: string }[] = []

beforeAll(async () => {
  root = await builtWidget()
  loader = readFileSync(join(root, 'widget.js'), 'utf8')
  assets = readdirSync(join(root, 'assets'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => ({ name, code: readFileSync(join(root, 'assets', name), 'utf8') }))
})

describe('the bundle', () => {
  const weight = (path: string): number => gzipSync(readFileSync(join(root, path)), { level: 9 }).length

  it('stays within its weight in every language: loader 6 KiB, panel 35 KiB, gzip', () => {
    const { first, languages } = panelFiles(root)
    const panel = first.reduce((sum, path) => sum + weight(path), 0)
    expect(weight('widget.js')).toBeLessThanOrEqual(6 * KIB)
    expect(panel).toBeGreaterThan(5 * KIB)
    expect(Object.keys(languages).sort()).toEqual(['en', 'zh-tw'])
    for (const [language, path] of Object.entries(languages)) {
      expect(panel + weight(path), language).toBeLessThanOrEqual(35 * KIB)
    }
  })

  it('brings the panel in one request, and the pages ask for it at once', () => {
    const { first } = panelFiles(root)
    expect(first).toHaveLength(1)
    for (const page of ['chat.html', 'embed.html', 'index.html']) {
      expect(readFileSync(join(root, page), 'utf8'), page).toContain(`="/${first[0]}"`)
    }
  })

  it('has a loader that an ES5 engine can read', async () => {
    // Lowering to ES5 fails on what it cannot lower, and changes what it can: unchanged means ES5.
    const [again, same] = await Promise.all(
      (['es5', 'esnext'] as const).map((target) => transform(loader, { target, minifySyntax: false })),
    )
    expect(again?.code).toBe(same?.code)
    expect(loader).not.toMatch(/\b(let|const|class|import)\s|=>|`/)
  })

  it('has a panel that an ES2020 engine can read, without regular expressions that look behind', async () => {
    for (const { name, code } of assets) {
      const [es2020, esnext] = await Promise.all(
        (['es2020', 'esnext'] as const).map((target) => transform(code, { target, format: 'esm' })),
      )
      expect(es2020?.code, name).toBe(esnext?.code)
      expect(code, name).not.toMatch(/\(\?<[=!]/)
      expect(code, name).not.toMatch(/\binnerHTML\b|\beval\(|new Function\(|document\.write/)
    }
  })

  it('loads the panel by its hashed name', () => {
    expect(panelFiles(root).first[0]).toMatch(/^assets\/panel-[\w-]{8,}\.js$/)
    expect(assets.filter(({ name }) => name.startsWith('panel-'))).toHaveLength(1)
  })
})
