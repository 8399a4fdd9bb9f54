import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { downloadFile, type ExpectedFile, FetchModelError, hashesOf } from './download-file.ts'
import type { ModelFile, ModelSource } from './known-models.ts'

export interface FetchModelOptions {
  readonly source: ModelSource
  /** The hub or a mirror of it, such as `https://hf-mirror.com`. */
  readonly baseUrl: string
  /** The folder that gets the files; made where it is missing. */
  readonly dir: string
  /** Hears how far a file is, in bytes; `total` is undefined where the server does not tell. */
  readonly onProgress?: (path: string, done: number, total: number | undefined) => void
  readonly signal?: AbortSignal
  /** Longest silence of the server, in milliseconds; 30,000 by default. */
  readonly silenceMs?: number
  /** Tries after the first one, for each file; 5 by default. Each goes on where the last one ended. */
  readonly maxRetries?: number
  /** First wait between tries, in milliseconds; 1,000 by default, doubling. */
  readonly retryMs?: number
}

export interface FetchedFile {
  readonly path: string
  readonly size: number
  /** How its content was checked: by the hash that the caller or the hub gave, by its size, or not at all. */
  readonly checked: 'hash' | 'size' | 'no'
  /** True where the file was there already. */
  readonly kept: boolean
}

/**
 * Downloads the files of a model. A broken download goes on from its `.part` file, now or the next time; a file appears under its name only when it is whole
 * and as it should be; what is there already and right is kept. Throws {@link FetchModelError}.
 */
export async function fetchModel(options: FetchModelOptions): Promise<FetchedFile[]> {
  const { source, baseUrl, dir, signal } = options
  const fetched: FetchedFile[] = []
  for (const file of source.files) {
    signal?.throwIfAborted()
    const url = `${baseUrl.replace(/\/+$/, '')}/${source.repository}/resolve/${encodeURIComponent(source.revision)}/${file.path}`
    const expected = await describeFile(url, file, options)
    if (expected === undefined) continue
    const target = join(dir, file.path)
    const size = await sizeOf(target)
    if (size !== undefined && (await isRight(target, size, expected))) {
      fetched.push({ path: file.path, size, checked: checkOf(expected), kept: true })
      continue
    }
    await mkdir(dirname(target), { recursive: true })
    const written = await downloadFile(target, expected, {
      ...options,
      onProgress: (done, total) => options.onProgress?.(file.path, done, total),
    })
    fetched.push({ path: file.path, size: written, checked: checkOf(expected), kept: false })
  }
  return fetched
}

/** Asks the hub what the file is; nothing for an optional one that is not there. Large files are named by their hash in `x-linked-etag`. */
async function describeFile(
  url: string,
  file: ModelFile,
  options: FetchModelOptions,
): Promise<ExpectedFile | undefined> {
  const { silenceMs = 30_000, signal } = options
  let at = url
  for (let hops = 0; hops < 5; hops += 1) {
    const deadline = AbortSignal.timeout(silenceMs)
    const response = await fetch(at, {
      method: 'HEAD',
      redirect: 'manual',
      headers: { 'accept-encoding': 'identity' },
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    }).catch((error) => {
      signal?.throwIfAborted()
      throw new FetchModelError(
        `${new URL(at).origin} cannot be reached (${reasonOf(error)}). Behind a firewall, set MODEL_MIRROR`,
        {
          cause: error,
        },
      )
    })
    const { status, headers } = response
    const location = headers.get('location')
    const linked = headers.get('x-linked-etag')
    if (status >= 300 && status < 400 && location !== null && linked === null) {
      at = new URL(location, at).href
      continue
    }
    if (status === 404 && file.optional === true) return undefined
    if (status >= 400) {
      const hint = status === 401 || status === 404 ? ': no such model, or no such file in it' : ''
      throw new FetchModelError(`${file.path}: the server answered ${status}${hint} (${url})`)
    }
    const redirected = status >= 300
    const size =
      file.size ?? numberOf(headers.get('x-linked-size') ?? (redirected ? null : headers.get('content-length')))
    const tag = (linked ?? headers.get('etag') ?? '').replace(/^W\/|"/g, '').toLowerCase()
    const sha256 = file.sha256 ?? (/^[0-9a-f]{64}$/.test(tag) ? tag : undefined)
    return {
      url,
      ...(size !== undefined && { size }),
      ...(sha256 !== undefined && { sha256 }),
      ...(sha256 === undefined && /^[0-9a-f]{40}$/.test(tag) && { gitSha1: tag }),
    }
  }
  throw new FetchModelError(`${file.path}: the server redirects in a circle (${url})`)
}

/** Whether a file is what it should be; where nobody says, one that has anything in it. */
async function isRight(path: string, size: number, expected: ExpectedFile): Promise<boolean> {
  if (expected.size !== undefined && size !== expected.size) return false
  if (expected.sha256 === undefined && expected.gitSha1 === undefined) return size > 0
  const { sha256, gitSha1 } = await hashesOf(path, size)
  return expected.sha256 === undefined ? gitSha1 === expected.gitSha1 : sha256 === expected.sha256
}

function checkOf(expected: ExpectedFile): FetchedFile['checked'] {
  if (expected.sha256 !== undefined || expected.gitSha1 !== undefined) return 'hash'
  return expected.size === undefined ? 'no' : 'size'
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  )
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined
}

function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') return inner.code
  return inner instanceof Error ? inner.message : String(inner)
}
