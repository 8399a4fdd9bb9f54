import { createHash } from 'node:crypto'
import type { Log } from '../log.ts'
import type { Notices } from '../notices/notices.ts'
import type { DocumentMeta } from '../protocol/console-knowledge.ts'
import { documentOf } from './console-document.ts'
import type { ConsoleDocuments, PublishedHead, StoredDocument } from './console-documents.ts'
import type { Document } from './document.ts'
import type { KnowledgeLibrary } from './knowledge-library.ts'
import type { Knowledge } from './read-knowledge.ts'
import { endSuperseded } from './supersession.ts'

export interface SiteLibraryOptions {
  /** The knowledge folder. The library closes it when it is closed. */
  readonly files: KnowledgeLibrary
  readonly documents: Pick<ConsoleDocuments, 'published' | 'find' | 'text'>
  readonly notices: Notices
  readonly log: Log
  /** How often the database is asked without being told, in milliseconds: notices may be missed. */
  readonly pollMs?: number
}

/** All that a site knows: the folder and what the console published, as one library. */
export interface SiteLibrary extends KnowledgeLibrary {
  /** Takes up now what the console published or withdrew, and tells the other nodes. */
  announce(): Promise<void>
}

const POLL_MS = 3_000

/** Opens the library with what is published now. Every node hears of a change by the notice `knowledge-changed`, or finds it when it looks. */
export async function openSiteLibrary(options: SiteLibraryOptions): Promise<SiteLibrary> {
  const { files, documents, notices, log, pollMs = POLL_MS } = options
  let held = new Map<string, { head: PublishedHead; document: Document }>()
  let knowledge = merge(files.current(), [])
  let byId = index(knowledge)
  const listeners = new Set<(knowledge: Knowledge) => void>()
  let reading: Promise<void> = Promise.resolve()

  const settle = () => {
    const next = merge(
      files.current(),
      [...held.values()].map(({ document }) => document),
    )
    if (next.hash === knowledge.hash) return
    knowledge = next
    byId = index(next)
    for (const listener of listeners) listener(next)
  }

  async function readConsole(): Promise<void> {
    const heads = await documents.published()
    const next: typeof held = new Map()
    for (const head of heads) {
      const known = held.get(head.id)
      const same = known?.head.version === head.version && known.head.hash === head.hash
      const entry = same ? known : await load(documents, head)
      if (entry !== undefined) next.set(head.id, entry)
    }
    held = next
    settle()
  }
  let next: Promise<void> | undefined
  /** Reads what is there from now on; whoever asks before that has begun shares the one reading. */
  const look = () => {
    next ??= reading.then(() => {
      next = undefined
      return readConsole()
    })
    reading = next.catch(() => undefined)
    return next
  }
  const lookQuietly = () => {
    look().catch((error) =>
      log.error({ err: error }, 'the documents of the console could not be read; the last state stays'),
    )
  }

  await look()
  const stopFiles = files.onChange(settle)
  const stopListening = notices.subscribe((notice) => {
    if (notice.kind === 'knowledge-changed') lookQuietly()
  })
  const timer = setInterval(lookQuietly, pollMs)
  timer.unref()

  return {
    current: () => knowledge,
    document: (id) => byId.get(id),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async reload() {
      await files.reload()
      await look().catch((error) => log.error({ err: error }, 'the documents of the console could not be read'))
    },
    async announce() {
      // The others are told before anything is done with the change here.
      const told = notices
        .publish({ kind: 'knowledge-changed', hash: '' })
        .catch((error) => log.warn({ err: error }, 'other nodes were not told of changed knowledge; they will look'))
      await Promise.all([told, look()])
    },
    async close() {
      clearInterval(timer)
      stopListening()
      stopFiles()
      await reading
      await files.close()
    },
  }
}

function index({ documents }: Knowledge): Map<string, Document> {
  return new Map(documents.map((document) => [document.id, document]))
}

async function load(
  documents: SiteLibraryOptions['documents'],
  head: PublishedHead,
): Promise<{ head: PublishedHead; document: Document } | undefined> {
  const stored = await documents.find(head.id)
  const text = await documents.text(head.id, head.version)
  const meta = metaOfVersion(stored, head.version)
  return meta === undefined || text === undefined ? undefined : { head, document: documentOf(head.id, meta, text) }
}

/** What was said of a document in one of its versions. */
export function metaOfVersion(stored: StoredDocument | undefined, version: number): DocumentMeta | undefined {
  const found = stored?.versions.find((other) => other.version === version)
  return found === undefined ? undefined : (JSON.parse(found.meta) as DocumentMeta)
}

/** A policy of either kind ends what it supersedes of the other. */
function merge(files: Knowledge, console: readonly Document[]): Knowledge {
  const hash = createHash('sha256').update(files.hash)
  for (const document of console) hash.update(`\n${document.id} ${document.hash}`)
  return {
    ...files,
    documents: endSuperseded([...files.documents, ...console]),
    hash: console.length === 0 ? files.hash : hash.digest('hex'),
  }
}
