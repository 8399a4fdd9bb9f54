import { join } from 'node:path'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { standaloneQuestion } from '../retrieval/question.ts'
import { selectSentences } from '../retrieval/select-sentences.ts'
import type { SentenceScorer } from '../retrieval/sentence-weights.ts'
import { packPassage, readJsonLines } from './answer-pack.ts'
import { searchPack } from './search-pack.ts'

/** A line of `cases.jsonl`: one passage, one question, the words that people marked as evidence. */
export interface EvidenceCase {
  readonly id: string
  readonly query: string
  readonly doc_id: string
  readonly title: string
  readonly text: string
  readonly evidences: readonly string[]
}

export interface EvidenceFigures {
  readonly cases: number
  /** The share of cases whose best sentence (one of whose best three) is the marked evidence. */
  readonly hit1: number
  readonly hit3: number
}

export interface EvidenceEvaluation {
  readonly packDir: string
  readonly analyzer: Analyzer
  readonly scorer?: SentenceScorer
  /** Which cases are asked; all by default. */
  readonly keep?: (item: EvidenceCase) => boolean
}

/**
 * Selects sentences of one given passage for each case. A sentence hits when it shares at least half of the shorter of the two with a marked span. Word
 * statistics come from all passages of the pack.
 * @throws where the pack cannot be read.
 */
export function evaluateEvidence({ packDir, analyzer, scorer, keep }: EvidenceEvaluation): EvidenceFigures {
  const all = readJsonLines<EvidenceCase>(join(packDir, 'cases.jsonl'))
  const passages = new Map(all.map(({ doc_id: id, title, text }) => [id, packPassage({ id, title, text })]))
  const { statistics } = searchPack([...passages.values()], analyzer)
  const cases = all.filter((item) => keep === undefined || keep(item))
  const options = { limit: 3, ...(scorer === undefined ? {} : { scorer }) }
  let first = 0
  let three = 0
  for (const { query, doc_id: id, title, text, evidences } of cases) {
    const passage = packPassage({ id, title, text })
    const sentences = selectSentences(standaloneQuestion(query), [{ passage, score: 1 }], statistics, analyzer, options)
    const spans = evidences.flatMap((evidence) => {
      const start = text.indexOf(evidence)
      return start < 0 ? [] : [{ start, end: start + evidence.length }]
    })
    const hits = sentences.map((sentence) => spans.some((span) => sharesHalf(sentence, span)))
    if (hits[0] === true) first += 1
    if (hits.includes(true)) three += 1
  }
  const count = Math.max(1, cases.length)
  return { cases: cases.length, hit1: first / count, hit3: three / count }
}

interface Span {
  readonly start: number
  readonly end: number
}

function sharesHalf(left: Span, right: Span): boolean {
  const shared = Math.min(left.end, right.end) - Math.max(left.start, right.start)
  return shared > 0 && shared >= 0.5 * Math.min(left.end - left.start, right.end - right.start)
}
