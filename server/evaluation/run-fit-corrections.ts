import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { correctionLogit } from '../corrections/judge-correction.ts'
import type { Persona } from '../personas/persona.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import { correctionTrials } from './correction-trials.ts'
import { figuresOf, fitCorrections, judge, type WeighedTrials } from './fit-corrections.ts'
import { nearMissesOf } from './make-near-misses.ts'
import { type ParaphrasePack, readParaphrasePack } from './paraphrase-pack.ts'
import { questionPack } from './question-pack.ts'

export interface CorrectionFitOptions {
  /**
   * Corrections and questions written by people, as `readParaphrasePack` reads them. A folder `everyday` in it is learned from, too; one
   * called `held-out` is only measured.
   */
  readonly packDir: string
  /** Retrieval packs whose questions are reworded by rules, and must not be taken for each other. */
  readonly questionPackDirs: readonly string[]
  /** Where `correction-weights.json` is written; the shipped one lies in `server/corrections`. */
  readonly outDir: string
  readonly analyzer: Analyzer
  /** Who is asked. */
  readonly personas: readonly Persona[]
}

/** What a question weighs: people's own words teach more than rules. */
const WRITTEN_WEIGHT = 4
const MADE_WEIGHT = 0.6
/** So many questions of a made pack are enough. */
const MADE_QUESTIONS = 150
const SEED = 3

/**
 * Learns the weights of the corrections' matcher anew; takes about two minutes. Returns the figures on canonical questions that were held out, and on
 * those of `held-out`.
 * @throws where a pack cannot be read or the file cannot be written.
 */
export function runFitCorrections(options: CorrectionFitOptions): Readonly<Record<string, number>> {
  const { packDir, questionPackDirs, outDir, analyzer, personas } = options
  const written = readParaphrasePack(packDir)
  const everyday = packIn(packDir, 'everyday')
  const held = packIn(packDir, 'held-out')
  // Everyday questions may really be answered by an adviser; a lecturer's own story never answers them.
  const tellers = new Set(personas.filter(({ speaker }) => speaker !== 'institution').map(({ id }) => id))
  const hasOwnStory = (scope: string) => tellers.has(scope)
  const stories = { ...written, questions: written.questions.filter(({ scope }) => hasOwnStory(scope)) }
  const own = { weight: WRITTEN_WEIGHT, calibrates: true }
  const sources: WeighedTrials[] = [
    {
      ...own,
      name: 'written',
      trials: correctionTrials(written, analyzer, (scope) => (hasOwnStory(scope) ? textsOf(everyday) : [])),
    },
    ...(everyday === undefined
      ? []
      : [{ ...own, name: 'everyday', trials: correctionTrials(everyday, analyzer, () => textsOf(stories)) }]),
    ...[written, ...(everyday === undefined ? [] : [everyday])].map((pack) => ({
      name: 'made-near',
      weight: MADE_WEIGHT,
      calibrates: false,
      trials: correctionTrials(nearMissesOf(pack), analyzer),
    })),
    ...questionPackDirs.map((dir) => ({
      name: basename(dir),
      weight: MADE_WEIGHT,
      calibrates: false,
      trials: correctionTrials(someOf(questionPack(dir, SEED)), analyzer),
    })),
  ]
  const { model, figures } = fitCorrections(sources)
  mkdirSync(outDir, { recursive: true })
  writeFileSync(join(outDir, 'correction-weights.json'), `${JSON.stringify(model)}\n`)
  if (held === undefined) return figures
  const judged = correctionTrials(held, analyzer, () => textsOf(stories)).flatMap((trial) =>
    judge('held-out', trial, (form, phrasings) => correctionLogit(form, phrasings, model)),
  )
  return { ...figures, ...figuresOf(judged) }
}

function packIn(dir: string, name: string): ParaphrasePack | undefined {
  const path = join(dir, name)
  return existsSync(path) ? readParaphrasePack(path) : undefined
}

/** Canonical questions to be asked where they do not belong. */
function textsOf(pack: ParaphrasePack | undefined): string[] {
  return pack?.questions.filter(({ answeredBy }) => answeredBy.size > 0).map(({ text }) => text) ?? []
}

function someOf({ corrections, questions }: ParaphrasePack): ParaphrasePack {
  const step = Math.max(1, Math.round(questions.length / MADE_QUESTIONS))
  return { corrections, questions: questions.filter((_, place) => place % step === 0) }
}
