import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { builtWidget } from '../helpers/widget-site.ts'
import { appTarget, benchPages, OURS, PORTAL_PATH, weigh } from './widget/bench-pages.ts'
import { startBenchServer } from './widget/bench-server.ts'
import { bundleApps } from './widget/bundle-apps.ts'
import {
  figureTable,
  judge,
  judgeReactions,
  type ReactionFigures,
  reactionTable,
  type WidgetFigures,
} from './widget/gates.ts'
import { CPU_SOURCE } from './widget/main-thread.ts'
import {
  type Conditions,
  type LoadFigures,
  measureFirstTouch,
  measureLoad,
  measureReactions,
  measureStream,
  quantile,
  type StreamFigures,
  type Target,
} from './widget/measure.ts'

// The widget beside two chat libraries, in one run on one machine: `npm run bench:widget -- [--json FILE] [--short]
// [--strict] [--alone] [--reactions]`. `--short` streams 400 tokens and loads once; `--alone` leaves the libraries out;
// `--reactions` measures only how soon a tap is answered; `--strict` fails where a gate is missed. The method is in
// docs/widget-bench.md.

const AT_REST: Conditions = { slowdown: 1, slow4g: false, history: 0 }
const SLOW_PHONE: Conditions = { slowdown: 4, slow4g: true, history: 0 }
const LONG_HISTORY: Conditions = { slowdown: 4, slow4g: false, history: 500 }

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    short: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
    reactions: { type: 'boolean', default: false },
  },
})
const tokens = options.short ? 400 : 2_000
const REACTIONS = 20
const repetitions = options.short ? 1 : 5

const figures = await measureAll()
const gates = 'targets' in figures ? judge(figures) : judgeReactions(figures)
process.stdout.write(`\n${'targets' in figures ? figureTable(figures, gates) : reactionTable(figures, gates)}\n`)
if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify({ figures, gates }, null, 2)}\n`)
process.exitCode = options.strict && gates.some(({ pass }) => !pass) ? 1 : 0

async function measureAll(): Promise<WidgetFigures | ReactionFigures> {
  const webDir = await builtWidget()
  const apps = await bundleApps()
  const server = await startBenchServer(tokens, benchPages(webDir, apps))
  const { address } = server
  const blank = appTarget('blank')
  const drawn = [OURS, ...(options.alone ? [] : [appTarget('deep-chat'), appTarget('chatui')])]
  try {
    const reactions = await measureReactions(address, OURS, AT_REST, REACTIONS)
    const slowReactions = await measureReactions(address, OURS, { ...AT_REST, slowdown: 4 }, REACTIONS)
    if (options.reactions) return { reactions, slowReactions }
    const portal = await measureFirstTouch(address, PORTAL_PATH, server.takeRequests, AT_REST)
    const slowPortal = await measureFirstTouch(address, PORTAL_PATH, server.takeRequests, SLOW_PHONE)
    const floors: StreamFigures[] = []
    floors.push(await stream(address, blank, AT_REST))
    const targets: WidgetFigures['targets'] = {}
    for (const target of drawn) {
      targets[target.name] = {
        load: await load(address, target, AT_REST),
        slowLoad: await load(address, target, SLOW_PHONE),
        historyLoad: await load(address, target, LONG_HISTORY),
        stream: await stream(address, target, AT_REST),
        historyStream: await stream(address, target, { ...AT_REST, history: 500 }),
        slowStream: await stream(address, target, { ...AT_REST, slowdown: 4 }),
      }
    }
    floors.push(await stream(address, blank, AT_REST))
    return {
      tokens,
      repetitions,
      cpuSource: CPU_SOURCE,
      weights: weigh(webDir, apps),
      requestsBeforeTouch: portal.requests,
      touchMs: portal.touchMs,
      slowTouchMs: slowPortal.touchMs,
      reactions,
      slowReactions,
      floors,
      targets,
    }
  } finally {
    await server.close()
  }
}

/** The median of several loads, each figure by itself. */
async function load(address: string, target: Target, conditions: Conditions): Promise<LoadFigures> {
  const runs: LoadFigures[] = []
  for (let run = 0; run < repetitions; run++) runs.push(await measureLoad(address, target, conditions))
  const median = (pick: (figures: LoadFigures) => number): number => quantile(runs.map(pick), 0.5)
  const median4 = {
    usableMs: median(({ usableMs }) => usableMs),
    shownMs: conditions.history === 0 ? null : median(({ shownMs }) => shownMs ?? Number.NaN),
    nodes: median(({ nodes }) => nodes),
    heapMb: median(({ heapMb }) => heapMb),
  }
  say(target, conditions, median4)
  return median4
}

async function stream(address: string, target: Target, conditions: Conditions): Promise<StreamFigures> {
  const measured = await measureStream(address, target, conditions)
  say(target, conditions, measured)
  return measured
}

function say(target: Target, conditions: Conditions, measured: LoadFigures | StreamFigures): void {
  process.stderr.write(`${target.name} ${JSON.stringify(conditions)} ${JSON.stringify(measured)}\n`)
}
