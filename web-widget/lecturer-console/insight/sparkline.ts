import { drawing } from '../../parts/dom.ts'

const WIDTH = 96
const HEIGHT = 28
const MOST_POINTS = 30

/** A small line of how often something was asked, without words: the number beside it says how often in all. */
export function sparkline(values: readonly number[]): SVGSVGElement {
  const points = gathered(values)
  const most = Math.max(1, ...points)
  const step = points.length > 1 ? WIDTH / (points.length - 1) : 0
  const line = points.map(
    (value, index) => `${(index * step).toFixed(1)},${(HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(1)}`,
  )
  return drawing(
    `0 0 ${WIDTH} ${HEIGHT}`,
    [
      [
        'polyline',
        {
          points: line.join(' '),
          fill: 'none',
          stroke: 'currentColor',
          'stroke-width': 2,
          'stroke-linejoin': 'round',
          'stroke-linecap': 'round',
        },
      ],
    ],
    'sparkline',
  )
}

/** Days in equal groups, so that a long period is a line and not a brush. */
function gathered(values: readonly number[]): number[] {
  const size = Math.ceil(values.length / MOST_POINTS)
  const points: number[] = []
  for (let start = 0; start < values.length; start += size) {
    points.push(values.slice(start, start + size).reduce((sum, value) => sum + value, 0))
  }
  return points
}
