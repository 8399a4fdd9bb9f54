import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

/** A model that could not be fetched; the message says which file and why, for people. */
export class FetchModelError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'FetchModelError'
  }
}

/** What a file should be, as far as anyone says. */
export interface ExpectedFile {
  readonly url: string
  readonly size?: number
  readonly sha256?: string
  /** The name that git gives to the content: SHA-1 of `blob <size>\0` and the content. */
  readonly gitSha1?: string
}

export interface DownloadOptions {
  readonly signal?: AbortSignal
  readonly silenceMs?: number
  readonly maxRetries?: number
  readonly retryMs?: number
  readonly onProgress?: (done: number, total: number | undefined) => void
}

/** Nothing more comes of asking again. */
class FinalError extends FetchModelError {}

/** Downloads one file by way of `<target>.part` and gives its size. Throws FetchModelError; the `.part` file stays for the next time. */
export async function downloadFile(target: string, expected: ExpectedFile, options: DownloadOptions): Promise<number> {
  const { maxRetries = 5, retryMs = 1_000, signal } = options
  const part = `${target}.part`
  for (let tries = 0; ; tries += 1) {
    try {
      await receive(part, expected, options)
      const { size } = await stat(part)
      await requireRight(part, size, expected)
      await rename(part, target)
      return size
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof FinalError || tries >= maxRetries) {
        const message = error instanceof Error ? error.message : String(error)
        throw new FetchModelError(`${expected.url} could not be downloaded: ${message}`, { cause: error })
      }
      await wait(Math.min(30_000, retryMs * 2 ** tries), undefined, signal && { signal })
    }
  }
}

/** Appends what is missing to the `.part` file. Returns when the server has sent all; throws when it stops earlier. */
async function receive(part: string, expected: ExpectedFile, options: DownloadOptions): Promise<void> {
  const { signal, silenceMs = 30_000, onProgress } = options
  let done = await stat(part).then(
    ({ size }) => size,
    () => 0,
  )
  if (expected.size !== undefined && done === expected.size) return
  if (expected.size !== undefined && done > expected.size) {
    await rm(part, { force: true })
    done = 0
  }
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(new Error(`nothing came for ${silenceMs} ms`)), silenceMs)
  try {
    const response = await fetch(expected.url, {
      // A compressed answer would make lengths and ranges mean something else.
      headers: { 'accept-encoding': 'identity', ...(done > 0 && { range: `bytes=${done}-` }) },
      signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
    })
    if (response.status === 416) {
      await rm(part, { force: true })
      throw new Error('the server does not know the rest of this file')
    }
    if (!response.ok || response.body === null) {
      await response.body?.cancel()
      const message = `the server answered ${response.status}`
      throw response.status < 500 && response.status !== 429 ? new FinalError(message) : new Error(message)
    }
    const continues = response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${done}-`)
    if (!continues) done = 0
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    const total = expected.size ?? (Number.isFinite(length) ? done + length : undefined)
    const file = await open(part, continues ? 'a' : 'w')
    try {
      for await (const bytes of response.body) {
        timer.refresh()
        await file.write(bytes)
        done += bytes.length
        onProgress?.(done, total)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    if (total !== undefined && done < total) throw new Error(`the server stopped after ${done} of ${total} bytes`)
  } finally {
    clearTimeout(timer)
  }
}

/** Throws, and removes the file, where it is not what it should be: the next try begins anew. */
async function requireRight(part: string, size: number, expected: ExpectedFile): Promise<void> {
  const wrong = async (what: string) => {
    await rm(part, { force: true })
    throw new Error(what)
  }
  if (expected.size !== undefined && size !== expected.size) {
    await wrong(`it has ${size} bytes and should have ${expected.size}`)
  }
  if (expected.sha256 === undefined && expected.gitSha1 === undefined) return
  const { sha256, gitSha1 } = await hashesOf(part, size)
  if (expected.sha256 !== undefined && sha256 !== expected.sha256)
    await wrong(`its SHA-256 is ${sha256} and should be ${expected.sha256}`)
  if (expected.sha256 === undefined && gitSha1 !== expected.gitSha1)
    await wrong('its content is not what the hub names')
}

/** SHA-256 of a file, and the name that git gives to its content. Hexadecimal. */
export async function hashesOf(path: string, size: number): Promise<{ sha256: string; gitSha1: string }> {
  const sha256 = createHash('sha256')
  const gitSha1 = createHash('sha1').update(`blob ${size}\0`)
  for await (const bytes of createReadStream(path)) {
    sha256.update(bytes as Buffer)
    gitSha1.update(bytes as Buffer)
  }
  return { sha256: sha256.digest('hex'), gitSha1: gitSha1.digest('hex') }
}
