import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { build as bundle, defineConfig, type Plugin } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/**
 * Writes `widget.js`, the loader that portals embed: a classic script in ES5 that knows the panel's hashed name.
 * It keeps its own name, so it is cached for minutes; all that it loads is cached for ever.
 */
function loader(): Plugin {
  return {
    name: 'lecturer-chat-loader',
    apply: 'build',
    async generateBundle(_options, files) {
      const panel = Object.values(files).find((file) => file.type === 'chunk' && file.isEntry && file.name === 'panel')
      if (panel === undefined) throw new Error('The bundle has no panel entry, so the loader has nothing to load')
      const built = await bundle({
        configFile: false,
        logLevel: 'silent',
        define: { PANEL_FILE: JSON.stringify(panel.fileName) },
        build: {
          write: false,
          minify: false,
          target: 'es2015',
          lib: { entry: here('web-widget/loader/widget.ts'), formats: ['iife'], name: 'lecturerChatLoader' },
        },
      })
      const output = Array.isArray(built) ? built[0] : built
      const chunk = output !== undefined && 'output' in output ? output.output[0] : undefined
      if (chunk === undefined) throw new Error('The loader was not built')
      // The target makes the build fail where the loader uses what ES5 cannot say.
      const { code } = await transform(chunk.code, { target: 'es5', minify: true, format: 'iife' })
      this.emitFile({ type: 'asset', fileName: 'widget.js', source: code })
    },
  }
}

/** One page a way of embedding; they are served below `/demo/`. */
const demos = Object.fromEntries(
  ['index', 'bubble', 'inline', 'iframe', 'several', 'host-api', 'preview'].map((name) => [
    `demo-${name}`,
    here(`web-widget/pages/demo/${name}.html`),
  ]),
)

export default defineConfig({
  root: here('web-widget/pages'),
  base: '/',
  publicDir: false,
  logLevel: 'warn',
  plugins: [loader()],
  build: {
    outDir: here('dist/web'),
    emptyOutDir: true,
    target: 'es2020',
    cssTarget: ['chrome86', 'safari14'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The VRM driver with three.js: loaded after a tap only.
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: {
        index: here('web-widget/pages/index.html'),
        chat: here('web-widget/pages/chat.html'),
        embed: here('web-widget/pages/embed.html'),
        console: here('web-widget/pages/console.html'),
        lab: here('web-widget/pages/avatar-lab.html'),
        panel: here('web-widget/lecturer-chat/panel.ts'),
        ...demos,
      },
    },
  },
})
