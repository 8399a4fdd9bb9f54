import { createRequire } from 'node:module'
import { join } from 'node:path'
import { meanFigures, type RankingFigures, rankingFigures } from '../../../server/evaluation/ranking-figures.ts'
import { type PackQuestion, readRetrievalPack } from '../../../server/evaluation/retrieval-pack.ts'
import { seededRandom } from '../../../server/evaluation/seeded-random.ts'
import { allPeers } from './all-peers.ts'

// One peer on one pack in a process of its own: `measure-peer.ts <peer> <pack> <its packages' folder> <sample> <seed>`;
// prints a line of JSON.

export interface PeerFigures extends RankingFigures {
  readonly questions: number
  readonly passages: number
  /** CPU time of all threads for one question, in milliseconds, after a warm-up. */
  readonly queryCpuMs: number
  readonly indexCpuS: number
  /** Figures over the sample, where questions were many; the same sample for every peer. */
  readonly sample: RankingFigures | undefined
}

const DEPTH = 10
const WARM_UP = 20

const [name, packDir = '', packagesDir = '', sampleSize, seed] = process.argv.slice(2)
const peer = allPeers.find((one) => one.name === name)
if (peer === undefined) throw new Error(`There is no peer "${name}"`)

const { passages, questions } = readRetrievalPack(packDir)
const sample = new Set(seededRandom(Number(seed)).shuffle(questions).slice(0, Number(sampleSize)))
const asked = passages.length > (peer.sampleAbove ?? Number.POSITIVE_INFINITY) ? [...sample] : questions

const cpuSeconds = (since: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1e6
}
const beforeIndex = process.cpuUsage()
const require = createRequire(join(packagesDir, 'package.json'))
const search = await peer.index(passages, require)
const indexCpuS = cpuSeconds(beforeIndex)

for (const { text } of asked.slice(0, WARM_UP)) await search(text, DEPTH)
const rankings = new Map<PackQuestion, string[]>()
const beforeQueries = process.cpuUsage()
for (const question of asked) rankings.set(question, await search(question.text, DEPTH))
const queryCpuMs = (cpuSeconds(beforeQueries) * 1000) / asked.length

const figuresOf = (some: Iterable<PackQuestion>) =>
  meanFigures([...some].map((question) => rankingFigures(rankings.get(question) ?? [], question.relevant)))
const figures: PeerFigures = {
  questions: asked.length,
  passages: passages.length,
  ...figuresOf(asked),
  queryCpuMs,
  indexCpuS,
  sample: sample.size < questions.length ? figuresOf(sample) : undefined,
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
