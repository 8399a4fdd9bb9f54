import type { DocumentRow } from '../../../server/protocol/console-knowledge.ts'

/** The one thing that the list is narrowed to; it stands in the address. */
export const DOCUMENT_FILTERS = [
  'all',
  'draft',
  'published',
  'withdrawn',
  'not-in-force',
  'paused',
  'story',
  'policy',
  'file',
  'console',
] as const
export type DocumentFilter = (typeof DOCUMENT_FILTERS)[number]

export function parseFilter(value: string | undefined): DocumentFilter {
  return DOCUMENT_FILTERS.find((known) => known === value) ?? 'all'
}

/** Whether a document belongs to what is shown. A newer version that waits counts as a draft. */
export function passes(row: DocumentRow, filter: DocumentFilter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'draft':
      return row.state === 'draft' || row.draftVersion !== null
    case 'published':
    case 'withdrawn':
      return row.state === filter
    case 'not-in-force':
      return !row.inForce
    case 'paused':
      return row.paused
    case 'story':
    case 'policy':
      return row.meta.kind === filter
    case 'file':
    case 'console':
      return row.origin === filter
  }
}
