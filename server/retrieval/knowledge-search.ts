import type { KnowledgeLibrary } from '../knowledge/knowledge-library.ts'
import type { Knowledge } from '../knowledge/read-knowledge.ts'
import type { Log } from '../log.ts'
import type { Analyzer } from './analyzer.ts'
import { languageAnalyzer } from './language-analyzer.ts'
import { createPersonaRetriever, type PersonaRetriever } from './persona-retriever.ts'
import type { Retriever } from './retriever.ts'

export interface KnowledgeSearchOptions {
  readonly library: KnowledgeLibrary
  readonly cacheDir: string
  /** The folder with `words.txt` and the synonyms. */
  readonly languageDir: string
  readonly log: Log
}

/** The retriever over the knowledge folder as it is now, and the analyzer that it reads with. */
export interface KnowledgeSearch extends Retriever {
  analyzer(): Analyzer
}

/** Opens the search and keeps it up to date: changed documents are taken up when read, changed words make a new analyzer. */
export async function openKnowledgeSearch({
  library,
  cacheDir,
  languageDir,
  log,
}: KnowledgeSearchOptions): Promise<KnowledgeSearch> {
  let language = library.current().language
  let analyzer = languageAnalyzer(languageDir)
  let retriever = await retrieverOf(analyzer)

  async function retrieverOf(using: Analyzer): Promise<PersonaRetriever> {
    const made = createPersonaRetriever({
      documents: () => library.current().documents,
      analyzer: using,
      cacheDir,
      onCacheError: (error) => log.warn({ err: error }, 'a search index could not be kept'),
    })
    await warm(made, library.current())
    return made
  }

  async function takeUp(knowledge: Knowledge): Promise<void> {
    if (JSON.stringify(knowledge.language) === JSON.stringify(language)) {
      await retriever.refresh()
      return
    }
    language = knowledge.language
    const next = languageAnalyzer(languageDir)
    retriever = await retrieverOf(next)
    analyzer = next
  }
  // One after the other, and each time what is current then: an older state never replaces a newer one.
  let taking: Promise<void> = Promise.resolve()
  library.onChange(() => {
    taking = taking
      .then(() => takeUp(library.current()))
      .catch((error) => log.error({ err: error }, 'changed knowledge could not be taken up; the last good state stays'))
  })

  return {
    analyzer: () => analyzer,
    retrieve: (question, collections, options) => retriever.retrieve(question, collections, options),
  }
}

/** Makes every persona's index before the first question needs it. */
async function warm(retriever: PersonaRetriever, knowledge: Knowledge): Promise<void> {
  for (const persona of knowledge.personas) {
    await retriever.retrieve({ text: '', searchText: '', followUp: false }, persona.collections, { limit: 1 })
  }
}
