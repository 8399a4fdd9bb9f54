import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { transform } from 'esbuild'
import { beforeAll, describe, expect, it } from 'vitest'
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
  it('stays within its weight: loader 6 KiB, panel 35 KiB, gzip', () => {
    const panel = assets.find(({ name }) => name.startsWith('panel-'))
    expect(gzipSync(loader).length).toBeLessThanOrEqual(6 * KIB)
    expect(gzipSync(panel?.code ?? '').length).toBeGreaterThan(5 * KIB)
    expect(gzipSync(panel?.code ?? '').length).toBeLessThanOrEqual(35 * KIB)
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
    const panel = assets.find(({ name }) => name.startsWith('panel-'))
    expect(panel?.name).toMatch(/^panel-[\w-]{8,}\.js$/)
    expect(loader).toContain(`assets/${panel?.name}`)
    expect(panel?.code).not.toMatch(/^import\b/)
  })
})
