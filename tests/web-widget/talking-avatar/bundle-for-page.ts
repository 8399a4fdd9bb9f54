import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const FOLDER = fileURLToPath(new URL('../../../web-widget/talking-avatar/', import.meta.url))

/** A script for a page: `source` may import the modules of the talking avatar as `./…`. */
export async function bundleForPage(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: FOLDER, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2020',
  })
  return outputFiles[0]?.text ?? ''
}
