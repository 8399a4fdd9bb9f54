import { drawing, type Shape } from '../../parts/dom.ts'
import type { AvatarDriver, FaceFrame } from '../avatar-driver.ts'
import type { Character } from './character-parts.ts'
import { mouthPaths } from './mouth-paths.ts'

const SVG = 'http://www.w3.org/2000/svg'
const EYES = [80, 120] as const
const EYE_Y = 99
const MOUTH_Y = 128
const INK = '#2a1c16'

/** One of our own characters, by its name; an unknown name gets the electrician. */
/** Draws one of our own characters. Every frame sets what has changed and reads nothing back. */
export function createSvgFace(look: Character): AvatarDriver {
  const svg = drawing('0 0 200 200', [['rect', { width: 200, height: 200, fill: look.ground }]], 'face')
  const group = (parent: Element, ...shapes: readonly Shape[]): SVGGElement => {
    const element = document.createElementNS(SVG, 'g')
    for (const [tag, attributes] of shapes) make(element, tag, attributes)
    parent.append(element)
    return element
  }
  group(svg, ['circle', { cx: 100, cy: 104, r: 88, fill: '#fff', opacity: 0.18 }])
  const person = group(svg)
  const behind = group(person, ...look.behind)
  const body = group(person, ...look.body)
  const head = group(person)
  for (const x of [54, 146]) {
    make(head, 'ellipse', { cx: x, cy: 101, rx: 8, ry: 10.5, fill: look.skin })
    make(head, 'path', { d: `M${x - 2} 96q4 5 0 10`, fill: 'none', stroke: look.shade, 'stroke-width': 1.6 })
  }
  const face = make(head, 'path', { fill: look.skin })
  group(head, ...look.hair)
  const features = group(head, ...look.marks)
  const cheeks = EYES.map((x) =>
    make(features, 'ellipse', { cx: x < 100 ? 69 : 131, cy: 119, rx: 10, ry: 6.5, fill: look.blush }),
  )
  const brows = EYES.map(() =>
    make(features, 'path', {
      fill: 'none',
      stroke: look.brow,
      'stroke-width': look.browWidth,
      'stroke-linecap': 'round',
    }),
  )
  const eyes = EYES.map(() => {
    const eye = group(features)
    const ball = group(eye, ['ellipse', { rx: 5.6, ry: 7, fill: INK }])
    make(ball, 'circle', { cx: 1.9, cy: -2.6, r: 2.1, fill: '#fff' })
    make(ball, 'circle', { cx: -1.9, cy: 2.8, r: 1, fill: '#fff', opacity: 0.75 })
    const lid = make(eye, 'path', { fill: 'none', stroke: INK, 'stroke-width': look.lash, 'stroke-linecap': 'round' })
    return { eye, ball, lid }
  })
  make(features, 'path', {
    d: 'M98 106q-3.6 6 .4 7.4q2 .6 3.8-.4',
    fill: 'none',
    stroke: look.shade,
    'stroke-width': 2.2,
    'stroke-linecap': 'round',
  })
  const mouth = group(features)
  const lips = make(mouth, 'path', { fill: look.lips })
  const inner = make(mouth, 'path', {
    fill: '#6b1f22',
    stroke: '#7d3330',
    'stroke-width': 1.2,
    'stroke-linejoin': 'round',
  })
  const tongue = make(mouth, 'path', { fill: '#e2777a' })
  const teeth = make(mouth, 'path', { fill: '#fffdf6' })
  group(features, ...look.glasses)
  group(head, ...look.over)
  const hand = group(person, ...look.tool)

  return {
    kind: 'drawing',
    element: svg,
    limits: null,
    draw({ mouth: shape, pose }: FaceFrame) {
      const [open] = shape
      const down = 2.6 * pose.nod + 12 * pose.bow
      set(behind, 'transform', `rotate(${n(pose.tilt)} 100 150)translate(${n(-1.6 * pose.turn)} ${n(down)})`)
      set(head, 'transform', `rotate(${n(pose.tilt)} 100 150)translate(${n(2.4 * pose.turn)} ${n(down)})`)
      set(body, 'transform', `translate(0 ${n(5 * pose.bow)})`)
      set(hand, 'transform', `translate(0 ${n(5 * pose.bow - 1.5 * pose.brow)})rotate(${n(pose.tilt * 0.7)} 165 200)`)
      set(features, 'transform', `translate(${n(5 * pose.turn)} ${n(3.2 * pose.nod + 5 * pose.bow)})`)
      const chin = n(151 + 5.5 * open + 1.5 * pose.nod)
      const jaw = look.jaw
      set(
        face,
        'd',
        `M54 94C54 60 72 42 100 42S146 60 146 94C146 ${n(112 + jaw)} ${n(127 + jaw * 0.4)} ${chin} 100 ${chin}` +
          `S54 ${n(112 + jaw)} 54 94Z`,
      )
      const lidded = Math.max(0, Math.min(1.08, pose.lid))
      for (const [index, x] of EYES.entries()) {
        const side = index === 0 ? -1 : 1
        const { eye, ball, lid } = eyes[index] ?? {}
        const tall = Math.max(0.08, lidded * (1 - 0.3 * pose.squint))
        if (eye) set(eye, 'transform', `translate(${x} ${EYE_Y})`)
        if (ball) {
          set(
            ball,
            'transform',
            `translate(${n(3 * pose.gazeX)} ${n(2.4 * pose.gazeY + 1.4 * pose.squint)})scale(1 ${n(tall)})`,
          )
          set(ball, 'opacity', lidded < 0.2 ? 0 : 1)
        }
        // Open: the lash line over the eye. Shut: it sinks, and curves up where the face smiles.
        const y = -7.2 * lidded * (1 - 0.2 * pose.squint) + 1
        const bend = lidded < 0.35 ? (pose.smile > 0.5 ? -4 : 4) * (1 - lidded) : -4.4
        if (lid) set(lid, 'd', `M-7.5 ${n(y + 2.6)}Q0 ${n(y + 2.6 + bend * 1.5)} 7.5 ${n(y + 2.6)}`)
        const brow = brows[index]
        const up = 83 - 4.5 * pose.brow - (index === 0 ? 0 : 0.8 * pose.brow)
        const innerY = n(up - 4 * pose.worry)
        const outerY = n(up + 2.6 + 1.2 * pose.worry)
        if (brow)
          set(
            brow,
            'd',
            `M${x + side * 9.5} ${outerY}Q${x} ${n(up - 3.6 - 1.5 * pose.worry)} ${x - side * 8.5} ${innerY}`,
          )
        const cheek = cheeks[index]
        if (cheek) set(cheek, 'opacity', n(0.35 + 0.4 * Math.max(0, pose.smile) * (0.4 + 0.6 * pose.squint)))
      }
      const paths = mouthPaths(shape, pose.smile, look.fullness)
      set(mouth, 'transform', `translate(100 ${MOUTH_Y})`)
      set(lips, 'd', paths.lips)
      set(inner, 'd', paths.inner)
      set(teeth, 'd', paths.teeth)
      set(tongue, 'd', paths.tongue)
    },
    dispose: () => svg.remove(),
  }
}

function make(parent: Element, tag: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(SVG, tag) as SVGElement
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  parent.append(element)
  return element
}

const shown = new WeakMap<Element, Map<string, string>>()

/** Sets an attribute where it changes; reading the document for that would cost more. */
function set(element: Element, name: string, value: string | number): void {
  const text = String(value)
  let known = shown.get(element)
  if (known === undefined) {
    known = new Map()
    shown.set(element, known)
  }
  if (known.get(name) === text) return
  known.set(name, text)
  element.setAttribute(name, text)
}

function n(value: number): number {
  return Math.round(value * 100) / 100
}
