import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const INSTALL_WITHIN_MS = 180_000

/**
 * Installs packages at the versions pinned in `package.json` beside this file, into a folder of their own below
 * `cacheDir`; what is there already is kept. Returns that folder.
 * @throws with what npm said where it fails or takes longer than three minutes.
 */
export function installPeer(packages: readonly string[], cacheDir: string): string {
  const { dependencies: pins } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const dependencies = Object.fromEntries(packages.map((name) => [name, pins[name]]))
  const wanted = JSON.stringify({ name: 'peer', private: true, dependencies })
  const dir = join(cacheDir, packages.map((name) => name.replace('/', '-').replace('@', '')).join('+'))
  const done = join(dir, 'installed.json')
  if (existsSync(done) && readFileSync(done, 'utf8') === wanted) return dir
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'package.json'), wanted)
  const npm = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'], {
    cwd: dir,
    encoding: 'utf8',
    timeout: INSTALL_WITHIN_MS,
  })
  if (npm.status !== 0) {
    const said =
      npm.error?.message ?? npm.stderr.split('\n').find((line) => line.includes('error')) ?? 'no reason given'
    throw new Error(`npm install failed: ${said}`)
  }
  writeFileSync(done, wanted)
  return dir
}
