import type { Retriever } from '../retrieval/retriever.ts'
import { originOf } from './console-document.ts'
import type { KnowledgeLibrary } from './knowledge-library.ts'

type Current = Pick<KnowledgeLibrary, 'document'>

/**
 * The same retriever without passages of documents that are gone: a withdrawal holds at once, while the index that
 * lacks them is still being made.
 */
export function createCurrentRetriever(retriever: Retriever, library: Current): Retriever {
  return {
    async retrieve(question, collections, options) {
      const found = await retriever.retrieve(question, collections, options)
      const passages = found.passages.filter(({ passage }) => library.document(passage.documentId) !== undefined)
      return passages.length === found.passages.length ? found : { ...found, passages }
    },
  }
}

/** The same pauses, where a document of the console that is withdrawn counts as paused: running answers end their use of it. */
export function withWithdrawn<Pauses extends { isDocumentPaused(personaId: string, documentId: string): boolean }>(
  pauses: Pauses,
  library: Current,
): Pauses {
  const isGone = (id: string) => originOf(id) === 'console' && library.document(id) === undefined
  return {
    ...pauses,
    isDocumentPaused: (personaId: string, id: string) => isGone(id) || pauses.isDocumentPaused(personaId, id),
  }
}
