import { join } from 'node:path'
import type { Analyzer } from '../retrieval/analyzer.ts'
import {
  DEFAULT_ANSWER_THRESHOLD,
  type JudgeAnswerabilityOptions,
  judgeAnswerability,
} from '../retrieval/answerability.ts'
import { standaloneQuestion } from '../retrieval/question.ts'
import { selectSentences } from '../retrieval/select-sentences.ts'
import { packPassage, readJsonLines } from './answer-pack.ts'
import { JUDGED_PASSAGES } from './answerability-examples.ts'
import { figuresOf } from './fit-answerability.ts'
import type { PackPassage } from './retrieval-pack.ts'
import { searchPack } from './search-pack.ts'

export interface AnswerabilityEvaluation extends JudgeAnswerabilityOptions {
  readonly packDir: string
  readonly analyzer: Analyzer
  /** Which questions are asked; all by default. */
  readonly keep?: (question: { readonly id: string; readonly text: string }) => boolean
  /** Hears how far it is, from 0 to 1. */
  readonly onProgress?: (share: number) => void
}

/**
 * Judges the questions of a pack (`corpus.jsonl`, `queries.jsonl`, `labels.jsonl`) as a turn would: `auroc.<label>` for each unanswerable label, and at the
 * shipped threshold `answered` of the answerable and `wronglyAnswered.<label>`.
 * @throws where the pack cannot be read.
 */
export function evaluateAnswerability(evaluation: AnswerabilityEvaluation): Record<string, number> {
  const { packDir, analyzer, keep, onProgress } = evaluation
  const passages = readJsonLines<PackPassage>(join(packDir, 'corpus.jsonl')).map(packPassage)
  const search = searchPack(passages, analyzer)
  const labels = new Map(
    readJsonLines<{ 'query-id': string; label: string }>(join(packDir, 'labels.jsonl')).map((line) => [
      line['query-id'],
      line.label,
    ]),
  )
  const questions = readJsonLines<{ id: string; text: string }>(join(packDir, 'queries.jsonl')).filter(
    (question) => labels.has(question.id) && (keep === undefined || keep(question)),
  )
  const options = evaluation.scorer === undefined ? {} : { scorer: evaluation.scorer }
  const judged = questions.map(({ id, text }, place) => {
    onProgress?.(place / questions.length)
    const question = standaloneQuestion(text)
    const found = search.find(text, JUDGED_PASSAGES)
    const sentences = selectSentences(question, found, search.statistics, analyzer, options)
    const { probability } = judgeAnswerability(question, found, sentences, search.statistics, analyzer, evaluation)
    return { label: labels.get(id) ?? '', probability }
  })
  return figuresOf(judged, evaluation.model?.threshold ?? DEFAULT_ANSWER_THRESHOLD)
}
