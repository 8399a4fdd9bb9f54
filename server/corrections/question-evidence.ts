import type { ScoredSentence } from '../retrieval/scored-sentence.ts'
import type { QuestionEvidence } from './correction-match.ts'

const SENTENCES = 6

/** What a search for an answer (`findAnswer`) found, as the matcher takes it. */
export function questionEvidence(found: {
  readonly sentences: readonly ScoredSentence[]
  readonly probability: number
}): QuestionEvidence {
  return {
    probability: found.probability,
    sentences: found.sentences.slice(0, SENTENCES).map(({ passage, start, end, text, score }) => ({
      id: `${passage.documentId}#${start}-${end}`,
      documentId: passage.documentId,
      text,
      score,
    })),
  }
}
