import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a visitor loads of the built panel, as paths below the web folder. */
export interface PanelFiles {
  /** The panel and all that it cannot begin without. */
  readonly first: readonly string[]
  /** The texts of each language that does not come with the panel: one of them at most is loaded. */
  readonly languages: Readonly<Record<string, string>>
}

/** Reads from the loader which panel it loads, and from the panel what that needs. */
export function panelFiles(webDir: string): PanelFiles {
  const panel = /assets\/panel-[\w-]+\.js/.exec(readFileSync(join(webDir, 'widget.js'), 'utf8'))?.[0]
  if (panel === undefined) throw new Error('The loader names no panel')
  const first = [panel]
  for (const file of first) {
    for (const needed of staticImports(readFileSync(join(webDir, file), 'utf8'))) {
      if (!first.includes(`assets/${needed}`)) first.push(`assets/${needed}`)
    }
  }
  const languages: Record<string, string> = {}
  for (const name of readdirSync(join(webDir, 'assets'))) {
    const language = /^(en|zh-tw)-[\w-]{8}\.js$/.exec(name)?.[1]
    if (language !== undefined) languages[language] = `assets/${name}`
  }
  return { first, languages }
}

/** The files beside it that a built module imports before it runs. */
export function staticImports(code: string): string[] {
  return [...code.matchAll(/\b(?:import|from)\s*["'`](?:\.\/|\/assets\/)([\w.-]+)["'`]/g)].map(([, file]) => file ?? '')
}
