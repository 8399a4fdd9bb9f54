import { randomBytes } from 'node:crypto'
import { link, readFile, unlink, writeFile } from 'node:fs/promises'

/** The file in `DATA_DIR` whose text is the key of what the accounts keep secret. */
export const KEY_FILE_NAME = 'secret.key'

const SHORTEST = 32

/**
 * The key that stands in the file. A missing file is made where `makes` says so (256 random bits, readable for its owner
 * alone; of several processes that make it at once all read the same), else there is no key: null. Throws where the file
 * cannot be read or its text is too short to be a key.
 */
export async function readKeyFile(path: string, makes: boolean): Promise<Buffer | null> {
  const text = (await textOf(path)) ?? (makes ? await makeKeyFile(path) : null)
  if (text === null) return null
  const key = text.trim()
  if (key.length < SHORTEST) throw new Error(`${path}: a key has at least ${SHORTEST} characters.`)
  return Buffer.from(key, 'utf8')
}

async function makeKeyFile(path: string): Promise<string | null> {
  const written = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(written, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true })
  try {
    // Whole or not at all, and never over a key that another process has made meanwhile.
    await link(written, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    await unlink(written)
  }
  return await textOf(path)
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
