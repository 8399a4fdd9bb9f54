import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Document } from '../knowledge/document.ts'
import type { Analyzer } from './analyzer.ts'
import { addFocus } from './focus-passages.ts'
import { INDEX_VERSION, loadIndexFile, saveIndexFile } from './index-file.ts'
import { buildLexicalIndexInSlices, type LexicalIndex, openLexicalIndex } from './lexical-index.ts'
import type { Passage, RankedPassage } from './passage.ts'
import type { Retriever } from './retriever.ts'
import { splitDocument } from './split-document.ts'

export interface PersonaRetrieverOptions {
  /** All documents as they are now; read at each refresh and when a new scope is first asked for. */
  readonly documents: () => readonly Document[]
  readonly analyzer: Analyzer
  /** Where indexes are kept between starts; without it they are built anew. */
  readonly cacheDir?: string
  /** Hears that a saved index could not be written; retrieval goes on without. */
  readonly onCacheError?: (error: unknown) => void
}

export interface PersonaRetriever extends Retriever {
  /**
   * Takes up changed documents. Indexes whose documents are the same stay; the others are replaced when the new one
   * is ready.
   */
  refresh(): Promise<void>
}

interface Scope {
  readonly collections: readonly string[]
  readonly contentHash: string
  readonly passages: readonly Passage[]
  readonly index: LexicalIndex
}

/**
 * A retriever over the documents of the collections that are asked for: one index for each distinct set of
 * collections, made when it is first needed, without holding up other work.
 */
export function createPersonaRetriever(options: PersonaRetrieverOptions): PersonaRetriever {
  const scopes = new Map<string, Promise<Scope>>()
  const scopeOf = (collections: readonly string[]) => {
    const sorted = [...new Set(collections)].sort()
    const name = JSON.stringify(sorted)
    const known = scopes.get(name)
    if (known !== undefined) return known
    const made = makeScope(options, sorted)
    scopes.set(name, made)
    made.catch(() => scopes.delete(name))
    return made
  }
  return {
    async retrieve(question, collections, { limit, signal }) {
      signal?.throwIfAborted()
      const { passages, index } = await scopeOf(collections)
      signal?.throwIfAborted()
      const found: RankedPassage[] = []
      for (const { ordinal, score } of index.search(question.searchText, limit)) {
        const passage = passages[ordinal]
        if (passage !== undefined) found.push({ passage, score })
      }
      const ranked = question.focus === undefined ? found : addFocus(found, question.focus, passages, limit)
      return { passages: ranked, statistics: index.statistics }
    },
    async refresh() {
      for (const [name, made] of [...scopes]) {
        const scope = await made
        const contentHash = hashOf(options.analyzer, documentsOf(options, scope.collections))
        if (contentHash === scope.contentHash) continue
        const next = await makeScope(options, scope.collections)
        scopes.set(name, Promise.resolve(next))
        dropSaved(options, scope.contentHash)
      }
    },
  }
}

async function makeScope(options: PersonaRetrieverOptions, collections: readonly string[]): Promise<Scope> {
  const documents = documentsOf(options, collections)
  const contentHash = hashOf(options.analyzer, documents)
  const passages = documents.flatMap(splitDocument)
  return { collections, contentHash, passages, index: await loadOrBuild(options, passages, contentHash) }
}

async function loadOrBuild(
  options: PersonaRetrieverOptions,
  passages: readonly Passage[],
  contentHash: string,
): Promise<LexicalIndex> {
  const { analyzer, cacheDir, onCacheError } = options
  if (cacheDir === undefined) return buildLexicalIndexInSlices(passages, analyzer)
  const path = savedPath(cacheDir, contentHash)
  const saved = loadIndexFile(path, contentHash)
  if (saved?.passageCount === passages.length) return openLexicalIndex(saved, analyzer)
  const built = await buildLexicalIndexInSlices(passages, analyzer)
  try {
    saveIndexFile(path, built.postings, contentHash)
  } catch (error) {
    onCacheError?.(error)
  }
  return built
}

function savedPath(cacheDir: string, contentHash: string): string {
  return join(cacheDir, `${contentHash.slice(0, 32)}.index`)
}

/** An index that was replaced is not needed again; another process that still reads it has it in memory. */
function dropSaved({ cacheDir, onCacheError }: PersonaRetrieverOptions, contentHash: string): void {
  if (cacheDir === undefined) return
  try {
    rmSync(savedPath(cacheDir, contentHash), { force: true })
  } catch (error) {
    onCacheError?.(error)
  }
}

/** The documents of some collections, in the order of their ids, so that equal knowledge gives an equal index. */
function documentsOf(options: PersonaRetrieverOptions, collections: readonly string[]): readonly Document[] {
  const wanted = new Set(collections)
  return options
    .documents()
    .filter((document) => wanted.has(document.collection))
    .sort((left, right) => (left.id < right.id ? -1 : 1))
}

function hashOf(analyzer: Analyzer, documents: readonly Document[]): string {
  const hash = createHash('sha256').update(`${INDEX_VERSION} ${analyzer.version}`)
  for (const document of documents) hash.update(`\n${document.id} ${document.hash}`)
  return hash.digest('hex')
}
