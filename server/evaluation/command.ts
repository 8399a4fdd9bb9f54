import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import type { CorrectionJudge } from '../corrections/correction-judge.ts'
import type { Log } from '../log.ts'
import type { Persona } from '../personas/persona.ts'
import type { Analyzer } from '../retrieval/analyzer.ts'
import type { TurnLine } from '../turn/answer-turn.ts'
import { fitPersonas } from './fit-personas.ts'
import { makeFaults } from './make-faults.ts'
import { htmlReport, markdownReport, type ReportSection } from './report.ts'
import { evaluateAnswerability } from './run-answerability.ts'
import { evaluateEvidence } from './run-evidence.ts'
import { runFit } from './run-fit.ts'
import { runFitCorrections } from './run-fit-corrections.ts'
import { evaluateGrounding } from './run-grounding.ts'
import { evaluateParaphrases, judgeParaphrases, type ParaphraseFigures } from './run-paraphrase.ts'
import { evaluateRetrieval } from './run-retrieval.ts'
import { evaluateSentences } from './run-sentences.ts'
import { evaluateTurns, readTurnQuestions } from './run-turns.ts'

/** What the command needs from the process around it. */
export interface EvaluationHost {
  readonly analyzer: () => Analyzer
  /** The line of a turn over the knowledge folder, with the configured model. */
  readonly openLine: () => Promise<{ line: TurnLine; personas: readonly Persona[]; close(): Promise<void> }>
  /** The judge of corrections, where the settings name one. */
  readonly openCorrectionJudge?: () => Promise<{
    readonly judge: CorrectionJudge
    readonly timeLimitMs: number
    readonly log: Log
  }>
  /** The questions that ship with the demonstration. */
  readonly demonstrationQuestions: string
  /** The corrections that ship with it, a folder as `paraphrase` reads it; beside the questions by default. */
  readonly demonstrationCorrections?: string
  readonly print: (line: string) => void
  /** Rewrites one line on a terminal; silent elsewhere. */
  readonly progress: (line: string) => void
}

type Figures = Readonly<Record<string, number>>

const USAGE = `npm run eval -- <kind> --pack DIR [--json FILE]

  retrieval      corpus.jsonl, queries.jsonl (or --queries FILE), qrels.tsv: is the right passage found
  sentences      with answers.jsonl: does the best sentence hold the answer
  evidence       cases.jsonl: is the sentence chosen that people marked
  answerability  labels.jsonl: is it known when there is no answer
  make-faults    --pack DIR --out DIR --seed N [--count N]: makes faulty sentences from a corpus
  fit            --pack DIR --out DIR: learns the weights of sentence selection and answerability anew
  fit-personas   [--questions FILE] --out DIR: learns anew when a persona answers
  grounding      cases.jsonl from make-faults: are the faults caught
  paraphrase     corrections.jsonl, queries.jsonl, qrels.tsv (or pairs.jsonl): does a correction answer its
                 question in other words, and no other question; with CORRECTION_JUDGE_MODEL also with the judge
  fit-corrections [--pack DIR] [--questions DIR,DIR…] --out DIR: learns anew when two questions ask the same
  turn           [--questions FILE]: questions through the whole line, with the configured model
  all            the demonstration, with a report: [--out DIR] writes report.md and report.html`

/** A call that cannot be run; the message says how to call it. */
export class EvaluationUsageError extends Error {
  constructor(problem: string) {
    super(`${problem}\n\n${USAGE}`)
    this.name = 'EvaluationUsageError'
  }
}

