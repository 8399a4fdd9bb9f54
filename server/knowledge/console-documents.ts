import { randomUUID } from 'node:crypto'
import { type Kysely, type Selectable, sql } from 'kysely'
import { type AuditEntry, writeAudit } from '../accounts/audit.ts'
import type { OpenDatabase } from '../db/open-database.ts'
import type { DocumentsTable, DocumentVersionsTable, Schema } from '../db/schema.ts'
import type { DocumentAction, DocumentChange, DocumentMeta } from '../protocol/console-knowledge.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { splitDocument } from '../retrieval/split-document.ts'
import { collectionOf, consoleDocumentId, contentHash, documentOf } from './console-document.ts'

/** Who does something, by the account. */
export interface Editor {
  readonly id: string
  readonly name: string
}

export interface NewDocument {
  readonly meta: DocumentMeta
  readonly text: string
  readonly fileName: string | null
}

/** A row of the table as it is read. */
export type DocumentRowStored = Selectable<DocumentsTable>

/** A document with all its versions, oldest first, without their texts. */
export interface StoredDocument {
  readonly row: DocumentRowStored
  readonly versions: readonly Omit<DocumentVersionsTable, 'text'>[]
}

/** A published version, and what of it must be known to see whether it is another one. */
export interface PublishedHead {
  readonly id: string
  readonly version: number
  readonly hash: string
}

/**
 * The documents that came through the console: versions are only ever added. Every change names the revision that it
 * was made on, and throws `changed-meanwhile` where there is a newer one; its audit row is in the same transaction.
 */
export interface ConsoleDocuments {
  create(document: NewDocument, by: Editor): Promise<StoredDocument>
  /** Adds a version, which waits as the draft. */
  change(id: string, change: DocumentChange, by: Editor): Promise<StoredDocument>
  /** Throws `not-possible` where there is nothing to do it to, `not-allowed` where another person must. */
  act(id: string, action: DocumentAction, by: Editor): Promise<StoredDocument>
  find(id: string): Promise<StoredDocument | undefined>
  all(): Promise<StoredDocument[]>
  text(id: string, version: number): Promise<string | undefined>
  /** Those whose title, source, number or text holds the words. */
  idsWith(words: string): Promise<Set<string>>
  published(): Promise<PublishedHead[]>
  pausedIds(): Promise<Set<string>>
}

export interface ConsoleDocumentsOptions {
  readonly database: OpenDatabase
  readonly now: () => number
  /** Whether a version needs another person than its writer to be published. */
  readonly secondPersonPublishes: () => Promise<boolean>
}

const HEAD_COLUMNS = [
  'document_id',
  'version',
  'state',
  'meta',
  'hash',
  'characters',
  'passages',
  'file_name',
  'account_id',
  'account_name',
  'at',
  'published_by',
  'published_at',
  'note',
] as const

