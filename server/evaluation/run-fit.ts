import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { readAnswerPack } from './answer-pack.ts'
import { fitAnswerability } from './fit-answerability.ts'
import { fitSentences } from './fit-sentences.ts'

export interface FitOptions {
  /** A retrieval pack with `answers.jsonl`: questions whose answers stand word by word in the passages. */
  readonly packDir: string
  /** Where `sentence-weights.json` and `answerability-weights.json` are written; the shipped ones lie in `server/retrieval`. */
  readonly outDir: string
  readonly analyzer: Analyzer
}

/**
 * Learns sentence ranking and answerability anew, for operators with a pack of their own; takes some minutes. Returns the figures on the halves that were
 * not learned from.
 * @throws where the pack cannot be read or a file cannot be written.
 */
export function runFit({ packDir, outDir, analyzer }: FitOptions): Readonly<Record<string, number>> {
  const pack = readAnswerPack(packDir)
  const weights = fitSentences(pack, analyzer)
  const { model, figures } = fitAnswerability(pack, analyzer)
  mkdirSync(outDir, { recursive: true })
  writeFileSync(join(outDir, 'sentence-weights.json'), `${JSON.stringify(weights, null, 2)}\n`)
  writeFileSync(join(outDir, 'answerability-weights.json'), `${JSON.stringify(model, null, 2)}\n`)
  return figures
}
