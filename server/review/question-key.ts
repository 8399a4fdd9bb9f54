import { createHash } from 'node:crypto'
import { plainQuestion } from '../corrections/plain-question.ts'
import { foldText } from '../retrieval/script.ts'

const KEY_LENGTH = 22

/**
 * The key of a question as it was understood: equal for questions that differ only in script, width, case,
 * punctuation or polite frames. A hash, so that it can stand where words may not.
 */
export function questionKey(question: string): string {
  const plain = plainQuestion(foldForSearch(question))
  return createHash('sha256').update(plain).digest('base64url').slice(0, KEY_LENGTH)
}

/** Text as the queue's words are searched in: Simplified, half-width, lower case. */
export function foldForSearch(text: string): string {
  return foldText(text.normalize('NFKC'))
}
