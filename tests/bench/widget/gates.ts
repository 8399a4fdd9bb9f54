import type { Weights } from './bench-pages.ts'
import type { CpuSource } from './main-thread.ts'
import { type LoadFigures, quantile, type StreamFigures } from './measure.ts'
import type { Reactions } from './reaction-page.ts'

export interface TargetFigures {
  readonly load: LoadFigures
  /** Slow 4G and a processor four times slower. */
  readonly slowLoad: LoadFigures
  /** 500 messages of history, a processor four times slower. */
  readonly historyLoad: LoadFigures
  readonly stream: StreamFigures
  readonly historyStream: StreamFigures
  /** A processor four times slower. */
  readonly slowStream: StreamFigures
}

export interface WidgetFigures {
  readonly tokens: number
  readonly repetitions: number
  readonly cpuSource: CpuSource
  readonly weights: Weights
  readonly requestsBeforeTouch: readonly string[]
  /** From the first touch of the launcher to a usable composer. */
  readonly touchMs: number
  readonly slowTouchMs: number
  /** Each repetition's ms; `slowReactions` with a processor four times slower. */
  readonly reactions: Reactions
  readonly slowReactions: Reactions
  /** The blank page, before and after all others. */
  readonly floors: readonly StreamFigures[]
  readonly targets: Record<string, TargetFigures>
}

export interface Gate {
  readonly name: string
  readonly most: number
  readonly figure: number
  readonly pass: boolean
  readonly unit: string
}

const KIB = 1_024
const FULL_TOKENS = 2_000

/** What the answer costs beyond a blank page that hears the same tokens, in ms of the main thread. */
export function netCpuMs(figures: WidgetFigures, stream: StreamFigures): number {
  const floor = figures.floors.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / figures.floors.length
  return Math.round(stream.cpuMs - floor)
}

const REACTIONS = [
  ['tap send -> own bubble', 50, 'ownBubble'],
  ["ack -> persona's waiting bubble", 100, 'waitingBubble'],
  ['stop -> idle', 100, 'idle'],
] as const

export type ReactionFigures = Pick<WidgetFigures, 'reactions' | 'slowReactions'>

/** How soon a tap or an acknowledgement is seen, p50 and p95, against what a visitor may wait. */
export function judgeReactions({ reactions }: ReactionFigures): Gate[] {
  return REACTIONS.flatMap(([name, most, kind]) =>
    [50, 95].map((percent) => {
      const figure = Math.round(quantile(reactions[kind], percent / 100))
      return { name: `${name}, p${percent}`, most, figure, pass: figure <= most, unit: 'ms' }
    }),
  )
}

/** The same with a processor four times slower, to which no limit applies. */
export function slowReactionLine({ slowReactions }: ReactionFigures): string {
  const words = REACTIONS.map(([name, , kind]) => {
    const [half, most] = [0.5, 0.95].map((share) => Math.round(quantile(slowReactions[kind], share)))
    return `${name} ${half} / ${most} ms`
  })
  return `CPU×4, p50 / p95 of ${slowReactions.ownBubble.length}: ${words.join(', ')}.`
}

/** Holds our own figures against the gates. A short run's answer is held against its share of them. */
export function judge(figures: WidgetFigures): Gate[] {
  const ours = figures.targets['lecturer-chat']
  if (ours === undefined) throw new Error('The widget was not measured')
  const share = figures.tokens / FULL_TOKENS
  const gate = (name: string, unit: string, most: number, figure: number): Gate => ({
    name,
    most,
    figure,
    pass: figure <= most,
    unit,
  })
  const kib = (bytes: number): number => Math.round((bytes / KIB) * 10) / 10
  return [
    gate('loader, gzip', 'KiB', 6, kib(figures.weights.loader)),
    gate('panel, gzip', 'KiB', 35, kib(figures.weights.panel)),
    gate('panel in its heaviest language, gzip', 'KiB', 35, kib(figures.weights.panelAtMost)),
    gate('requests before the first touch', '', 1, figures.requestsBeforeTouch.length),
    gate('composer usable', 'ms', 250, ours.load.usableMs),
    gate('composer usable, Slow 4G and CPU×4', 'ms', 1_000, ours.slowLoad.usableMs),
    gate('composer usable with 500 messages, CPU×4', 'ms', 1_100, ours.historyLoad.usableMs),
    gate('500 messages, DOM nodes', '', 1_200, ours.historyLoad.nodes),
    gate('500 messages, JS heap', 'MB', 4, ours.historyLoad.heapMb),
    gate('answer, net CPU', 'ms', 3_000 * share, netCpuMs(figures, ours.stream)),
    gate('answer after 500 messages, net CPU', 'ms', 3_300 * share, netCpuMs(figures, ours.historyStream)),
    gate('answer, tasks over 50 ms', '', 0, ours.stream.longTasks),
    gate('answer after 500 messages, tasks over 50 ms', '', 0, ours.historyStream.longTasks),
    gate('answer at CPU×4, until shown', 'ms', 20_300 * share, ours.slowStream.wallMs),
    gate('answer at CPU×4, p95 frame gap', 'ms', 70, ours.slowStream.frameGapP95Ms),
    ...judgeReactions(figures),
  ]
}

