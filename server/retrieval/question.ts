/** A visitor's question as understood in its conversation. */
export interface Question {
  /** What the visitor wrote. */
  readonly text: string
  /** What to search for: the question made to stand alone by the conversation before it. */
  readonly searchText: string
  /** True where the question only makes sense with the turn before it. */
  readonly followUp: boolean
  /** Where a follow-up looks first. */
  readonly focus?: QuestionFocus
  /** The item of a list that is asked for, from 1 (第二点 → 2). */
  readonly ordinal?: number
  /** True for「后来呢？」: the question names nothing of its own, any text after the part that was told answers it. */
  readonly readsOn?: boolean
}

/** The document that the last answer came from; offsets in UTF-16 code units of its text. */
export interface QuestionFocus {
  readonly documentId: string
  /** How far it was read, where the question asks how it goes on; else 0. */
  readonly afterOffset: number
  /** Where the last answer began, for a question that asks for something else about the same matter. */
  readonly near?: number
  /** What the last answer said, which a further question does not ask for again. */
  readonly told?: readonly { readonly start: number; readonly end: number }[]
  /** Whether it is asked what became of a person, and not what happened next. */
  readonly aboutPerson?: boolean
}

/** A question that stands alone. */
export function standaloneQuestion(text: string): Question {
  return { text, searchText: text, followUp: false }
}
