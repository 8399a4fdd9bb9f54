import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { ImportRefused } from './import-refused.ts'
import { IMPORT_LIMITS } from './limits.ts'
import type { ReadFile } from './read-file.ts'
import type { ImportReply, ImportRequest } from './serve-imports.ts'

/** Reads files that nobody vouches for, one at a time, in a thread with limits of time and memory. */
export interface ImportThread {
  /** Throws {@link ImportRefused}; the reason of `signal` when it aborts. */
  read(path: string, name: string, signal?: AbortSignal): Promise<ReadFile>
  close(): Promise<void>
}

export interface ImportThreadLimits {
  /** Milliseconds for one file. */
  readonly readMs: number
  readonly heapMegabytes: number
  readonly growthMegabytes: number
}

/** Starting takes longest where sources are compiled on the way. */
const START_MS = 30_000
const IDLE_MS = 20_000
const WATCH_EVERY_MS = 100
const MEGABYTE = 1024 * 1024

/** Nothing is started before the first file. A thread that a file has spoiled is ended; the next file gets a new one. */
export function createImportThread(limits: ImportThreadLimits = IMPORT_LIMITS): ImportThread {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()

  async function end(): Promise<void> {
    clearTimeout(idle)
    const ending = worker
    worker = undefined
    await ending?.terminate()
  }

  async function readNext(path: string, name: string, signal: AbortSignal | undefined): Promise<ReadFile> {
    signal?.throwIfAborted()
    clearTimeout(idle)
    try {
      const running = worker ?? (await start())
      running.ref()
      const reply = await ask(running, { path, name }, signal)
      running.unref()
      idle = setTimeout(() => void end(), IDLE_MS)
      idle.unref()
      if ('file' in reply) return reply.file
      throw new ImportRefused(reply.refused, reply.detail)
    } catch (error) {
      if (!(error instanceof ImportRefused) || error.cause !== undefined) await end()
      throw error
    }
  }

  async function start(): Promise<Worker> {
    const started = startWorker(limits.heapMegabytes)
    worker = started
    // A thread that is being ended may still fail, which concerns nobody; nor does what a parser prints.
    started.on('error', () => undefined)
    started.stdout.resume()
    started.stderr.resume()
    await answerOf(started, START_MS)
    return started
  }

  async function ask(running: Worker, request: ImportRequest, signal: AbortSignal | undefined) {
    const before = process.memoryUsage.rss()
    let tooMuch: (() => void) | undefined
    // What the thread keeps outside of its heap shows only in the process as a whole.
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() - before > limits.growthMegabytes * MEGABYTE) tooMuch?.()
    }, WATCH_EVERY_MS)
    const outgrown = new Promise<never>((_, reject) => {
      tooMuch = () => reject(spoiled('memory'))
    })
    let giveUp: (() => void) | undefined
    const given = new Promise<never>((_, reject) => {
      giveUp = () => reject(signal?.reason)
      signal?.addEventListener('abort', giveUp)
    })
    try {
      const answer = answerOf(running, limits.readMs)
      running.postMessage(request)
      const reply = await Promise.race([answer, outgrown, given])
      if (reply.of === 'start') throw spoiled('order')
      return reply
    } finally {
      clearInterval(watch)
      if (giveUp !== undefined) signal?.removeEventListener('abort', giveUp)
    }
  }

  return {
    read(path, name, signal) {
      const reading = last.then(() => readNext(path, name, signal))
      last = reading.catch(() => undefined)
      return reading
    },
    async close() {
      await end()
      await last
      await end()
    },
  }
}

/** With a cause: the thread is not used again. */
function spoiled(what: string): ImportRefused {
  return new ImportRefused('file-broken', undefined, { cause: new Error(`The file takes too much: ${what}`) })
}

function answerOf(worker: Worker, withinMs: number): Promise<ImportReply> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void) => {
      clearTimeout(timer)
      worker.off('message', heard)
      worker.off('error', failed)
      worker.off('exit', left)
      done()
    }
    const heard = (reply: ImportReply) => settle(() => resolve(reply))
    const failed = (error: Error) => settle(() => reject(new ImportRefused('file-broken', undefined, { cause: error })))
    const left = () => settle(() => reject(spoiled('thread')))
    const timer = setTimeout(() => settle(() => reject(spoiled('time'))), withinMs)
    worker.on('message', heard)
    worker.on('error', failed)
    worker.on('exit', left)
  })
}

/** The thread's file: beside this one in the sources; in a bundle, where the build puts its entry below the output folder. */
function workerUrl(): URL {
  const places = ['./import-worker.ts', './knowledge/import/import-worker.js', '../knowledge/import/import-worker.js']
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(fileURLToPath(url)))
  if (found === undefined)
    throw new Error('The build lacks knowledge/import/import-worker.js, which reads uploaded files')
  return found
}

/** Threads know nothing of the loader that runs TypeScript sources, so there it is put in place first; a built server needs none. */
function startWorker(maxOldGenerationSizeMb: number): Worker {
  const url = workerUrl()
  const resourceLimits = { maxOldGenerationSizeMb, maxYoungGenerationSizeMb: 64 }
  const options = { resourceLimits, stdout: true, stderr: true }
  if (!url.pathname.endsWith('.ts')) return new Worker(url, options)
  const source = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(url.href)}) })`
  return new Worker(source, { ...options, eval: true })
}