/** Two tables for people: our figures against the gates, and all targets side by side. */
export function figureTable(figures: WidgetFigures, gates: readonly Gate[]): string {
  const names = Object.keys(figures.targets)
  const row = (name: string, pick: (target: TargetFigures, name: string) => number | string): string[] => [
    name,
    ...Object.entries(figures.targets).map(([target, measured]) => String(pick(measured, target))),
  ]
  const beside = [
    row('JavaScript + CSS, KiB gzip', (_target, name) => weightOf(figures.weights, name)),
    row('composer usable, ms', ({ load }) => load.usableMs),
    row('… Slow 4G, CPU×4', ({ slowLoad }) => slowLoad.usableMs),
    row('500 messages, CPU×4: composer, ms', ({ historyLoad }) => historyLoad.usableMs),
    row('… last message shown, ms', ({ historyLoad }) => historyLoad.shownMs ?? '–'),
    row('… DOM nodes', ({ historyLoad }) => historyLoad.nodes),
    row('… JS heap, MB', ({ historyLoad }) => historyLoad.heapMb),
    row('answer: net CPU, ms', ({ stream }) => netCpuMs(figures, stream)),
    row('… with 500 messages', ({ historyStream }) => netCpuMs(figures, historyStream)),
    row('… tasks over 50 ms (longest)', ({ stream }) => `${stream.longTasks} (${stream.longestTaskMs})`),
    row('… with 500 messages', ({ historyStream }) => `${historyStream.longTasks} (${historyStream.longestTaskMs})`),
    row('… heap growth, MB', ({ stream }) => stream.heapGrowthMb),
    row('… at CPU×4: until shown, ms', ({ slowStream }) => slowStream.wallMs),
    row('… at CPU×4: p95 frame gap, ms', ({ slowStream }) => slowStream.frameGapP95Ms),
  ]
  const floors = figures.floors.map(({ cpuMs }) => cpuMs).join(' and ')
  return [
    gateTable(gates),
    '',
    table(['', ...names], beside),
    '',
    `${figures.tokens} tokens at 100/s; loads are medians of ${figures.repetitions}. CPU of the main thread by ` +
      `${figures.cpuSource}, less the blank page's ${floors} ms. ` +
      `First touch to composer: ${figures.touchMs} ms, Slow 4G and CPU×4 ${figures.slowTouchMs} ms.`,
    slowReactionLine(figures),
  ].join('\n')
}

/** The table of a run that measured nothing but reactions. */
export function reactionTable(figures: ReactionFigures, gates: readonly Gate[]): string {
  return `${gateTable(gates)}\n\n${slowReactionLine(figures)}`
}

/** Each figure beside what it may be at most. */
function gateTable(gates: readonly Gate[]): string {
  const judged = gates.map(({ name, most, figure, pass, unit }) => [
    name,
    `≤ ${most} ${unit}`.trim(),
    `${figure} ${unit}`.trim(),
    pass ? 'pass' : 'MISSED',
  ])
  return table(['gate', 'at most', 'figure', ''], judged)
}

function weightOf({ loader, panel, apps }: Weights, name: string): number {
  const app = apps[name]
  const bytes = app === undefined ? loader + panel : app.script + app.styles
  return Math.round((bytes / KIB) * 10) / 10
}

/** Columns of even width; a Chinese character is not expected in them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((cells) => cells[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
