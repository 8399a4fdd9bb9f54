import type { SpeechPlan } from '../../server/protocol/speech-lab.ts'
import { drawing, h, type Shape, setAttribute } from '../parts/dom.ts'
import { VISEME_NAMES } from '../talking-avatar/viseme-names.ts'
import type { VisemeTrack } from '../talking-avatar/viseme-track.ts'
import type { LabTexts } from './texts.ts'

/** A movement that was picked: the number of its viseme, and its weight. */
export interface PickedUnit {
  readonly viseme: number
  readonly weight: number
}

export interface Timeline {
  readonly element: HTMLElement
  show(plan: SpeechPlan): void
  /** Takes the times of a real sound for a clause. */
  fit(clause: number, track: VisemeTrack): void
  /** Moves the playhead to `ms` of a clause. */
  head(clause: number, ms: number): void
}

interface Row {
  clause: number
  at: number
  end: number
  viseme: number
  weight: number
  text: string
  pinyin: string
}

interface ClauseTimes {
  readonly at: readonly number[]
  readonly length: number
}

const ZOOMS = [60, 110, 180, 280, 420] as const
const HEIGHT = 150
const BASE = 122
const TALLEST = 72

/** The movements of the mouth over time. `onPick` hears which one the keyboard or a press has chosen. */
export function createTimeline(texts: LabTexts, onPick: (unit: PickedUnit) => void, onToggle: () => void): Timeline {
  let plan: SpeechPlan | null = null
  let times: ClauseTimes[] = []
  let starts: number[] = []
  let rows: Row[] = []
  let zoom = 2
  let picked = -1
  let measured = false
  let svg: SVGSVGElement | null = null
  let headLine: Element | null = null
  const scroller = h('div', {
    class: 'lab-scroll',
    role: 'slider',
    tabindex: 0,
    'aria-label': texts.timeline,
    'aria-valuemin': 0,
    'aria-valuemax': 0,
    'aria-valuenow': 0,
    onkeydown: (event: KeyboardEvent) => onKey(event),
    onclick: (event: MouseEvent) => onPress(event),
  })
  const told = h('p', { class: 'lab-unit' })
  const source = h('p', { class: 'hint' })
  const tool = (words: string, sign: string, onclick: () => void) =>
    h('button', { type: 'button', class: 'button quiet', 'aria-label': words, onclick }, sign)
  const zoomBy = (step: number) => {
    zoom = Math.min(ZOOMS.length - 1, Math.max(0, zoom + step))
    draw()
    pick(picked)
  }
  const element = h(
    'div',
    { class: 'stack' },
    h('p', { class: 'hint' }, texts.timelineHint),
    scroller,
    h(
      'div',
      { class: 'row' },
      tool(texts.stepBack, '←', () => pick(Math.max(0, picked - 1))),
      tool(texts.stepOn, '→', () => pick(picked + 1)),
      tool(texts.zoomOut, '−', () => zoomBy(-1)),
      tool(texts.zoomIn, '+', () => zoomBy(1)),
      told,
    ),
    source,
  )
  const scale = () => (ZOOMS[zoom] ?? 180) / 1000

  function layOut(): void {
    rows = []
    starts = []
    let clock = 0
    for (const [clause, { visemes, sounds, pause }] of (plan?.clauses ?? []).entries()) {
      const own = times[clause]
      if (own === undefined) continue
      starts.push(clock)
      let lastSound = -1
      for (const [index, unit] of visemes.entries()) {
        const sound = unit.sound === lastSound ? undefined : sounds[unit.sound]
        lastSound = unit.sound
        rows.push({
          clause,
          at: clock + (own.at[index] ?? 0),
          end: clock + (own.at[index + 1] ?? own.length),
          viseme: VISEME_NAMES.indexOf(unit.viseme),
          weight: unit.weight,
          text: sound?.text ?? '',
          pinyin: sound?.pinyin ?? '',
        })
      }
      clock += own.length + pause
    }
  }

  function draw(): void {
    const end = (rows[rows.length - 1]?.end ?? 0) + 200
    const width = Math.ceil(end * scale())
    const shapes: Shape[] = []
    for (let ms = 0; ms < end; ms += 500) {
      const x = ms * scale()
      shapes.push(['line', { x1: x, x2: x, y1: 44, y2: HEIGHT - 14, class: 'lab-grid' }])
    }
    for (const { at, end: until, viseme, weight } of rows) {
      const tall = Math.max(3, TALLEST * weight)
      const wide = Math.max(1.5, (until - at) * scale() - 1)
      const kind = viseme >= 10 ? 'vowel' : viseme === 0 ? 'rest' : viseme <= 2 ? 'lips' : 'consonant'
      shapes.push([
        'rect',
        { x: at * scale(), y: BASE - tall, width: wide, height: tall, rx: 2, class: `lab-bar ${kind}` },
      ])
    }
    shapes.push(['line', { x1: 0, x2: 0, y1: 0, y2: HEIGHT, class: 'lab-head' }])
    svg = drawing(`0 0 ${width} ${HEIGHT}`, shapes)
    svg.setAttribute('width', String(width))
    svg.setAttribute('height', String(HEIGHT))
    headLine = svg.querySelector('.lab-head')
    const drawn = svg
    const write = (x: number, y: number, words: string, className: string) => {
      const line = document.createElementNS('http://www.w3.org/2000/svg', 'text')
      line.setAttribute('x', String(x))
      line.setAttribute('y', String(y))
      line.setAttribute('class', className)
      line.textContent = words
      drawn.append(line)
    }
    for (const row of rows) {
      const x = row.at * scale()
      if (row.text !== '') write(x, 16, row.text, 'lab-hanzi')
      if (row.pinyin !== '' && zoom > 0) write(x, 36, row.pinyin, 'lab-pinyin')
      const name = VISEME_NAMES[row.viseme] ?? ''
      if ((row.end - row.at) * scale() > 9 * name.length) write(x + 1, BASE - 4, name, 'lab-name')
    }
    for (let ms = 0; ms < end; ms += 1000) write(ms * scale() + 2, HEIGHT - 3, `${ms / 1000} s`, 'lab-axis')
    scroller.replaceChildren(svg)
    source.textContent = measured ? texts.measured : texts.modelled
  }

  function pick(index: number): void {
    const row = rows[Math.min(index, rows.length - 1)]
    if (row === undefined || index < 0) return
    picked = Math.min(index, rows.length - 1)
    // The sound's own text stands with its first movement.
    let named = picked
    while (named > 0 && rows[named]?.text === '' && rows[named - 1]?.clause === row.clause) named -= 1
    const words = texts.unit(
      picked + 1,
      rows.length,
      VISEME_NAMES[row.viseme] ?? '',
      (row.at / 1000).toFixed(2),
      Math.round(row.weight * 100),
      `${rows[named]?.text ?? ''} ${rows[named]?.pinyin ?? ''}`.trim(),
    )
    told.textContent = words
    setAttribute(scroller, 'aria-valuenow', picked + 1)
    setAttribute(scroller, 'aria-valuetext', words)
    for (const [place, bar] of [...(svg?.querySelectorAll('.lab-bar') ?? [])].entries())
      bar.classList.toggle('picked', place === picked)
    moveHead(row.at)
    onPick({ viseme: row.viseme, weight: row.weight })
  }

  function moveHead(ms: number): void {
    const x = ms * scale()
    headLine?.setAttribute('x1', String(x))
    headLine?.setAttribute('x2', String(x))
    const { scrollLeft, clientWidth } = scroller
    if (x < scrollLeft || x > scrollLeft + clientWidth - 40) scroller.scrollLeft = x - clientWidth / 3
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const { key } = event
    const places: Readonly<Record<string, number>> = {
      ArrowRight: picked + 1,
      ArrowUp: picked + 1,
      ArrowLeft: picked - 1,
      ArrowDown: picked - 1,
      PageDown: picked + 10,
      PageUp: picked - 10,
      Home: 0,
      End: rows.length - 1,
    }
    const place = places[key]
    if (place !== undefined) pick(Math.max(0, place))
    else if (key === ' ') onToggle()
    else if (key === '+' || key === '-') zoomBy(key === '+' ? 1 : -1)
    else return
    event.preventDefault()
  }

  function onPress(event: MouseEvent): void {
    const ms = (event.clientX - scroller.getBoundingClientRect().left + scroller.scrollLeft) / scale()
    const index = rows.findIndex(({ end }) => end > ms)
    pick(index < 0 ? rows.length - 1 : index)
  }

  return {
    element,
    show(next) {
      plan = next
      times = next.clauses.map(({ visemes, length }) => ({ at: visemes.map(({ at }) => at), length }))
      picked = -1
      measured = false
      told.textContent = ''
      layOut()
      draw()
      setAttribute(scroller, 'aria-valuemin', rows.length === 0 ? 0 : 1)
      setAttribute(scroller, 'aria-valuemax', rows.length)
      setAttribute(scroller, 'aria-valuenow', rows.length === 0 ? 0 : 1)
      scroller.scrollLeft = 0
    },
    fit(clause, { at, length }) {
      times[clause] = { at, length }
      measured = true
      layOut()
      draw()
    },
    head(clause, ms) {
      moveHead((starts[clause] ?? 0) + Math.max(0, ms))
    },
  }
}
