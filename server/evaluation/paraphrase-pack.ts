import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MatchableCorrection } from '../corrections/correction-match.ts'
import { readJsonLines } from './answer-pack.ts'

export interface PackCorrection extends MatchableCorrection {
  /** Only questions of the same scope are compared with it: a persona, or one pair. */
  readonly scope: string
}

export interface PackParaphrase {
  readonly id: string
  readonly text: string
  readonly scope: string
  /** The corrections that answer it; empty where none does. */
  readonly answeredBy: ReadonlySet<string>
  /** The correction that a near-miss was written for. */
  readonly near?: string
}

export interface ParaphrasePack {
  readonly corrections: readonly PackCorrection[]
  readonly questions: readonly PackParaphrase[]
}

type Line = Readonly<Record<string, unknown>>

const CANONICAL = ['question', 'canonical', 'canonicalQuestion', 'text', 'title', 'query']
const FIRST = ['a', 'question', 'question1', 'text1', 'sentence1', 'q1', 'canonical', 'query1', 'text_a']
const SECOND = ['b', 'paraphrase', 'question2', 'text2', 'sentence2', 'q2', 'query', 'query2', 'text_b']
const LABEL = ['label', 'same', 'score', 'is_paraphrase', 'duplicate']
const PAIR_FILES = ['pairs.jsonl', 'cases.jsonl', 'pairs.tsv', 'cases.tsv']

/**
 * Reads questions and the corrections that answer them: `corrections.jsonl` {id, question, phrasings?, notThese?, answer?, personaId?} (or a
 * `corpus.jsonl` whose texts are questions), `queries.jsonl` {id, text, near?, personaId?} and `qrels.tsv`; or pairs of questions with a label,
 * 1 where both ask the same, in `pairs.jsonl`, `cases.jsonl` or the same as `.tsv`. Each pair is compared for itself.
 * @throws where neither is there or a line is malformed.
 */
export function readParaphrasePack(packDir: string): ParaphrasePack {
  const own = ['corrections.jsonl', 'corpus.jsonl'].map((name) => join(packDir, name)).find(existsSync)
  const queries = join(packDir, 'queries.jsonl')
  if (own !== undefined && existsSync(queries)) return readJudged(own, queries, join(packDir, 'qrels.tsv'))
  const pairs = PAIR_FILES.map((name) => join(packDir, name)).find(existsSync)
  if (pairs !== undefined) return readPairs(pairs)
  throw new Error(`${packDir} holds neither corrections.jsonl and queries.jsonl nor pairs.jsonl`)
}

function readJudged(correctionsFile: string, queriesFile: string, qrelsFile: string): ParaphrasePack {
  const corrections = readJsonLines<Line>(correctionsFile).map((line, index) => {
    const question = textOf(line, CANONICAL)
    if (question === undefined) throw new Error(`${correctionsFile}:${index + 1} has no question`)
    const answer = textOf(line, ['answer'])
    return {
      id: idOf(line) ?? String(index + 1),
      scope: textOf(line, ['personaId', 'persona']) ?? '',
      phrasings: [...new Set([question, ...textsOf(line, 'phrasings')])],
      notThese: textsOf(line, 'notThese'),
      ...(answer === undefined ? {} : { answer }),
    }
  })
  const answers = existsSync(qrelsFile) ? readQrels(qrelsFile) : new Map<string, Set<string>>()
  const questions = readJsonLines<Line>(queriesFile).map((line, index) => {
    const id = idOf(line) ?? String(index + 1)
    const text = textOf(line, ['text', 'query', 'question'])
    if (text === undefined) throw new Error(`${queriesFile}:${index + 1} has no text`)
    const named = textOf(line, ['correctionId', 'correction-id', 'of'])
    const answeredBy = answers.get(id) ?? new Set(named === undefined ? [] : [named])
    const near = textOf(line, ['near'])
    const scope = textOf(line, ['personaId', 'persona']) ?? ''
    return { id, text, scope, answeredBy, ...(near === undefined ? {} : { near }) }
  })
  return { corrections, questions }
}

function readQrels(path: string): Map<string, Set<string>> {
  const answers = new Map<string, Set<string>>()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const columns = line.trim().split('\t')
    // TREC writes query, iteration, document, score.
    const [query = '', correction = '', score = ''] =
      columns.length === 4 ? [columns[0], columns[2], columns[3]] : columns
    if (query === '' || !(Number(score) > 0)) continue
    const own = answers.get(query) ?? new Set()
    answers.set(query, own.add(correction))
  }
  return answers
}

function readPairs(path: string): ParaphrasePack {
  const lines = path.endsWith('.tsv') ? readTable(path) : readJsonLines<Line>(path)
  const corrections: PackCorrection[] = []
  const questions: PackParaphrase[] = []
  for (const [index, line] of lines.entries()) {
    const one = textOf(line, FIRST)
    const other = textOf(
      line,
      SECOND.filter((name) => line[name] !== one),
    )
    const label = LABEL.map((name) => line[name]).find((value) => value !== undefined)
    if (one === undefined || other === undefined || label === undefined) {
      throw new Error(`${path}:${index + 1} is not a pair of questions with a label`)
    }
    const id = idOf(line) ?? String(index + 1)
    const isSame = label === true || label === 'true' || Number(label) > 0
    corrections.push({ id, scope: id, phrasings: [one], notThese: [] })
    questions.push({ id, text: other, scope: id, answeredBy: new Set(isSame ? [id] : []) })
  }
  return { corrections, questions }
}

/** A table with a line of names, or of two questions and a label. */
function readTable(path: string): Line[] {
  const rows = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trimEnd().split('\t'))
  const [first = []] = rows
  const hasNames = first.some((name) => LABEL.includes(name))
  const names = hasNames ? first : ['a', 'b', 'label']
  return rows
    .slice(hasNames ? 1 : 0)
    .map((row) => Object.fromEntries(names.map((name, column) => [name, row[column] ?? ''])))
}

function idOf(line: Line): string | undefined {
  const id = line['id'] ?? line['_id']
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
}

function textOf(line: Line, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = line[name]
    if (typeof value === 'string' && value.trim() !== '') return value
  }
  return undefined
}

function textsOf(line: Line, name: string): string[] {
  const value = line[name]
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}
