import type { DocumentMeta, DocumentRow, DocumentState } from '../protocol/console-knowledge.ts'
import { splitDocument } from '../retrieval/split-document.ts'
import { chinaDay } from '../turn/china-day.ts'
import { metaOf } from './console-document.ts'
import type { StoredDocument } from './console-documents.ts'
import { type Document, inForceOn } from './document.ts'
import type { KnowledgeLibrary } from './knowledge-library.ts'

/** What decides beside the document itself how it stands. */
export interface DocumentStanding {
  readonly library: Pick<KnowledgeLibrary, 'document'>
  readonly now: number
  readonly paused: ReadonlySet<string>
}

/** The version that is worked on: the draft, else what is published or was the last to be, else the newest. */
export function newestVersion({ row, versions }: StoredDocument): StoredDocument['versions'][number] {
  const number = row.draft_version ?? row.version
  const found = versions.find(({ version }) => version === number) ?? versions.at(-1)
  if (found === undefined) throw new Error(`The document ${row.id} has no version.`)
  return found
}

/** The line of a document that came through the console. What it says of itself is the newest version's. */
export function rowOfStored(stored: StoredDocument, { library, now, paused }: DocumentStanding): DocumentRow {
  const { row } = stored
  const head = newestVersion(stored)
  const meta = JSON.parse(head.meta) as DocumentMeta
  // Once it is published, another document may have ended it.
  const published = row.state === 'published' ? library.document(row.id) : undefined
  return {
    id: row.id,
    origin: 'console',
    state: row.state as DocumentState,
    meta,
    characters: head.characters,
    passages: head.passages,
    version: row.version ?? head.version,
    draftVersion: row.draft_version,
    changedAt: row.changed_at,
    changedBy: row.changed_by_name,
    paused: paused.has(row.id),
    inForce: inForceOn(published?.meta ?? meta, chinaDay(now)),
  }
}

const passageCounts = new WeakMap<Document, number>()

/** The line of a file in the knowledge folder: always published, in one version. */
export function rowOfFile(document: Document, { now, paused }: DocumentStanding): DocumentRow {
  const passages = passageCounts.get(document) ?? splitDocument(document).length
  passageCounts.set(document, passages)
  return {
    id: document.id,
    origin: 'file',
    state: 'published',
    meta: metaOf(document),
    characters: document.text.length,
    passages,
    version: 1,
    draftVersion: null,
    changedAt: null,
    changedBy: null,
    paused: paused.has(document.id),
    inForce: inForceOn(document.meta, chinaDay(now)),
  }
}
