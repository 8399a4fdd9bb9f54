import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'vite'
import { projectDir } from '../../helpers/test-server.ts'
import { panelFiles, staticImports } from '../widget/panel-files.ts'

/** What a visitor loads, in bytes of gzip at level 9. */
export interface AvatarSizes {
  /** Everything that the first tap brings, with the default character. */
  readonly avatar: number
  /** The same with the largest of the characters. */
  readonly avatarAtMost: number
  /** How much larger the panel is for having the avatar's button. */
  readonly panelGrowth: number
  /** All that a three-dimensional figure needs on top. */
  readonly vrm: number
  readonly browserVoice: number
  readonly photo: number
}

const DEFAULT_CHARACTER = 'electrician'

/** Sizes of the built web part; the panel is built twice more, with the button's module and without. */
export async function measureSizes(): Promise<AvatarSizes> {
  const webDir = join(projectDir, 'dist', 'web')
  const assets = join(webDir, 'assets')
  const codeOf = (file: string): string => readFileSync(join(assets, file), 'utf8')
  const panel = new Set(panelFiles(webDir).first.map((path) => path.replace('assets/', '')))
  const needs = (file: string, known: ReadonlySet<string>): string[] => {
    const all = [file]
    for (const each of all) {
      for (const next of staticImports(codeOf(each))) if (!known.has(next) && !all.includes(next)) all.push(next)
    }
    return all
  }
  /** The file that one of `from` loads later, by its name. */
  const loadedBy = (from: Iterable<string>, name: string): string => {
    for (const file of from) {
      for (const [, found = ''] of codeOf(file).matchAll(/import\(\s*["'`]\.\/([\w.-]+)["'`]/g)) {
        if (found.startsWith(`${name}-`)) return found
      }
    }
    throw new Error(`Nothing loads ${name}`)
  }
  const sum = (files: readonly string[]): number => files.reduce((size, file) => size + gzipped(codeOf(file)), 0)
  const avatar = needs(loadedBy(panel, 'avatar'), panel)
  const there = new Set([...panel, ...avatar])
  const more = (name: string): number => sum(needs(loadedBy(avatar, name), there))
  const characters = readdirSync(join(projectDir, 'web-widget', 'talking-avatar', 'svg-face', 'characters'))
  const sizes = characters.map((file) => more(file.replace('.ts', '')))
  return {
    avatar: sum(avatar) + more(DEFAULT_CHARACTER),
    avatarAtMost: sum(avatar) + Math.max(...sizes),
    panelGrowth: (await panelSize(true)) - (await panelSize(false)),
    vrm: more('vrm-driver'),
    browserVoice: more('synthesis-player'),
    photo: more('photo-driver'),
  }
}

/** The panel built on its own, without what it loads later. */
async function panelSize(withSeat: boolean): Promise<number> {
  const stub: Plugin = {
    name: 'no-avatar-seat',
    load: (id) => (!withSeat && id.endsWith('/avatar-seat.ts') ? NO_SEAT : null),
  }
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [stub],
    build: {
      write: false,
      target: 'es2020',
      minify: true,
      lib: { entry: join(projectDir, 'web-widget', 'lecturer-chat', 'panel.ts'), formats: ['es'], fileName: 'panel' },
      // What it loads later would take along what both use.
      rollupOptions: { external: /talking-avatar\/stage\.ts$/, output: { minify: true } },
    },
  })
  const output = Array.isArray(built) ? built[0] : built
  if (output === undefined || !('output' in output)) throw new Error('The panel was not built')
  const { code } = output.output[0]
  return gzipped(code)
}

const NO_SEAT =
  "export const createAvatarSeat = () => ({ button: document.createElement('i'), update: () => undefined })"

function gzipped(code: string): number {
  return gzipSync(code, { level: 9 }).length
}
