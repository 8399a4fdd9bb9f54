import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder that is gone after the suite. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lecturer-avatars-dense-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
