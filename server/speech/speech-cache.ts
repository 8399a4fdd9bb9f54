import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../log.ts'

/** Sounds that were made before, by what was said, in which voice, how fast. */
export interface SpeechCache {
  get(key: string): Promise<Buffer | undefined>
  set(key: string, sound: Buffer): void
}

export interface SpeechCacheLimits {
  readonly memoryBytes: number
  readonly diskBytes: number
}

const DEFAULT_LIMITS: SpeechCacheLimits = { memoryBytes: 32 * 1024 * 1024, diskBytes: 256 * 1024 * 1024 }
/** The disk is tidied after so many writes. */
const TIDY_EVERY = 100

/** The key of a sound: nothing of the text can be read from it. */
export function speechKey(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** The last used sounds in memory, and in `dir` where there is one. A disk that is full or gone costs nothing but speed. */
export function createSpeechCache(dir: string | undefined, log: Log, limits = DEFAULT_LIMITS): SpeechCache {
  const memory = new Map<string, Buffer>()
  let held = 0
  let writes = 0
  const keep = (key: string, sound: Buffer) => {
    held -= memory.get(key)?.length ?? 0
    memory.delete(key)
    memory.set(key, sound)
    held += sound.length
    for (const [oldest, old] of memory) {
      if (held <= limits.memoryBytes) break
      memory.delete(oldest)
      held -= old.length
    }
  }
  const write = async (folder: string, key: string, sound: Buffer) => {
    await mkdir(folder, { recursive: true })
    const path = join(folder, key)
    await writeFile(`${path}.part`, sound)
    await rename(`${path}.part`, path)
    writes += 1
    if (writes % TIDY_EVERY === 1) await tidy(folder, limits.diskBytes)
  }
  return {
    async get(key) {
      const known = memory.get(key)
      if (known !== undefined || dir === undefined) {
        if (known !== undefined) keep(key, known)
        return known
      }
      const path = join(dir, key)
      const sound = await readFile(path).catch(() => undefined)
      if (sound === undefined) return undefined
      keep(key, sound)
      const now = new Date()
      utimes(path, now, now).catch(() => undefined)
      return sound
    },
    set(key, sound) {
      keep(key, sound)
      if (dir !== undefined)
        write(dir, key, sound).catch((error) => log.warn({ err: error }, 'a sound could not be kept on disk'))
    },
  }
}

/** Removes what was used longest ago until the folder holds no more than `most` bytes. */
async function tidy(folder: string, most: number): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name)
      const { size, mtimeMs } = await stat(path)
      return { path, size, mtimeMs }
    }),
  )
  let total = files.reduce((sum, { size }) => sum + size, 0)
  for (const { path, size } of files.sort((left, right) => left.mtimeMs - right.mtimeMs)) {
    if (total <= most) return
    await rm(path, { force: true })
    total -= size
  }
}
