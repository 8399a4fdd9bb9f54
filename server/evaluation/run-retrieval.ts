import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { loadIndexFile, saveIndexFile } from '../retrieval/index-file.ts'
import { buildLexicalIndex, type LexicalIndex, openLexicalIndex } from '../retrieval/lexical-index.ts'
import { meanFigures, type RankingFigures, rankingFigures } from './ranking-figures.ts'
import { type RetrievalPack, readRetrievalPack, readTitlePath } from './retrieval-pack.ts'

export interface RetrievalFigures extends RankingFigures {
  readonly questions: number
  readonly passages: number
  /** Milliseconds for one question on one core, after a first round over all questions. */
  readonly queryMeanMs: number
  readonly queryP95Ms: number
  /** Seconds to build the index from the texts, and to load the saved one. */
  readonly indexSeconds: number
  readonly loadSeconds: number
  /** Megabytes (10^6 bytes) that the index holds in memory. */
  readonly indexMb: number
}

export interface RetrievalEvaluation {
  readonly packDir: string
  /** Other questions than the pack's own `queries.jsonl`. */
  readonly queriesFile?: string
  readonly analyzer: Analyzer
  /** Hears how far it is, from 0 to 1. */
  readonly onProgress?: (share: number) => void
}

const DEPTH = 10

/**
 * Measures retrieval on a pack with the production analyzer, index and search: saved and loaded once, as at a start.
 * @throws where the pack cannot be read.
 */
export function evaluateRetrieval(evaluation: RetrievalEvaluation): RetrievalFigures {
  const { packDir, queriesFile, analyzer } = evaluation
  const pack = readRetrievalPack(packDir, queriesFile)
  const began = performance.now()
  const built = buildLexicalIndex(
    pack.passages.map(({ title, text }) => ({ ...readTitlePath(title), text })),
    analyzer,
  )
  const indexSeconds = (performance.now() - began) / 1000
  const { index, loadSeconds } = reload(built, analyzer)
  const progress = (done: number) => evaluation.onProgress?.(done / Math.max(1, 2 * pack.questions.length))
  const figures = pack.questions.map((question, place) => {
    progress(place)
    return rankingFigures(idsOf(index, question.text, pack), question.relevant)
  })
  const times = pack.questions.map(({ text }, place) => {
    progress(pack.questions.length + place)
    const start = performance.now()
    index.search(text, DEPTH)
    return performance.now() - start
  })
  return {
    questions: pack.questions.length,
    passages: pack.passages.length,
    ...meanFigures(figures),
    queryMeanMs: times.reduce((sum, time) => sum + time, 0) / Math.max(1, times.length),
    queryP95Ms: times.sort((left, right) => left - right)[Math.floor(times.length * 0.95)] ?? 0,
    indexSeconds,
    loadSeconds,
    indexMb: sizeOf(index) / 1e6,
  }
}

function idsOf(index: LexicalIndex, text: string, pack: RetrievalPack): string[] {
  return index.search(text, DEPTH).map(({ ordinal }) => pack.passages[ordinal]?.id ?? '')
}

function reload(built: LexicalIndex, analyzer: Analyzer): { index: LexicalIndex; loadSeconds: number } {
  const folder = mkdtempSync(join(tmpdir(), 'retrieval-evaluation-'))
  try {
    const path = join(folder, 'pack.index')
    saveIndexFile(path, built.postings, 'evaluation')
    const began = performance.now()
    const postings = loadIndexFile(path, 'evaluation')
    if (postings === undefined) throw new Error('The saved index could not be loaded')
    return { index: openLexicalIndex(postings, analyzer), loadSeconds: (performance.now() - began) / 1000 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function sizeOf({ postings }: LexicalIndex): number {
  const arrays = Object.values(postings).filter((value) => ArrayBuffer.isView(value))
  const words = postings.words.reduce((sum, word) => sum + 32 + word.length, 0)
  return arrays.reduce((sum, array) => sum + array.byteLength, words)
}
