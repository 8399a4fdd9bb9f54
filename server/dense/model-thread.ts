import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { EmbeddingError } from './embedder.ts'
import type { LocalModelFolder } from './local-model-folder.ts'
import type { ModelThreadData, ModelThreadReply, ModelThreadRequest } from './serve-model.ts'

/** A model that computes in a thread of its own. */
export interface ModelThread {
  /**
   * One vector (a single number for a reranker) for each text. `urgent` goes before everything that is waiting. Throws {@link EmbeddingError} where the
   * model fails, and the reason of `signal` when it aborts: what has not begun is then not done.
   */
  run(texts: readonly string[], options?: RunOptions): Promise<Float32Array[]>
  close(): Promise<void>
}

export interface RunOptions {
  readonly question?: string
  readonly urgent?: boolean
  readonly signal?: AbortSignal
}

interface Job {
  readonly texts: readonly string[]
  readonly question: string | undefined
  readonly urgent: boolean
  settle(outcome: Float32Array[] | Error): void
}

/**
 * Starts the thread and waits until its model is loaded. A thread that dies is started again for the next job. It does not keep the process alive while
 * it has nothing to do. `setting` names where the folder was set, for messages. Throws {@link EmbeddingError} where the model cannot be loaded.
 */
export async function openModelThread(
  folder: LocalModelFolder,
  task: ModelThreadData['task'],
  setting: string,
): Promise<ModelThread> {
  const { dir, dtype, pooling } = folder
  // One core stays for the server.
  const threads = Math.max(1, Math.min(4, availableParallelism() - 1))
  const data: ModelThreadData = { task, dir, dtype, pooling, threads }
  const waiting: Job[] = []
  let running: Job | undefined
  let worker: Worker | undefined
  let closed = false

  const start = (onLoaded: (error?: Error) => void): Worker => {
    const made = startThread(data)
    // What still comes of a thread that died, such as its exit after its error, says nothing about the next one.
    const died = (error: Error) => {
      if (worker !== made) return
      worker = undefined
      onLoaded(error)
      settle(error)
    }
    made.on('message', (reply: ModelThreadReply) => {
      if (worker !== made) return
      if (!('error' in reply)) return reply.of === 'request' ? settle(rowsOf(reply)) : onLoaded()
      const failed = new EmbeddingError(`${setting}: the model ${folder.name} failed: ${reply.error}`)
      if (reply.of === 'request') return settle(failed)
      died(failed)
      void made.terminate()
    })
    made.on('error', (error) =>
      died(new EmbeddingError(`${setting}: the thread of ${folder.name} failed: ${error.message}`)),
    )
    made.on('exit', () => died(new EmbeddingError(`${setting}: the thread of ${folder.name} ended`)))
    return made
  }
  const settle = (outcome: Float32Array[] | Error) => {
    const job = running
    running = undefined
    job?.settle(outcome)
    next()
  }
  const next = () => {
    if (running !== undefined) return
    const job = waiting.shift()
    if (job === undefined) {
      worker?.unref()
      return
    }
    running = job
    worker ??= start(() => undefined)
    worker.ref()
    const request: ModelThreadRequest = {
      texts: job.texts,
      ...(job.question !== undefined && { question: job.question }),
    }
    worker.postMessage(request)
  }

  await new Promise<void>((resolve, reject) => {
    worker = start((error) => (error === undefined ? resolve() : reject(error)))
  })
  next()

  return {
    run(texts, { question, urgent = false, signal } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        if (closed) return reject(new EmbeddingError(`${setting}: the model ${folder.name} is closed`))
        const leave = () => {
          const place = waiting.indexOf(job)
          if (place !== -1) waiting.splice(place, 1)
          reject(signal?.reason)
        }
        const job: Job = {
          texts,
          question,
          urgent,
          settle(outcome) {
            signal?.removeEventListener('abort', leave)
            if (outcome instanceof Error) reject(outcome)
            else resolve(outcome)
          },
        }
        signal?.addEventListener('abort', leave, { once: true })
        const place = urgent ? waiting.findIndex((other) => !other.urgent) : -1
        waiting.splice(place === -1 ? waiting.length : place, 0, job)
        next()
      })
    },
    async close() {
      closed = true
      const gone = new EmbeddingError(`${setting}: the model ${folder.name} is closed`)
      for (const job of waiting.splice(0)) job.settle(gone)
      await worker?.terminate()
    },
  }
}

function rowsOf({ values, rows }: { values: Float32Array; rows: number }): Float32Array[] {
  const width = rows === 0 ? 0 : values.length / rows
  return Array.from({ length: rows }, (_, row) => values.subarray(row * width, (row + 1) * width))
}

/** The thread's file: beside this one in the sources; in a bundle, where the build puts its entry below the output folder. */
function workerUrl(): URL {
  const places = ['./model-worker.ts', './model-worker.js', './dense/model-worker.js', '../dense/model-worker.js']
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(fileURLToPath(url)))
  if (found === undefined) throw new EmbeddingError('The build lacks dense/model-worker.js, which runs local models')
  return found
}

/** Starts the thread. Threads know nothing of the loader that runs TypeScript sources, so there it is put in place first; a built server needs none. */
function startThread(workerData: ModelThreadData): Worker {
  const url = workerUrl()
  if (!url.pathname.endsWith('.ts')) return new Worker(url, { workerData })
  const source = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(url.href)}) })`
  return new Worker(source, { eval: true, workerData })
}