/** Runs `npm run eval`: prints one line for people and one JSON object, and writes the object to `--json FILE`. */
export async function runEvaluation(args: readonly string[], host: EvaluationHost): Promise<void> {
  const { values, positionals } = parse(args)
  const [kind] = positionals
  const need = (name: 'pack' | 'out' | 'seed'): string => {
    const value = values[name]
    if (value === undefined) throw new EvaluationUsageError(`"${kind}" needs --${name}`)
    if (name === 'pack' && !existsSync(value)) throw new EvaluationUsageError(`--pack: there is no folder ${value}`)
    return value
  }
  const onProgress = (share: number) => host.progress(bar(share))
  const figures = await figuresOf()
  host.progress('')
  const line = Object.entries(figures).map(([name, value]) => `${name} ${shown(value)}`)
  host.print(`${kind}: ${line.join(' · ')}`)
  host.print(JSON.stringify(figures))
  if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, undefined, 2)}\n`)

  async function figuresOf(): Promise<Figures> {
    switch (kind) {
      case 'retrieval': {
        const queries = values.queries === undefined ? {} : { queriesFile: values.queries }
        return { ...evaluateRetrieval({ packDir: need('pack'), ...queries, analyzer: host.analyzer(), onProgress }) }
      }
      case 'sentences':
        return { ...evaluateSentences({ packDir: need('pack'), analyzer: host.analyzer(), onProgress }) }
      case 'evidence':
        return { ...evaluateEvidence({ packDir: need('pack'), analyzer: host.analyzer() }) }
      case 'answerability':
        return evaluateAnswerability({ packDir: need('pack'), analyzer: host.analyzer(), onProgress })
      case 'make-faults': {
        const count = values.count === undefined ? {} : { count: wholeNumber('count', values.count) }
        return makeFaults({
          packDir: need('pack'),
          outDir: need('out'),
          seed: wholeNumber('seed', need('seed')),
          ...count,
        })
      }
      case 'grounding':
        return evaluateGrounding({ casesFile: join(need('pack'), 'cases.jsonl') })
      case 'fit':
        return runFit({ packDir: need('pack'), outDir: need('out'), analyzer: host.analyzer() })
      case 'fit-personas':
        return personas(values.questions ?? host.demonstrationQuestions, need('out'))
      case 'paraphrase':
        return paraphrases(need('pack'))
      case 'fit-corrections':
        return fitMatcher(need('out'))
      case 'turn':
        return turns(values.questions ?? host.demonstrationQuestions)
      case 'all': {
        const figures = await turns(host.demonstrationQuestions)
        const paraphrases = evaluateParaphrases({ packDir: corrections(), analyzer: host.analyzer(), onProgress })
        if (values.out !== undefined) await report(values.out, figures, paraphrases)
        return { ...figures, ...prefixed('paraphrase', { ...paraphrases }) }
      }
      default:
        throw new EvaluationUsageError(kind === undefined ? 'Which evaluation?' : `There is no evaluation "${kind}".`)
    }
  }

  async function fitMatcher(outDir: string): Promise<Figures> {
    const packDir = values.pack === undefined ? corrections() : need('pack')
    const { line, personas, close } = await host.openLine()
    try {
      const questionPackDirs = (values.questions ?? '').split(',').filter((dir) => dir !== '')
      return runFitCorrections({ packDir, questionPackDirs, outDir, analyzer: line.analyzer(), personas })
    } finally {
      await close()
    }
  }

  async function paraphrases(packDir: string): Promise<Figures> {
    const evaluation = { packDir, analyzer: host.analyzer(), onProgress }
    const opened = await host.openCorrectionJudge?.()
    return opened === undefined
      ? { ...evaluateParaphrases(evaluation) }
      : { ...(await judgeParaphrases({ ...evaluation, ...opened })) }
  }

  function corrections(): string {
    return host.demonstrationCorrections ?? join(dirname(host.demonstrationQuestions), 'corrections')
  }

  async function turns(file: string): Promise<Figures> {
    if (!existsSync(file)) throw new EvaluationUsageError(`There is no file ${file}`)
    const { line, personas, close } = await host.openLine()
    try {
      const { figures } = await evaluateTurns({
        line,
        personas,
        questions: readTurnQuestions(file),
        onProgress: (done, of) => onProgress(done / of),
      })
      return figures
    } finally {
      await close()
    }
  }

  async function personas(file: string, outDir: string): Promise<Figures> {
    const { line, personas, close } = await host.openLine()
    try {
      const questions = readTurnQuestions(file)
      const { model, figures } = await fitPersonas({
        retriever: line.retriever,
        analyzer: line.analyzer(),
        personas,
        questions,
      })
      await mkdir(outDir, { recursive: true })
      await writeFile(join(outDir, 'persona-answerability-weights.json'), `${JSON.stringify(model, undefined, 2)}\n`)
      return { ...figures, threshold: model.threshold }
    } finally {
      await close()
    }
  }

  async function report(dir: string, figures: Figures, paraphrases: ParaphraseFigures): Promise<void> {
    await mkdir(dir, { recursive: true })
    const sections: ReportSection[] = [
      { title: '演示讲师问答（turn）', figures },
      { title: '更正的匹配（paraphrase）', figures: { ...paraphrases } },
    ]
    await writeFile(join(dir, 'report.md'), markdownReport(sections, new Date()))
    await writeFile(join(dir, 'report.html'), htmlReport(sections, new Date()))
    host.print(`report: ${join(dir, 'report.md')}, ${join(dir, 'report.html')}`)
  }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { pack: text, json: text, queries: text, questions: text, out: text, seed: text, count: text },
    })
  } catch (error) {
    throw new EvaluationUsageError(error instanceof Error ? error.message : String(error))
  }
}

function prefixed(prefix: string, figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}.${name}`, value]))
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new EvaluationUsageError(`--${name} must be a whole number, not "${text}"`)
  return Number(text)
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 1 ? 4 : 2)
}

const BAR = 30

function bar(share: number): string {
  const done = Math.round(Math.min(1, Math.max(0, share)) * BAR)
  return `[${'#'.repeat(done)}${'.'.repeat(BAR - done)}] ${Math.round(share * 100)} %`
}
