import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { ProtocolError } from '../../protocol/errors.ts'
import type { Cell, WithoutWords } from './export-rows.ts'
import type { WorkbookReply, WorkbookRequest } from './serve-workbook.ts'
import type { WorkbookContent } from './write-xlsx.ts'

/** A workbook in the making, in a thread of its own. What it throws is a {@link ProtocolError}. */
export interface Workbook {
  add(rows: readonly (readonly Cell[])[]): Promise<void>
  /** Takes the words out of rows, by their numbers in the order in which they were added. */
  strip(rows: readonly number[], withoutWords: WithoutWords): Promise<void>
  /** The file of the rows so far. */
  write(content: Omit<WorkbookContent, 'rows'>): Promise<Buffer>
}

export interface WorkbookThreads {
  /** Starts a thread for one workbook and ends it with `make`. One workbook is made at a time; others wait. */
  run<Made>(make: (workbook: Workbook) => Promise<Made>): Promise<Made>
}

export interface WorkbookLimits {
  /** Milliseconds for each step; starting takes longest where sources are compiled on the way. */
  readonly stepMs: number
  readonly heapMegabytes: number
}

/**
 * The heap is a second wall: what a workbook holds is limited so that it needs half of this. V8 gives up the thread where
 * many small things fill its heap, but the whole process where one long text does not fit into it.
 */
export const WORKBOOK_LIMITS: WorkbookLimits = { stepMs: 60_000, heapMegabytes: 384 }

const TOO_MUCH = 'This is too much for a workbook. Export a shorter period, or CSV.'

/** Nothing is started before the first workbook, and nothing stays after the last. */
export function createWorkbookThreads(limits: WorkbookLimits = WORKBOOK_LIMITS): WorkbookThreads {
  let last: Promise<unknown> = Promise.resolve()

  async function runNext<Made>(make: (workbook: Workbook) => Promise<Made>): Promise<Made> {
    const worker = startWorker(limits.heapMegabytes)
    try {
      const answers = answersOf(worker, limits.stepMs)
      await answers.next()
      return await make(workbookOf(worker, answers))
    } finally {
      await worker.terminate()
    }
  }

  return {
    run(make) {
      const running = last.then(() => runNext(make))
      last = running.catch(() => undefined)
      return running
    },
  }
}

function workbookOf(worker: Worker, answers: Answers): Workbook {
  async function ask(request: WorkbookRequest): Promise<WorkbookReply> {
    const answer = answers.next()
    worker.postMessage(request)
    return await answer
  }
  return {
    async add(rows) {
      await ask({ add: rows })
    },
    async strip(rows, withoutWords) {
      await ask({ strip: rows, withoutWords })
    },
    async write(content) {
      const reply = await ask({ write: content })
      if (reply.of !== 'write') throw broken(new Error('The thread that writes workbooks answers out of turn'))
      return Buffer.from(reply.file.buffer)
    },
  }
}

interface Answers {
  /** The next thing that the thread says; rejects where it fails, has failed already, or takes too long. */
  next(): Promise<WorkbookReply>
}

function answersOf(worker: Worker, withinMs: number): Answers {
  const gone = new Promise<never>((_, reject) => {
    worker.on('error', (error) => reject(isOutOfMemory(error) ? tooMuch(error) : broken(error)))
    worker.on('exit', () => reject(broken(new Error('The thread that writes workbooks has ended'))))
  })
  // Whoever asks next hears of it.
  gone.catch(() => undefined)

  async function heard(signal: AbortSignal): Promise<WorkbookReply> {
    const [reply] = (await once(worker, 'message', { signal })) as [WorkbookReply]
    if (reply.of === 'failure') throw broken(new Error(reply.message))
    return reply
  }

  return {
    async next() {
      const over = new AbortController()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(tooMuch(new Error('A workbook takes too long'))), withinMs)
      })
      const hearing = heard(over.signal)
      hearing.catch(() => undefined)
      try {
        return await Promise.race([hearing, gone, late])
      } finally {
        clearTimeout(timer)
        over.abort()
      }
    },
  }
}

function isOutOfMemory(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function tooMuch(cause: Error): ProtocolError {
  return new ProtocolError('not-possible', TOO_MUCH, { cause })
}

function broken(cause: Error): ProtocolError {
  return new ProtocolError('internal', undefined, { cause })
}

/** The thread's file: beside this one in the sources; in a bundle, where the build puts its entry below the output folder. */
function workerUrl(): URL {
  const places = ['./workbook-worker.ts', './insight/export/workbook-worker.js', '../insight/export/workbook-worker.js']
  const found = places.map((place) => new URL(place, import.meta.url)).find((url) => existsSync(fileURLToPath(url)))
  if (found === undefined) throw new Error('The build lacks insight/export/workbook-worker.js, which writes workbooks')
  return found
}

/** Threads know nothing of the loader that runs TypeScript sources, so there it is put in place first; a built server needs none. */
function startWorker(maxOldGenerationSizeMb: number): Worker {
  const url = workerUrl()
  const resourceLimits = { maxOldGenerationSizeMb, maxYoungGenerationSizeMb: 32 }
  if (!url.pathname.endsWith('.ts')) return new Worker(url, { resourceLimits })
  const source = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(url.href)}) })`
  return new Worker(source, { resourceLimits, eval: true })
}
