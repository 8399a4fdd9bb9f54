import type { CallbackManagerForRetrieverRun } from '@langchain/core/callbacks/manager'
import { Document } from '@langchain/core/documents'
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers'
import { inForceOn } from '../knowledge/document.ts'
import type { Persona } from '../personas/persona.ts'
import { standaloneQuestion } from '../retrieval/question.ts'
import type { Retriever } from '../retrieval/retriever.ts'
import { chinaDay } from '../turn/china-day.ts'

export interface PersonaRetrieverFields extends BaseRetrieverInput {
  readonly retriever: Retriever
  readonly persona: Pick<Persona, 'collections'>
  /** The most passages to return; 8 by default. */
  readonly limit?: number
  /** Epoch milliseconds; policies out of force on that day are left out. */
  readonly now?: () => number
}

/** Where a LangChain document comes from: enough to cite it as this system does. */
export interface PassageMetadata {
  readonly documentId: string
  readonly title: string
  readonly headings: readonly string[]
  readonly start: number
  readonly end: number
  readonly score: number
}

/** A persona's passages as a LangChain retriever, so that chains and agents can build on the same knowledge. */
export class PersonaLangChainRetriever extends BaseRetriever<PassageMetadata> {
  static override lc_name(): string {
    return 'PersonaLangChainRetriever'
  }

  lc_namespace = ['lecturer-avatars', 'retrievers']
  readonly #fields: PersonaRetrieverFields

  constructor(fields: PersonaRetrieverFields) {
    super(fields)
    this.#fields = fields
  }

  override async _getRelevantDocuments(
    query: string,
    _run?: CallbackManagerForRetrieverRun,
  ): Promise<Document<PassageMetadata>[]> {
    const { retriever, persona, limit = 8, now = Date.now } = this.#fields
    const day = chinaDay(now())
    const { passages } = await retriever.retrieve(standaloneQuestion(query), persona.collections, { limit })
    return passages
      .filter(({ passage }) => inForceOn(passage.meta, day))
      .map(({ passage, score }) => {
        const { id, documentId, title, headings, start, end, text } = passage
        return new Document({ id, pageContent: text, metadata: { documentId, title, headings, start, end, score } })
      })
  }
}
