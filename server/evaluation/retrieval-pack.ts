import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface PackPassage {
  readonly id: string
  readonly title: string
  readonly text: string
}

/** A question and the passages that people marked as holding its answer. */
export interface PackQuestion {
  readonly id: string
  readonly text: string
  readonly relevant: ReadonlyMap<string, number>
}

export interface RetrievalPack {
  readonly passages: readonly PackPassage[]
  readonly questions: readonly PackQuestion[]
}

/**
 * Reads a folder in BEIR layout: `corpus.jsonl` or `corpus.jsonl.xz` (through the `xz` command), `queries.jsonl` or
 * `queriesFile`, `qrels.tsv`. Questions without a judged passage are left out.
 * @throws where a file is missing or malformed.
 */
export function readRetrievalPack(packDir: string, queriesFile?: string): RetrievalPack {
  const relevant = readJudgements(join(packDir, 'qrels.tsv'))
  const questions: PackQuestion[] = []
  for (const { id, text } of readLines<{ id: string; text: string }>(queriesFile ?? join(packDir, 'queries.jsonl'))) {
    const judged = relevant.get(id)
    if (judged !== undefined) questions.push({ id, text, relevant: judged })
  }
  return { passages: readLines<PackPassage>(join(packDir, 'corpus.jsonl')), questions }
}

function readLines<T>(path: string): T[] {
  return readText(path)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      try {
        return JSON.parse(line) as T
      } catch {
        throw new Error(`${path}:${index + 1} is not a line of JSON`)
      }
    })
}

function readText(path: string): string {
  if (existsSync(path) || !existsSync(`${path}.xz`)) return readFileSync(path, 'utf8')
  const { status, stdout, stderr } = spawnSync('xz', ['-dc', `${path}.xz`], { maxBuffer: 2 ** 31 - 1 })
  if (status !== 0) throw new Error(`xz could not unpack ${path}.xz: ${stderr.toString()}`)
  return stdout.toString('utf8')
}

function readJudgements(path: string): Map<string, Map<string, number>> {
  const judgements = new Map<string, Map<string, number>>()
  for (const line of readFileSync(path, 'utf8').split('\n').slice(1)) {
    const [query = '', passage = '', score = ''] = line.trim().split('\t')
    if (query === '' || !(Number(score) > 0)) continue
    const judged = judgements.get(query) ?? new Map<string, number>()
    judged.set(passage, Number(score))
    judgements.set(query, judged)
  }
  return judgements
}

/**
 * A title of a pack as a path: 「民法典 第八章 违约责任 第五百七十七条」 is an article below a heading of a document, as the splitter
 * makes them of a policy; any other title is a document's own.
 */
export function readTitlePath(title: string): { readonly title: string; readonly headings: readonly string[] } {
  const found = /^(.+?)\s+((?:第[零〇一二三四五六七八九十百千\d]+[编篇章节条]|[一二三四五六七八九十]+、).*)$/.exec(
    title,
  )
  if (found === null) return { title, headings: [] }
  const [, document = title, rest = ''] = found
  return { title: document, headings: [rest] }
}
