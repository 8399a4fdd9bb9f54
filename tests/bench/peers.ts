import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { projectDir } from '../helpers/test-server.ts'
import { allPeers } from './peers/all-peers.ts'
import { installPeer } from './peers/install-peer.ts'
import type { PeerFigures } from './peers/measure-peer.ts'

// Retrieval of npm's full-text searches beside ours, each in a process of its own, in one run:
// `npm run bench:peers -- [--pack DIR]... [--sample N] [--seed N] [--json FILE]`. Without --pack: cmrc-dev and law-policy.
// The peers are installed on demand into node_modules/.cache/peers; they are no dependencies of the project.

const { values } = parseArgs({
  options: {
    pack: { type: 'string', multiple: true },
    sample: { type: 'string', default: '150' },
    seed: { type: 'string', default: '20261122' },
    json: { type: 'string' },
  },
})

type Row = { readonly peer: string } & ({ readonly figures: PeerFigures } | { readonly failed: string })

const cacheDir = join(projectDir, 'node_modules', '.cache', 'peers')
const measureFile = fileURLToPath(new URL('peers/measure-peer.ts', import.meta.url))
const data = join(projectDir, '..', 'shared', 'data')
const packs = (values.pack ?? [join(data, 'cmrc-dev'), join(data, 'law-policy')]).map((dir) => resolve(dir))

const results = packs.map((dir) => {
  if (!existsSync(dir)) throw new Error(`--pack: there is no folder ${dir}`)
  return { pack: basename(dir), rows: allPeers.map(({ name, packages }) => measure(name, packages, dir)) }
})
const run = {
  day: new Date().toISOString().slice(0, 10),
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, Node ${process.versions.node}`,
  sample: Number(values.sample),
  seed: Number(values.seed),
  results,
}
process.stdout.write(`${run.day}, ${run.machine}\n\n${results.map(asMarkdown).join('\n')}`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(run, undefined, 2)}\n`)

function measure(peer: string, packages: readonly string[], packDir: string): Row {
  process.stderr.write(`${basename(packDir)}: ${peer}\n`)
  try {
    const packagesDir = packages.length === 0 ? projectDir : installPeer(packages, cacheDir)
    const args = ['--import', 'tsx', measureFile, peer, packDir, packagesDir, values.sample, values.seed]
    const child = spawnSync(process.execPath, args, { cwd: projectDir, encoding: 'utf8' })
    if (child.status !== 0) throw new Error(child.stderr.split('\n').find((line) => line.includes('Error')) ?? 'ended')
    return { peer, figures: JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '') as PeerFigures }
  } catch (error) {
    return { peer, failed: error instanceof Error ? error.message : String(error) }
  }
}

function asMarkdown({ pack, rows }: { pack: string; rows: readonly Row[] }): string {
  const measured = rows.flatMap((row) => ('figures' in row ? [row.figures] : []))
  const all = Math.max(0, ...measured.map(({ questions }) => questions))
  const sampled = measured.some(({ questions }) => questions < all)
  const passages = measured[0]?.passages ?? 0
  const heads = ['r1', 'r5', 'r10', 'mrr10', 'ndcg10', 'CPU ms a question', 'index CPU s']
  if (sampled) heads.push(`r1 / r10 / ndcg10 of ${run.sample} questions`)
  const lines = rows.map((row) => {
    if ('failed' in row)
      return `| ${row.peer} | failed: ${row.failed.replaceAll('|', '/')} |${' |'.repeat(heads.length - 1)}`
    const { figures } = row
    const shares = [figures.r1, figures.r5, figures.r10, figures.mrr10, figures.ndcg10]
    const onAll = figures.questions === all
    const cells = [
      ...shares.map((share) => (onAll ? share.toFixed(3) : '–')),
      figures.queryCpuMs.toFixed(2),
      figures.indexCpuS.toFixed(1),
    ]
    if (sampled) {
      const { r1, r10, ndcg10 } = figures.sample ?? figures
      cells.push([r1, r10, ndcg10].map((share) => share.toFixed(3)).join(' / '))
    }
    return `| ${row.peer} | ${cells.join(' | ')} |`
  })
  const title = `\`${pack}\`: ${all} questions, ${passages} passages`
  return [title, '', `| search | ${heads.join(' | ')} |`, `| ---${' | ---'.repeat(heads.length)} |`, ...lines, ''].join(
    '\n',
  )
}
