import { watch } from 'chokidar'
import type { Log } from '../log.ts'
import type { Document } from './document.ts'
import { type Knowledge, KnowledgeError, readKnowledge } from './read-knowledge.ts'

/** The knowledge folder, always as it was last valid. */
export interface KnowledgeLibrary {
  current(): Knowledge
  document(id: string): Document | undefined
  /** Called after each change that could be read. Returns the function that ends it. */
  onChange(listener: (knowledge: Knowledge) => void): () => void
  /** Reads the folder again now. A bad file leaves everything as it was, and the log says which. */
  reload(): Promise<void>
  close(): Promise<void>
}

/** Editors write a file in several steps; one read after the last of them is enough. */
const SETTLE_MS = 120

/**
 * Opens the folder and watches it. Throws `KnowledgeError` where a file is bad at the start; later a bad file is
 * logged with file, line and reason, and the last good state stays in force.
 */
export async function openKnowledgeLibrary(dir: string, log: Log): Promise<KnowledgeLibrary> {
  let knowledge = await readKnowledge(dir)
  let byId = index(knowledge)
  const listeners = new Set<(knowledge: Knowledge) => void>()
  let reading: Promise<void> = Promise.resolve()

  const read = async () => {
    try {
      const next = await readKnowledge(dir)
      if (next.hash === knowledge.hash) return
      knowledge = next
      byId = index(next)
      log.info({ documents: next.documents.length, personas: next.personas.length }, 'knowledge read again')
      for (const listener of listeners) listener(next)
    } catch (error) {
      const message =
        error instanceof KnowledgeError ? error.message : `The knowledge folder cannot be read: ${String(error)}`
      log.error(`${message}\nThe last good state stays in force.`)
    }
  }
  const reload = () => {
    reading = reading.then(read)
    return reading
  }

  let timer: NodeJS.Timeout | undefined
  const watcher = watch(dir, { ignoreInitial: true })
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(reload, SETTLE_MS)
  })
  watcher.on('error', (error) => log.error({ err: error }, 'the knowledge folder cannot be watched'))

  return {
    current: () => knowledge,
    document: (id) => byId.get(id),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    reload,
    async close() {
      clearTimeout(timer)
      await watcher.close()
      await reading
    },
  }
}

function index(knowledge: Knowledge): Map<string, Document> {
  return new Map(knowledge.documents.map((document) => [document.id, document]))
}
