import type { Document } from '../knowledge/document.ts'
import type { Passage } from '../retrieval/passage.ts'
import { splitDocument } from '../retrieval/split-document.ts'

/**
 * The passages of some collections, in a stable order: the same array for as long as `documents` gives the same array, so that a caller sees by its identity
 * whether anything changed. Only documents that changed are split again.
 */
export function createScopePassages(
  documents: () => readonly Document[],
): (collections: readonly string[]) => readonly Passage[] {
  const split = new Map<string, { readonly hash: string; readonly passages: readonly Passage[] }>()
  const scopes = new Map<string, readonly Passage[]>()
  let current: readonly Document[] | undefined

  const passagesOf = (document: Document): readonly Passage[] => {
    const known = split.get(document.id)
    if (known?.hash === document.hash) return known.passages
    const passages = splitDocument(document)
    split.set(document.id, { hash: document.hash, passages })
    return passages
  }

  return (collections) => {
    const now = documents()
    if (now !== current) {
      current = now
      scopes.clear()
      const present = new Set(now.map(({ id }) => id))
      for (const id of split.keys()) if (!present.has(id)) split.delete(id)
    }
    const wanted = new Set(collections)
    const name = JSON.stringify([...wanted].sort())
    const known = scopes.get(name)
    if (known !== undefined) return known
    const made = now
      .filter(({ collection }) => wanted.has(collection))
      .sort((left, right) => (left.id < right.id ? -1 : 1))
      .flatMap(passagesOf)
    scopes.set(name, made)
    return made
  }
}
