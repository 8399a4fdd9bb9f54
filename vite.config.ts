import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { type BuildOptions, build as bundle, defineConfig, type Plugin } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

interface Chunk {
  readonly name: string
  readonly fileName: string
  readonly code: string
  readonly imports: readonly string[]
}

/** The chunks of a build of its own, not written. */
async function chunksOf(options: BuildOptions, define: Record<string, string> = {}): Promise<Chunk[]> {
  const built = await bundle({ configFile: false, logLevel: 'silent', define, build: { ...options, write: false } })
  const output = Array.isArray(built) ? built[0] : built
  if (output === undefined || !('output' in output)) throw new Error('The build gave nothing')
  return output.output.filter((file) => file.type === 'chunk')
}

/** The panel with all that it loads later. It shares no file with other pages, so that one request brings it whole. */
function panelChunks(): Promise<Chunk[]> {
  const names = 'assets/[name]-[hash].js'
  return chunksOf({
    ...ENGINES,
    // As a library: imports without a helper that looks for what to load before.
    lib: {
      // A second entry would take what both use out of the panel, which then needs a second round trip.
      entry: { panel: here('web-widget/lecturer-chat/panel.ts') },
      formats: ['es'],
    },
    rollupOptions: {
      preserveEntrySignatures: false,
      output: { ...PIECES, minify: true, entryFileNames: names, chunkFileNames: names },
    },
  })
}

/** `widget.js`: a classic script in ES5 that knows the panel's hashed name. */
async function loaderCode(panelFile: string): Promise<string> {
  const lib = { entry: here('web-widget/loader/widget.ts'), formats: ['iife' as const], name: 'lecturerChatLoader' }
  const [loader] = await chunksOf({ minify: false, target: 'es2015', lib }, { PANEL_FILE: JSON.stringify(panelFile) })
  // The target makes the build fail where the loader uses what ES5 cannot say.
  return (await transform(loader?.code ?? '', { target: 'es5', minify: true, format: 'iife' })).code
}

/**
 * Writes the panel and the loader that portals embed. The loader keeps its own name, so it is cached for minutes; all
 * that it loads is cached for ever. The pages load the panel by that same hashed name.
 */
function lecturerChat(): Plugin {
  let chunks: readonly Chunk[] = []
  const panelFile = (): string => {
    const panel = chunks.find(({ name }) => name === 'panel')
    if (panel === undefined) throw new Error('The bundle has no panel entry, so the loader has nothing to load')
    if (panel.imports.length > 0) throw new Error(`The panel waits for ${panel.imports.join()}: it must be one file`)
    return panel.fileName
  }
  return {
    name: 'lecturer-chat',
    apply: 'build',
    enforce: 'pre',
    async buildStart() {
      chunks = await panelChunks()
    },
    resolveId: (source) =>
      source.endsWith('/lecturer-chat/panel.ts') ? { id: `/${panelFile()}`, external: 'absolute' } : null,
    transformIndexHtml: {
      order: 'post',
      handler(html, { chunk }) {
        const href = `/${panelFile()}`
        if (html.includes(href) || chunk?.imports.includes(href) !== true) return []
        return [{ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href }, injectTo: 'head' }]
      },
    },
    async generateBundle() {
      for (const { fileName, code } of chunks) this.emitFile({ type: 'asset', fileName, source: code })
      this.emitFile({ type: 'asset', fileName: 'widget.js', source: await loaderCode(panelFile()) })
    },
  }
}

/** The oldest engines that are served. */
const ENGINES = { target: 'es2020', cssTarget: ['chrome86', 'safari14'] }

/** One page a way of embedding; they are served below `/demo/`. */
const demos = Object.fromEntries(
  ['index', 'bubble', 'inline', 'iframe', 'several', 'host-api', 'preview'].map((name) => [
    `demo-${name}`,
    here(`web-widget/pages/demo/${name}.html`),
  ]),
)

/** Of the talking avatar: what only some visitors need. */
const LAZY =
  /\/talking-avatar\/(?:photo|vrm|svg-face\/characters)\/|\/(?:synthesis-player|browser-voice|utterance-cuts|cut-track)\.ts|\/stage-texts-/

/** All that the first tap on the voice button brings in one piece, which packs better than several. */
const PIECES = {
  codeSplitting: {
    groups: [
      {
        name: 'avatar',
        test: (id: string) => id.includes('/talking-avatar/') && !LAZY.test(id),
        includeDependenciesRecursively: false,
      },
    ],
  },
}

export default defineConfig({
  root: here('web-widget/pages'),
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  plugins: [lecturerChat()],
  build: {
    outDir: here('dist/web'),
    emptyOutDir: true,
    ...ENGINES,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The VRM driver with three.js: loaded after a tap only.
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      // The build of the panel within this one is meant to take its time.
      checks: { bundlerTimings: false },
      input: {
        index: here('web-widget/pages/index.html'),
        chat: here('web-widget/pages/chat.html'),
        embed: here('web-widget/pages/embed.html'),
        console: here('web-widget/pages/console.html'),
        lab: here('web-widget/pages/avatar-lab.html'),
        ...demos,
      },
    },
  },
})
