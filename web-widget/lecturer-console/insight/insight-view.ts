import './insight.css'
import '../parts/lists.css'
import type { Insight } from '../../../server/protocol/console-insight.ts'
import { h } from '../../parts/dom.ts'
import type { MakeView } from '../view.ts'
import { createChart, type DrawnChart } from './charts.ts'
import { drawExports } from './exports.ts'
import { figureTable, formatsOf, keyFigures } from './figures.ts'
import { periodOf } from './period.ts'
import { drawPeriodChoice } from './period-choice.ts'
import { type InsightTexts, insightTexts } from './texts.ts'
import { drawTopics } from './topics.ts'

/** What people ask and how it is answered, over a period: key figures, charts with their tables, topics, files. */
export const makeInsightView: MakeView = async (context, { parameters }) => {
  const texts = insightTexts(context.language)
  const formats = formatsOf(context.language, texts.none)
  const period = periodOf(parameters, Date.now())
  const site = parameters.site ?? ''
  const query = { from: period.from, to: period.to, personaId: context.persona(), site }
  const insight = await context.api.get<Insight>('/insight', query)
  const charts = insight.totals.questions === 0 ? [] : chartsOf(insight, texts, formats)
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const drawCharts = () => {
    for (const { chart } of charts) chart.draw()
  }
  dark.addEventListener('change', drawCharts)
  // A canvas has its size once it is in the page.
  requestAnimationFrame(drawCharts)

  const element = h(
    'section',
    { class: 'stack insight' },
    h('div', {}, h('h1', {}, texts.title), h('p', { class: 'lead' }, texts.lead)),
    drawPeriodChoice({ period, site, sites: insight.sites, texts, go: context.go }),
    h('h2', { class: 'unseen' }, texts.keyFigures),
    keyFigures(insight, texts, formats),
    charts.length === 0 ? h('p', { class: 'notice' }, texts.empty) : null,
    h('div', { class: 'chart-cards' }, ...charts.map((drawn) => drawn.card)),
    drawTopics(insight.topics, texts, formats),
    insight.personas.length > 1 ? personaTable(insight, texts, formats) : null,
    insight.sites.length > 1 ? siteTable(insight, texts, formats) : null,
    drawExports(texts, (what, format) => context.api.address('/insight/export', { ...query, what, format })),
  )
  return {
    element,
    title: texts.title,
    dispose() {
      dark.removeEventListener('change', drawCharts)
      for (const { chart } of charts) chart.dispose()
    },
  }
}

type Formats = ReturnType<typeof formatsOf>

function chartsOf({ days }: Insight, texts: InsightTexts, { count, share }: Formats) {
  const labels = days.map(({ day }) => `${Number(day.slice(5, 7))}/${Number(day.slice(8))}`)
  const rest = days.map((day) => day.questions - day.answered - day.declined)
  const series = [
    { label: texts.answered, values: days.map((day) => day.answered), colour: '--green' },
    { label: texts.declined, values: days.map((day) => day.declined), colour: '--red' },
    ...(rest.some((value) => value > 0) ? [{ label: texts.other, values: rest, colour: '--edge' }] : []),
  ]
  const perDay = createChart({ kind: 'bars', alt: texts.perDayAlt, labels, series, format: count })
  const coverage = createChart({
    kind: 'line',
    alt: texts.coverageAlt,
    labels,
    series: [{ label: texts.coverage, values: days.map((day) => day.coverage), colour: '--link' }],
    format: share,
    most: 1,
  })
  const newestFirst = [...days].reverse()
  const figures = [
    texts.questions,
    texts.visitors,
    texts.answered,
    texts.corrected,
    texts.declined,
    texts.up,
    texts.down,
  ]
  return [
    chartCard(texts.perDay, perDay, texts, {
      legend: series.map(({ label, colour }) => [label, colour.slice(2)]),
      table: figureTable(
        texts.perDay,
        [texts.day, ...figures],
        newestFirst.map((day) => [day.day, ...figureCells(day).map(count)]),
      ),
    }),
    chartCard(texts.coverageTrend, coverage, texts, {
      legend: [],
      table: figureTable(
        texts.coverageTrend,
        [texts.day, texts.coverage],
        newestFirst.map((day) => [day.day, share(day.coverage)]),
      ),
    }),
  ]
}

function figureCells(row: Omit<Insight['days'][number], 'day' | 'coverage'>): number[] {
  return [row.questions, row.visitors, row.answered, row.corrected, row.declined, row.up, row.down]
}

interface ChartParts {
  readonly legend: readonly (readonly [label: string, colour: string])[]
  readonly table: HTMLElement
}

function chartCard(title: string, chart: DrawnChart, texts: InsightTexts, { legend, table }: ChartParts) {
  const keys = legend.map(([label, colour]) => h('li', {}, h('span', { class: `key-colour ${colour}` }), label))
  const card = h(
    'section',
    { class: 'card stack' },
    h('h2', {}, title),
    keys.length > 0 && h('ul', { class: 'legend', 'aria-hidden': 'true' }, ...keys),
    chart.element,
    h('details', {}, h('summary', { 'aria-label': `${texts.asTable} · ${title}` }, texts.asTable), table),
  )
  return { card, chart }
}

function personaTable({ personas }: Insight, texts: InsightTexts, { count, share }: Formats): HTMLElement {
  const header = [texts.name, texts.questions, texts.visitors, texts.answered, texts.corrected, texts.declined]
  const rows = personas.map((row) => {
    const ratings = row.up + row.down
    return [row.name, ...figureCells(row).slice(0, 5).map(count), share(ratings === 0 ? null : row.up / ratings)]
  })
  return tableCard(texts.personas, figureTable(texts.personas, [...header, texts.satisfaction], rows))
}

function siteTable({ sites }: Insight, texts: InsightTexts, { count }: Formats): HTMLElement {
  const rows = sites.map(({ site, questions }) => [site ?? texts.noSite, count(questions)])
  return tableCard(texts.sites, figureTable(texts.sites, [texts.site, texts.questions], rows))
}

function tableCard(title: string, table: HTMLElement): HTMLElement {
  return h('section', { class: 'card stack' }, h('h2', {}, title), table)
}
