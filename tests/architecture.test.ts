import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectDir } from './helpers/test-server.ts'

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?[^'"]*?from\s+['"]([^'"]+)['"]/gm

async function sourcesBelow(folder: string): Promise<{ path: string; text: string }[]> {
  const entries = await readdir(join(projectDir, folder), { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(files.map(async (path) => ({ path, text: await readFile(path, 'utf8') })))
}

// The linter holds the other arrows (biome.json); it cannot tell a type import from a value import.
describe('the widget', () => {
  it('imports nothing but types from the server', async () => {
    const sources = await sourcesBelow('web-widget')
    expect(sources.length).toBeGreaterThan(10)
    for (const { path, text } of sources) {
      for (const [statement, type, from] of text.matchAll(IMPORT)) {
        if (from?.includes('/server/')) expect({ path, statement, type: type?.trim() }).toMatchObject({ type: 'type' })
      }
    }
  })
})

describe('domain code', () => {
  it('reads no environment and has no side effects of its own at import', async () => {
    for (const { path, text } of await sourcesBelow('server')) {
      if (path.endsWith('/main.ts')) continue
      expect(text.includes('process.env'), path).toBe(false)
    }
  })
})
