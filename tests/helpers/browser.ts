import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Where Chromium is on this machine; null where there is none. */
export function chromiumPath(): string | null {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  return existsSync(path) ? path : null
}

/** A browser for a test suite, or null where the machine has none; under CI a missing browser is an error. */
export async function launchBrowser(flags: readonly string[] = []): Promise<Browser | null> {
  const executablePath = chromiumPath()
  if (executablePath === null) {
    if (process.env.CI === 'true') throw new Error('Chromium is missing: install it or set CHROMIUM_PATH')
    return null
  }
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] })
}
