/** A visitor's question as understood in its conversation. */
export interface Question {
  /** What the visitor wrote. */
  readonly text: string
  /** What to search for: the question made to stand alone by the conversation before it. */
  readonly searchText: string
  /** True where the question only makes sense with the turn before it. */
  readonly followUp: boolean
  /** Where a follow-up looks first: the document that the last answer came from, and how far it was read. */
  readonly focus?: { readonly documentId: string; readonly afterOffset: number }
  /** The item of a list that is asked for, from 1 (第二点 → 2). */
  readonly ordinal?: number
}

/** A question that stands alone. */
export function standaloneQuestion(text: string): Question {
  return { text, searchText: text, followUp: false }
}
