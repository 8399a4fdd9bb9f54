import { maySee } from '../accounts/access.ts'
import type { Account } from '../protocol/console-account.ts'
import type {
  DocumentAction,
  DocumentChange,
  DocumentDetail,
  DocumentDiff,
  DocumentRow,
  DocumentState,
  NearDuplicate,
  UploadLine,
} from '../protocol/console-knowledge.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { splitDocument } from '../retrieval/split-document.ts'
import { documentOf, metaOf, originOf } from './console-document.ts'
import type { ConsoleDocuments, StoredDocument } from './console-documents.ts'
import { diffTexts } from './diff-texts.ts'
import type { Document } from './document.ts'
import { type DocumentStanding, newestVersion, rowOfFile, rowOfStored } from './document-rows.ts'
import { checkMeta, checkTarget, type DocumentTarget } from './document-target.ts'
import { createImportThread } from './import/import-thread.ts'
import { takeFile, type UploadedFile } from './import/take-file.ts'
import { type ComparedText, createNearDuplicates } from './near-duplicates.ts'
import { metaOfVersion, type SiteLibrary } from './site-library.ts'

export interface DocumentFilter {
  readonly personaId?: string
  readonly words?: string
  readonly state?: DocumentState
}

/**
 * What the console does with documents. Each call is by an account: what it may not see is `not-found`. Documents of
 * the knowledge folder are read like the others and changed in their files alone (`not-possible`).
 */
export interface ConsoleKnowledge {
  list(account: Account, filter: DocumentFilter): Promise<DocumentRow[]>
  detail(account: Account, id: string): Promise<DocumentDetail>
  change(account: Account, id: string, change: DocumentChange): Promise<DocumentDetail>
  act(account: Account, id: string, action: DocumentAction): Promise<DocumentDetail>
  diff(account: Account, id: string, from: number, to: number): Promise<DocumentDiff>
  /** Throws where the account may not put documents there. */
  checkTarget(account: Account, target: DocumentTarget): DocumentTarget
  /** Reads a file and keeps its text as a draft; tells what happens. A file that is not taken is told of, never thrown. */
  take(account: Account, target: DocumentTarget, file: UploadedFile, signal?: AbortSignal): AsyncGenerator<UploadLine>
  close(): Promise<void>
}

export interface ConsoleKnowledgeOptions {
  readonly library: SiteLibrary
  readonly documents: ConsoleDocuments
  readonly now: () => number
}

const MOST_ROWS = 1_000
const FILE_DETAIL = 'It is a file in the knowledge folder of the server: change it there.'

