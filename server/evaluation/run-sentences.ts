import type { Analyzer } from '../retrieval/analyzer.ts'
import { standaloneQuestion } from '../retrieval/question.ts'
import { selectSentences } from '../retrieval/select-sentences.ts'
import type { SentenceScorer } from '../retrieval/sentence-weights.ts'
import { type AnsweredQuestion, readAnswerPack } from './answer-pack.ts'
import { JUDGED_PASSAGES } from './answerability-examples.ts'
import { searchPack } from './search-pack.ts'

export interface SentenceFigures {
  readonly questions: number
  /** The share of questions whose best sentence (one of whose best three) holds an accepted answer. */
  readonly hit1: number
  readonly hit3: number
  /** Milliseconds to select the sentences of one question. */
  readonly selectMeanMs: number
}

export interface SentencesEvaluation {
  readonly packDir: string
  readonly analyzer: Analyzer
  /** Another ranking than the shipped one. */
  readonly scorer?: SentenceScorer
  /** Which questions are asked; all by default. */
  readonly keep?: (question: AnsweredQuestion) => boolean
  /** Hears how far it is, from 0 to 1. */
  readonly onProgress?: (share: number) => void
}

/**
 * Asks all questions of a pack with `answers.jsonl` over its whole corpus, with the production retrieval and selection.
 * @throws where the pack cannot be read.
 */
export function evaluateSentences(evaluation: SentencesEvaluation): SentenceFigures {
  const { packDir, analyzer, scorer, keep, onProgress } = evaluation
  const pack = readAnswerPack(packDir)
  const questions = pack.questions.filter((question) => keep === undefined || keep(question))
  const search = searchPack(pack.passages, analyzer)
  let first = 0
  let three = 0
  let milliseconds = 0
  for (const [place, { text, answers }] of questions.entries()) {
    onProgress?.(place / questions.length)
    const found = search.find(text, JUDGED_PASSAGES)
    const began = performance.now()
    const options = { limit: 3, ...(scorer === undefined ? {} : { scorer }) }
    const sentences = selectSentences(standaloneQuestion(text), found, search.statistics, analyzer, options)
    milliseconds += performance.now() - began
    const holds = sentences.map((sentence) => answers.some((answer) => sentence.text.includes(answer)))
    if (holds[0] === true) first += 1
    if (holds.includes(true)) three += 1
  }
  const count = Math.max(1, questions.length)
  return { questions: questions.length, hit1: first / count, hit3: three / count, selectMeanMs: milliseconds / count }
}
