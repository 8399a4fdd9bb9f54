import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The pages beside ours: `blank` draws nothing, the others are the smallest chat that the library allows. */
export const APPS = ['blank', 'deep-chat', 'chatui'] as const
export type AppName = (typeof APPS)[number]

export interface BundledApp {
  readonly script: Buffer
  /** Null where the script holds the styles. */
  readonly styles: Buffer | null
}

/** Bundles the apps as a site would: in production mode and minified. */
export async function bundleApps(): Promise<Record<AppName, BundledApp>> {
  const outdir = await mkdtemp(join(tmpdir(), 'widget-bench-'))
  try {
    await build({
      entryPoints: APPS.map((name) => fileURLToPath(new URL(`./apps/${name}.js`, import.meta.url))),
      bundle: true,
      minify: true,
      format: 'esm',
      // ChatUI's `browser` entry is one lump: its modules can be shaken.
      mainFields: ['module', 'main'],
      target: 'es2022',
      define: { 'process.env.NODE_ENV': '"production"' },
      legalComments: 'none',
      logLevel: 'error',
      outdir,
    })
    const bundled = await Promise.all(
      APPS.map(async (name) => {
        const script = await readFile(join(outdir, `${name}.js`))
        const styles = await readFile(join(outdir, `${name}.css`)).catch(() => null)
        return [name, { script, styles }] as const
      }),
    )
    return Object.fromEntries(bundled) as Record<AppName, BundledApp>
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
}
