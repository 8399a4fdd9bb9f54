import type { DocumentFrontMatter } from '../knowledge/document.ts'

/** One retrievable piece of a document: what a citation points into. */
export interface Passage {
  /** `<documentId>#<start>-<end>` */
  readonly id: string
  readonly documentId: string
  readonly documentHash: string
  readonly collection: string
  readonly title: string
  /** The headings above the passage (outermost first), or 第X条 for a policy; empty where there are none. */
  readonly headings: readonly string[]
  /** `document.text.slice(start, end) === text`, in UTF-16 code units. */
  readonly start: number
  readonly end: number
  readonly text: string
  /** Position among the passages of its document, from 0. */
  readonly ordinal: number
  readonly meta: DocumentFrontMatter
}

/** A passage that was found, best first; scores compare only within one result. */
export interface RankedPassage {
  readonly passage: Passage
  readonly score: number
}

/** What an index is made from. */
export type IndexablePassage = Pick<Passage, 'title' | 'headings' | 'text'> & { readonly documentId?: string }