export function createConsoleDocuments({ database, now, ...site }: ConsoleDocumentsOptions): ConsoleDocuments {
  const { kysely, writer } = database

  async function findIn(db: Kysely<Schema>, id: string): Promise<StoredDocument | undefined> {
    const row = await db.selectFrom('documents').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) return undefined
    const versions = await db
      .selectFrom('document_versions')
      .select(HEAD_COLUMNS)
      .where('document_id', '=', id)
      .orderBy('version')
      .execute()
    return { row, versions }
  }
  async function known(db: Kysely<Schema>, id: string): Promise<StoredDocument> {
    const found = await findIn(db, id)
    if (found === undefined) throw new ProtocolError('not-found')
    return found
  }

  return {
    create: ({ meta, text, fileName }, by) =>
      writer.transaction(async (db) => {
        const id = consoleDocumentId(randomUUID())
        const at = now()
        await db
          .insertInto('documents')
          .values({
            id,
            persona_id: meta.personaId ?? null,
            collection: collectionOf(meta),
            state: 'draft',
            version: null,
            draft_version: 1,
            revision: 0,
            created_at: at,
            changed_at: at,
            changed_by: by.id,
            changed_by_name: by.name,
          })
          .execute()
        await addVersion(db, { id, version: 1, meta, text, fileName, note: null, at, by })
        await writeAudit(db, auditOf('document-uploaded', id, meta.personaId, by, at, { title: meta.title }))
        return await known(db, id)
      }),

    change: (id, { meta, text, revision, note }, by) =>
      writer.transaction(async (db) => {
        const { row, versions } = await known(db, id)
        const at = now()
        const version = versions.length + 1
        // A change of what was withdrawn is a draft of a new beginning.
        const state = row.state === 'withdrawn' ? 'draft' : row.state
        await step(db, row, revision, { state, draft_version: version, ...changedBy(by, at) })
        await addVersion(db, { id, version, meta, text, fileName: null, note: note ?? null, at, by })
        await writeAudit(db, auditOf('document-changed', id, row.persona_id, by, at, { version }))
        return await known(db, id)
      }),

    async act(id, action, by) {
      const second = await site.secondPersonPublishes()
      return await writer.transaction(async (db) => {
        const stored = await known(db, id)
        const at = now()
        if (action.action === 'publish') await publish(db, stored, action, by, at, second)
        else if (action.action === 'withdraw') await withdraw(db, stored, action, by, at)
        else await restore(db, stored, action, by, at, second)
        return await known(db, id)
      })
    },

    find: (id) => findIn(kysely, id),

    async all() {
      const rows = await kysely
        .selectFrom('documents')
        .selectAll()
        .orderBy('changed_at', 'desc')
        .orderBy('id')
        .execute()
      const versions = await kysely.selectFrom('document_versions').select(HEAD_COLUMNS).orderBy('version').execute()
      const byId = new Map<string, typeof versions>(rows.map(({ id }) => [id, []]))
      for (const version of versions) byId.get(version.document_id)?.push(version)
      return rows.map((row) => ({ row, versions: byId.get(row.id) ?? [] }))
    },

    async text(id, version) {
      const found = await kysely
        .selectFrom('document_versions')
        .select('text')
        .where('document_id', '=', id)
        .where('version', '=', version)
        .executeTakeFirst()
      return found?.text
    },

    async idsWith(words) {
      const pattern = `%${words.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
      const rows = await kysely
        .selectFrom('document_versions')
        .select('document_id')
        .distinct()
        .where(({ eb, or }) =>
          or([
            sql<boolean>`lower(${eb.ref('meta')}) like ${pattern} escape '\\'`,
            sql<boolean>`lower(${eb.ref('text')}) like ${pattern} escape '\\'`,
          ]),
        )
        .execute()
      return new Set(rows.map((row) => row.document_id))
    },

    async published() {
      const rows = await kysely
        .selectFrom('documents')
        .innerJoin('document_versions', (join) =>
          join
            .onRef('document_versions.document_id', '=', 'documents.id')
            .onRef('document_versions.version', '=', 'documents.version'),
        )
        .select(['documents.id', 'document_versions.version', 'document_versions.hash'])
        .where('documents.state', '=', 'published')
        .orderBy('documents.id')
        .execute()
      return rows
    },

    async pausedIds() {
      const rows = await kysely
        .selectFrom('pauses')
        .select('target_id')
        .where('kind', '=', 'document')
        .where('ended_at', 'is', null)
        .execute()
      return new Set(rows.map((row) => row.target_id))
    },
  }
}

interface Version {
  readonly id: string
  readonly version: number
  readonly meta: DocumentMeta
  readonly text: string
  readonly fileName: string | null
  readonly note: string | null
  readonly at: number
  readonly by: Editor
}

async function addVersion(db: Kysely<Schema>, { id, version, meta, text, fileName, note, at, by }: Version) {
  await db
    .insertInto('document_versions')
    .values({
      document_id: id,
      version,
      state: 'draft',
      meta: JSON.stringify(meta),
      text,
      hash: contentHash(meta, text),
      characters: text.length,
      passages: splitDocument(documentOf(id, meta, text)).length,
      file_name: fileName,
      account_id: by.id,
      account_name: by.name,
      at,
      published_by: null,
      published_at: null,
      note,
    })
    .execute()
}

/** Of two that change the same revision one is told so. */
async function step(
  db: Kysely<Schema>,
  row: DocumentRowStored,
  revision: number,
  set: Partial<
    Pick<DocumentsTable, 'state' | 'version' | 'draft_version' | 'changed_at' | 'changed_by' | 'changed_by_name'>
  >,
): Promise<void> {
  const updated = await db
    .updateTable('documents')
    .set({ ...set, revision: revision + 1 })
    .where('id', '=', row.id)
    .where('revision', '=', revision)
    .executeTakeFirst()
  if (updated.numUpdatedRows !== 1n) throw new ProtocolError('changed-meanwhile')
}

function changedBy(by: Editor, at: number) {
  return { changed_at: at, changed_by: by.id, changed_by_name: by.name }
}

async function publish(
  db: Kysely<Schema>,
  { row, versions }: StoredDocument,
  { revision, reason }: DocumentAction,
  by: Editor,
  at: number,
  second: boolean,
): Promise<void> {
  const draft = versions.find(({ version }) => version === row.draft_version)
  if (draft === undefined) throw new ProtocolError('not-possible', 'There is no draft to publish.')
  if (second && draft.account_id === by.id) {
    throw new ProtocolError('not-allowed', 'On this site another person than the writer publishes.')
  }
  await step(db, row, revision, {
    state: 'published',
    version: draft.version,
    draft_version: null,
    ...changedBy(by, at),
  })
  await goLive(db, row, draft.version, by, at)
  const detail = { version: draft.version, ...(reason === undefined ? {} : { reason }) }
  await writeAudit(db, auditOf('document-published', row.id, row.persona_id, by, at, detail))
}

async function goLive(
  db: Kysely<Schema>,
  row: DocumentRowStored,
  version: number,
  by: Editor,
  at: number,
): Promise<void> {
  const versionsOf = db.updateTable('document_versions').where('document_id', '=', row.id)
  await versionsOf.set({ state: 'withdrawn' }).where('state', '=', 'published').execute()
  await versionsOf
    .set({ state: 'published', published_by: by.name, published_at: at })
    .where('version', '=', version)
    .execute()
}

async function withdraw(
  db: Kysely<Schema>,
  { row }: StoredDocument,
  { revision, reason }: DocumentAction,
  by: Editor,
  at: number,
): Promise<void> {
  if (row.state === 'withdrawn') throw new ProtocolError('not-possible', 'It is withdrawn already.')
  await step(db, row, revision, { state: 'withdrawn', draft_version: null, ...changedBy(by, at) })
  await db
    .updateTable('document_versions')
    .set({ state: 'withdrawn' })
    .where('document_id', '=', row.id)
    .where('version', 'in', [row.version ?? 0, row.draft_version ?? 0])
    .execute()
  const detail = { version: row.version ?? row.draft_version, ...(reason === undefined ? {} : { reason }) }
  await writeAudit(db, auditOf('document-withdrawn', row.id, row.persona_id, by, at, detail))
}

/**
 * Returns to an earlier version by a new one with its content. What had been published goes live at once, unless the
 * site asks for a second person; the rest waits as the draft.
 */
async function restore(
  db: Kysely<Schema>,
  { row, versions }: StoredDocument,
  { revision, version: wanted, reason }: DocumentAction,
  by: Editor,
  at: number,
  second: boolean,
): Promise<void> {
  const number = wanted ?? row.version ?? versions.at(-1)?.version
  const head = versions.find(({ version }) => version === number)
  if (head === undefined) throw new ProtocolError('not-possible', 'There is no such version.')
  if (row.state === 'published' && row.version === head.version) {
    throw new ProtocolError('not-possible', 'This version is published already.')
  }
  const { text } = await db
    .selectFrom('document_versions')
    .select('text')
    .where('document_id', '=', row.id)
    .where('version', '=', head.version)
    .executeTakeFirstOrThrow()
  const live = head.published_at !== null && !second
  const version = versions.length + 1
  await step(db, row, revision, {
    ...(live
      ? { state: 'published', version, draft_version: null }
      : { state: row.state === 'withdrawn' ? 'draft' : row.state, draft_version: version }),
    ...changedBy(by, at),
  })
  const meta = JSON.parse(head.meta) as DocumentMeta
  await addVersion(db, { id: row.id, version, meta, text, fileName: head.file_name, note: reason ?? null, at, by })
  if (live) await goLive(db, row, version, by, at)
  const detail = { version, from: head.version, live }
  await writeAudit(db, auditOf('document-restored', row.id, row.persona_id, by, at, detail))
}

function auditOf(
  action: string,
  subjectId: string,
  personaId: string | null | undefined,
  by: Editor,
  at: number,
  detail: NonNullable<AuditEntry['detail']>,
): AuditEntry {
  return { at, accountId: by.id, accountName: by.name, action, personaId: personaId ?? null, subjectId, detail }
}
