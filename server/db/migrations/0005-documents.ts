import type { Kysely } from 'kysely'

/** Documents that came through the console, each version whole. Files in `knowledge/` are not here. */
export async function createDocuments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('documents')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('persona_id', 'text')
    .addColumn('collection', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('version', 'integer')
    .addColumn('draft_version', 'integer')
    .addColumn('revision', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('changed_at', 'bigint', (column) => column.notNull())
    .addColumn('changed_by', 'text', (column) => column.notNull())
    .addColumn('changed_by_name', 'text', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('documents_state').on('documents').columns(['state', 'changed_at']).execute()
  await db.schema
    .createTable('document_versions')
    .addColumn('document_id', 'text', (column) => column.notNull().references('documents.id'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('meta', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('characters', 'integer', (column) => column.notNull())
    .addColumn('passages', 'integer', (column) => column.notNull())
    .addColumn('file_name', 'text')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('account_name', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('published_by', 'text')
    .addColumn('published_at', 'bigint')
    .addColumn('note', 'text')
    .addPrimaryKeyConstraint('document_versions_primary', ['document_id', 'version'])
    .execute()
}