/** Opens the console's side of the library. No thread is started before the first upload. */
export function openConsoleKnowledge({ library, documents, now }: ConsoleKnowledgeOptions): ConsoleKnowledge {
  const thread = createImportThread()
  const duplicates = createNearDuplicates()
  const standing = async (): Promise<DocumentStanding> => ({ library, now: now(), paused: await documents.pausedIds() })

  async function stored(account: Account, id: string): Promise<StoredDocument> {
    const found = originOf(id) === 'console' ? await documents.find(id) : undefined
    if (found !== undefined && maySee(account, found.row.persona_id)) return found
    if (originOf(id) === 'file' && file(account, id) !== undefined) throw new ProtocolError('not-possible', FILE_DETAIL)
    throw new ProtocolError('not-found')
  }
  function file(account: Account, id: string): Document | undefined {
    const found = originOf(id) === 'file' ? library.document(id) : undefined
    return found !== undefined && maySee(account, found.meta.persona ?? null) ? found : undefined
  }
  const files = (account: Account) => library.current().documents.filter(({ id }) => file(account, id) !== undefined)

  async function alike(account: Account, text: string, except?: string): Promise<NearDuplicate[]> {
    const others: ComparedText[] = files(account).map(({ id, meta, hash, text: words }) => ({
      id,
      title: meta.title,
      hash,
      text: () => Promise.resolve(words),
    }))
    for (const document of await documents.all()) {
      const version = newestVersion(document)
      if (document.row.state === 'withdrawn' || !maySee(account, document.row.persona_id)) continue
      const title = metaOfVersion(document, version.version)?.title ?? ''
      const words = () => documents.text(document.row.id, version.version)
      others.push({ id: document.row.id, title, hash: version.hash, text: words })
    }
    return await duplicates.find(
      text,
      others.filter(({ id }) => id !== except),
    )
  }

  async function detailOf(account: Account, found: StoredDocument): Promise<DocumentDetail> {
    const { id } = found.row
    const head = newestVersion(found)
    const meta = metaOfVersion(found, head.version)
    const text = await documents.text(id, head.version)
    if (meta === undefined || text === undefined) throw new ProtocolError('not-found')
    return {
      row: rowOfStored(found, await standing()),
      text,
      hash: head.hash,
      passages: passagesOf(documentOf(id, meta, text)),
      versions: found.versions.map(({ version, state, account_id, account_name, at, note }) => ({
        version,
        state: state as DocumentState,
        by: account_name,
        mine: account_id === account.id,
        at,
        note,
      })),
      duplicates: await alike(account, text, id),
      revision: found.row.revision,
    }
  }

  return {
    async list(account, { personaId, words, state }) {
      const here = await standing()
      const wanted = words?.trim().toLowerCase() ?? ''
      const ids = wanted === '' ? undefined : await documents.idsWith(wanted)
      const ofConsole = (await documents.all())
        .filter(({ row }) => maySee(account, row.persona_id) && (ids === undefined || ids.has(row.id)))
        .map((document) => rowOfStored(document, here))
      const ofFiles = files(account)
        .filter((document) => wanted === '' || holds(document, wanted))
        .map((document) => rowOfFile(document, here))
      return [...ofConsole, ...ofFiles]
        .filter((row) => personaId === undefined || row.meta.personaId === personaId)
        .filter((row) => state === undefined || row.state === state)
        .slice(0, MOST_ROWS)
    },

    async detail(account, id) {
      const known = file(account, id)
      if (known === undefined) return await detailOf(account, await stored(account, id))
      return {
        row: rowOfFile(known, await standing()),
        text: known.text,
        hash: known.hash,
        passages: passagesOf(known),
        versions: [],
        duplicates: await alike(account, known.text, id),
        revision: 0,
      }
    },

    async change(account, id, change) {
      const { row } = await stored(account, id)
      const meta = checkMeta(change.meta, account, library.current())
      if ((meta.personaId ?? null) !== row.persona_id || meta.collection !== row.collection) {
        throw new ProtocolError('not-possible', 'A document stays with its owner: upload it anew for another one.')
      }
      return await detailOf(account, await documents.change(id, { ...change, meta }, account))
    },

    async act(account, id, action) {
      await stored(account, id)
      const changed = await documents.act(id, action, account)
      await library.announce()
      return await detailOf(account, changed)
    },

    async diff(account, id, from, to) {
      await stored(account, id)
      const [before, after] = await Promise.all([documents.text(id, from), documents.text(id, to)])
      if (before === undefined || after === undefined) throw new ProtocolError('not-found')
      return diffTexts(before, after)
    },

    checkTarget: (account, target) => checkTarget(target, account, library.current()),

    take(account, target, uploaded, signal) {
      const checked = checkTarget(target, account, library.current())
      return takeFile(uploaded, {
        thread,
        ...(signal === undefined ? {} : { signal }),
        async keep({ title, text, meta }, fileName) {
          const { supersedes, ...rest } = meta
          const policy = checked.kind === 'policy' && supersedes !== undefined ? { supersedes } : {}
          const found = await alike(account, text)
          const document = { meta: { title, ...rest, ...policy, ...checked }, text, fileName }
          const { row, versions } = await documents.create(document, account)
          return { documentId: row.id, passages: versions[0]?.passages ?? 0, duplicates: found }
        },
      })
    },

    close: () => thread.close(),
  }
}

function passagesOf(document: Document): DocumentDetail['passages'] {
  return splitDocument(document).map(({ start, end, headings, text }) => ({
    start,
    end,
    headings: [...headings],
    text,
  }))
}

function holds(document: Document, words: string): boolean {
  const { meta, text } = document
  return JSON.stringify(metaOf({ meta })).toLowerCase().includes(words) || text.toLowerCase().includes(words)
}
