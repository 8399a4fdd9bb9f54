import type { Citation } from '../../server/protocol/citation.ts'
import type { Notice } from '../../server/protocol/server-message.ts'

/** What was found for a question whose answer is still being written. */
export interface Progress {
  readonly turnId: string
  readonly documents: number
  /** Best first; may be empty. */
  readonly sources: readonly Citation[]
}

/** Words of a person about one question: a reply to it, or the answer as it should have been. */
export interface PersonalWords {
  /** Null where the question is not one of this conversation. */
  readonly turnId: string | null
  readonly question: string
  readonly answer: string
}

/** The data of an `answer-progress` notice; null where it is not as the protocol says. */
export function progressOf({ data = {} }: Notice): Progress | null {
  const { turnId, documents, sources } = data
  if (typeof turnId !== 'string' || typeof documents !== 'number' || documents < 1) return null
  return { turnId, documents, sources: Array.isArray(sources) ? sources.filter(isCitation) : [] }
}

/** The data of a `lecturer-reply` or `answer-corrected` notice; null without words to show. */
export function personalWordsOf({ data = {} }: Notice): PersonalWords | null {
  const { turnId, question, answer } = data
  if (typeof answer !== 'string' || answer.trim() === '') return null
  return {
    turnId: typeof turnId === 'string' ? turnId : null,
    question: typeof question === 'string' ? question : '',
    answer,
  }
}

function isCitation(value: unknown): value is Citation {
  const { index, title, quote, documentId } = (value ?? {}) as Record<string, unknown>
  return [title, quote, documentId].every((words) => typeof words === 'string') && typeof index === 'number'
}
