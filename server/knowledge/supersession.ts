import type { Document } from './document.ts'

/**
 * Gives every superseded policy an end: the day before the document that supersedes it takes effect (or was issued).
 * `supersedes` names a document by its id, its document number or its title. One without a day ends its predecessor at once.
 */
export function endSuperseded(documents: readonly Document[]): Document[] {
  const ends = new Map<string, string>()
  for (const successor of documents) {
    for (const name of successor.meta.supersedes ?? []) {
      for (const document of documents) {
        const named = document.id === name || document.meta.documentNumber === name || document.meta.title === name
        if (!named || document === successor) continue
        const end = dayBefore(successor.meta.effectiveFrom ?? successor.meta.issuedOn ?? '0001-01-02')
        const known = ends.get(document.id)
        if (known === undefined || end < known) ends.set(document.id, end)
      }
    }
  }
  return documents.map((document) => {
    const end = ends.get(document.id)
    const until = document.meta.effectiveUntil
    if (end === undefined || (until !== undefined && until <= end)) return document
    return { ...document, meta: { ...document.meta, effectiveUntil: end } }
  })
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)
}
