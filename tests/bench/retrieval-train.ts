/**
 * Makes `server/retrieval/rank-weights.json` from the development packs, and says what a model that never saw a
 * question does for it (five folds): `npx tsx tests/bench/retrieval-train.ts [--write]`.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { meanFigures, rankingFigures } from '../../server/evaluation/ranking-figures.ts'
import { type RetrievalPack, readRetrievalPack, readTitlePath } from '../../server/evaluation/retrieval-pack.ts'
import { type RankedQuestion, trainRanking } from '../../server/evaluation/train-ranking.ts'
import { type Analyzer, createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { FEATURES } from '../../server/retrieval/candidate-features.ts'
import { buildLexicalIndex, type LexicalIndex } from '../../server/retrieval/lexical-index.ts'
import { compileRanking } from '../../server/retrieval/rank-model.ts'

const DATA = new URL('../../../shared/data/', import.meta.url)
const LANGUAGE = new URL('../../knowledge/language/', import.meta.url)
const FOLDS = 5
/** Of each pack: which questions, how deep, and how much one counts. Encyclopaedia questions are easy and many. */
const SOURCES = [
  { pack: 'law-policy', file: 'queries.jsonl', every: 1, depth: 100, weight: 2 },
  { pack: 'law-policy', file: 'queries_typo.jsonl', every: 2, depth: 100, weight: 1 },
  { pack: 'cmrc-dev', file: 'queries.jsonl', every: 2, depth: 20, weight: 0.5 },
  { pack: 'cmrc-dev', file: 'queries_typo.jsonl', every: 2, depth: 20, weight: 0.5 },
] as const

interface Sample extends RankedQuestion {
  readonly name: string
  readonly place: number
}

function readSamples(analyzer: Analyzer): Sample[] {
  const indexes = new Map<string, LexicalIndex>()
  return SOURCES.flatMap(({ pack: name, file, every, depth, weight }) => {
    const folder = new URL(`${name}/`, DATA).pathname
    if (!existsSync(folder)) throw new Error(`The pack ${name} is not here`)
    const pack = readRetrievalPack(folder, `${folder}${file}`)
    const index = indexes.get(name) ?? buildIndex(pack, analyzer)
    indexes.set(name, index)
    return pack.questions.flatMap((question, place) => {
      if (place % every !== 0) return []
      const sample = sampleOf(index, pack, question, depth)
      return [{ ...sample, name: `${name} ${file}`, place, weight }]
    })
  })
}

function buildIndex(pack: RetrievalPack, analyzer: Analyzer): LexicalIndex {
  return buildLexicalIndex(
    pack.passages.map(({ title, text }) => ({ ...readTitlePath(title), text })),
    analyzer,
  )
}

function sampleOf(
  index: LexicalIndex,
  pack: RetrievalPack,
  question: RetrievalPack['questions'][number],
  depth: number,
) {
  const width = FEATURES.length
  let rows = new Float32Array(0)
  let relevant = new Uint8Array(0)
  index.search(question.text, 10, {
    // The shipped weights may be of other features than those to be learned now.
    ranking: (_, count, scores) => scores.fill(0, 0, count),
    onFeatures: (all, passages) => {
      const both = FEATURES.indexOf('both')
      const order = Array.from(passages, (_, row) => row)
      order.sort((left, right) => (all[right * width + both] ?? 0) - (all[left * width + both] ?? 0))
      const kept = order.slice(0, depth).sort((left, right) => left - right)
      rows = new Float32Array(kept.length * width)
      for (const [at, row] of kept.entries()) rows.set(all.subarray(row * width, (row + 1) * width), at * width)
      relevant = Uint8Array.from(kept, (row) =>
        question.relevant.has(pack.passages[passages[row] ?? 0]?.id ?? '') ? 1 : 0,
      )
    },
  })
  return { rows, relevant, relevantCount: question.relevant.size }
}

function report(samples: readonly Sample[], scoresOf: (sample: Sample) => Float32Array): void {
  for (const { pack, file } of SOURCES) {
    const figures = samples
      .filter(({ name }) => name === `${pack} ${file}`)
      .map((sample) => {
        const scores = scoresOf(sample)
        const order = Array.from(scores, (_, row) => row).sort(
          (left, right) => (scores[right] ?? 0) - (scores[left] ?? 0),
        )
        const found = new Map<string, number>()
        for (let row = 0; row < sample.relevant.length; row++) if (sample.relevant[row] === 1) found.set(`${row}`, 1)
        // Those that the first step missed count as missed.
        for (let missed = found.size; missed < sample.relevantCount; missed++) found.set(`missed ${missed}`, 1)
        return rankingFigures(order.map(String), found)
      })
    const text = Object.entries(meanFigures(figures)).map(([key, value]) => `${key} ${value.toFixed(4)}`)
    process.stdout.write(`${pack} ${file}: ${text.join(' ')}\n`)
  }
}

const languageFile = (name: string) => [new URL(name, LANGUAGE).pathname].filter((path) => existsSync(path))
const analyzer = createAnalyzer({
  userWords: languageFile('words.txt'),
  synonyms: [...languageFile('synonyms.txt'), ...languageFile('legal-synonyms.txt')],
})
const samples = readSamples(analyzer)
const scoreWith = (model: ReturnType<typeof trainRanking>) => {
  const rank = compileRanking(model)
  return (sample: Sample) => {
    const scores = new Float32Array(sample.relevant.length)
    rank(sample.rows, sample.relevant.length, scores)
    return scores
  }
}
if (process.argv.includes('--write')) {
  const path = new URL('../../server/retrieval/rank-weights.json', import.meta.url)
  writeFileSync(path, `${JSON.stringify(trainRanking(samples))}\n`)
  process.stdout.write(`wrote ${path.pathname}\n`)
}
const folds = Array.from({ length: FOLDS }, (_, fold) =>
  scoreWith(trainRanking(samples.filter(({ place }) => place % FOLDS !== fold))),
)
report(samples, (sample) => folds[sample.place % FOLDS]?.(sample) ?? new Float32Array(0))
