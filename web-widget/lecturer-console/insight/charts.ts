import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js'
import { h } from '../../parts/dom.ts'

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)

/** Values of one kind, one for each label. */
export interface Series {
  readonly label: string
  readonly values: readonly (number | null)[]
  /** A colour of the console, such as `--green`. */
  readonly colour: string
}

export interface ChartOptions {
  readonly kind: 'bars' | 'line'
  readonly alt: string
  readonly labels: readonly string[]
  readonly series: readonly Series[]
  readonly format: (value: number) => string
  /** Where the axis ends; where the values do, where it is missing. */
  readonly most?: number
}

export interface DrawnChart {
  readonly element: HTMLElement
  /** Draws again in the colours of now. Call it once the element is in the page, too. */
  draw(): void
  dispose(): void
}

/** A chart on a canvas, in a box that gives it its size. Its figures belong in a table beside it. */
export function createChart(options: ChartOptions): DrawnChart {
  const canvas = h('canvas', { role: 'img', 'aria-label': options.alt })
  const element = h('div', { class: 'chart-box' }, canvas)
  let chart: Chart | null = null
  return {
    element,
    draw() {
      chart?.destroy()
      chart = new Chart(canvas, configurationOf(options, getComputedStyle(document.documentElement)))
    },
    dispose() {
      chart?.destroy()
      chart = null
    },
  }
}

function configurationOf(options: ChartOptions, style: CSSStyleDeclaration): ChartConfiguration {
  const { kind, labels, series, format, most } = options
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const font = { size: 13, family: getComputedStyle(document.body).fontFamily }
  const ticks = { color: colour('--soft'), font }
  const isBars = kind === 'bars'
  return {
    type: isBars ? 'bar' : 'line',
    data: {
      labels: [...labels],
      datasets: series.map(({ label, values, colour: name }) => ({
        label,
        data: [...values],
        backgroundColor: colour(name),
        borderColor: colour(name),
        ...(isBars
          ? { borderRadius: 2, maxBarThickness: 28 }
          : { borderWidth: 2, pointRadius: labels.length > 31 ? 0 : 3, spanGaps: true, tension: 0, clip: 8 }),
      })),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: { stacked: isBars, grid: { display: false }, ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 16 } },
        y: {
          stacked: isBars,
          beginAtZero: true,
          ...(most === undefined ? {} : { max: most }),
          border: { display: false },
          grid: { color: colour('--line') },
          ticks: {
            ...ticks,
            maxTicksLimit: 5,
            ...(most === undefined ? { precision: 0 } : { stepSize: most / 4 }),
            callback: (value) => format(Number(value)),
          },
        },
      },
      plugins: {
        tooltip: {
          callbacks: {
            label: ({ dataset, raw }) => `${dataset.label ?? ''} ${raw === null ? '—' : format(Number(raw))}`,
          },
        },
      },
    },
  }
}
