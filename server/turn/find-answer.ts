import { inForceOn } from '../knowledge/document.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { inOwnWords } from '../retrieval/own-words.ts'
import type { RankedPassage } from '../retrieval/passage.ts'
import { judgeForPersona } from '../retrieval/persona-answerability.ts'
import type { Question } from '../retrieval/question.ts'
import type { Retriever, TermStatistics } from '../retrieval/retriever.ts'
import type { ScoredSentence } from '../retrieval/scored-sentence.ts'
import { selectSentences } from '../retrieval/select-sentences.ts'

export interface FoundAnswer {
  /** The question in the words in which it was answered best. */
  readonly question: Question
  readonly passages: readonly RankedPassage[]
  /** Best first. */
  readonly sentences: readonly ScoredSentence[]
  readonly statistics: TermStatistics
  readonly probability: number
}

export interface FindAnswerOptions {
  readonly collections: readonly string[]
  readonly limit: number
  /** Today, YYYY-MM-DD: what is not in force is left out. */
  readonly day: string
  readonly signal: AbortSignal
  /** Where given: documents from which nothing may be said now. */
  readonly isPaused?: (documentId: string) => boolean
}

/** What another way of asking must be better by, in probability, than the visitor's own. */
const REWORDED = 0.03

/** An own way of asking that is answered so probably is not tried in other words: most are not, which keeps a turn short. */
const CERTAIN = 0.7

/** Searches for a question as it was asked and in the words that the persona's texts use, and keeps the way that is answered best. */
export async function findAnswer(
  retriever: Retriever,
  analyzer: Analyzer,
  question: Question,
  { collections, limit, day, signal, isPaused }: FindAnswerOptions,
): Promise<FoundAnswer> {
  const answer = async (asked: Question): Promise<FoundAnswer> => {
    // A search looks past what is paused.
    const wanted = isPaused === undefined ? limit : 2 * limit
    const { passages: found, statistics } = await retriever.retrieve(asked, collections, { limit: wanted, signal })
    const passages = found
      .filter(({ passage }) => inForceOn(passage.meta, day) && isPaused?.(passage.documentId) !== true)
      .slice(0, limit)
    const sentences = selectSentences(asked, passages, statistics, analyzer)
    const probability = judgeForPersona(asked, passages, sentences, statistics, analyzer)
    return { question: asked, passages, sentences, statistics, probability }
  }
  let best = await answer(question)
  if (question.readsOn === true || (!question.followUp && best.probability >= CERTAIN)) return best
  const own = best.probability
  const alone = question.followUp && question.ordinal === undefined ? [question.text] : []
  for (const searchText of [...alone, ...inOwnWords(question.searchText, best.statistics, analyzer)]) {
    const other = await answer({ ...question, searchText })
    if (other.probability > Math.max(best.probability, own + REWORDED)) best = other
  }
  return best
}
