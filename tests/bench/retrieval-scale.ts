/**
 * Search time over many passages, made by recombining the sentences of `scale-law` with a seeded script:
 * `npx tsx tests/bench/retrieval-scale.ts [passages, default 300000]`.
 */
import { existsSync } from 'node:fs'
import { readRetrievalPack, readTitlePath } from '../../server/evaluation/retrieval-pack.ts'
import { createAnalyzer } from '../../server/retrieval/analyzer.ts'
import { buildLexicalIndex } from '../../server/retrieval/lexical-index.ts'
import type { IndexablePassage } from '../../server/retrieval/passage.ts'

const DATA = new URL('../../../shared/data/scale-law/', import.meta.url)
const LANGUAGE = new URL('../../knowledge/language/', import.meta.url)
const wanted = Number(process.argv[2] ?? 300_000)

function* recombined(passages: readonly { title: string; text: string }[], count: number): Generator<IndexablePassage> {
  const sentences = passages.flatMap(({ text }) => text.match(/[^。；\n]+[。；\n]?/g) ?? [])
  let state = 20_261_122
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  for (let made = 0; made < count; made++) {
    const own = passages[made]
    if (own !== undefined) {
      yield { ...readTitlePath(own.title), text: own.text }
      continue
    }
    let text = ''
    while (text.length < 100) text += sentences[next(sentences.length)] ?? ''
    yield { ...readTitlePath(passages[next(passages.length)]?.title ?? ''), text }
  }
}

if (!existsSync(DATA)) throw new Error('The pack scale-law is not here')
const present = (names: readonly string[]) =>
  names.map((name) => new URL(name, LANGUAGE).pathname).filter((path) => existsSync(path))
const analyzer = createAnalyzer({
  userWords: present(['words.txt']),
  synonyms: present(['synonyms.txt', 'legal-synonyms.txt']),
})
const pack = readRetrievalPack(DATA.pathname)
const began = performance.now()
const index = buildLexicalIndex(recombined(pack.passages, wanted), analyzer)
const indexSeconds = (performance.now() - began) / 1000
for (const { text } of pack.questions.slice(0, 100)) index.search(text, 10)
const cpu = process.cpuUsage()
const times = pack.questions.map(({ text }) => {
  const start = performance.now()
  index.search(text, 10)
  return performance.now() - start
})
const { user, system } = process.cpuUsage(cpu)
times.sort((left, right) => left - right)
const figures = {
  passages: wanted,
  indexSeconds,
  queryMeanMs: times.reduce((sum, time) => sum + time, 0) / times.length,
  queryP95Ms: times[Math.floor(times.length * 0.95)],
  queryCpuMs: (user + system) / 1000 / times.length,
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
