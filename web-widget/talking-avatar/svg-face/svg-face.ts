import { drawing, type Shape } from '../../parts/dom.ts'
import type { AvatarDriver, FaceFrame } from '../avatar-driver.ts'
import { box, type Character, dot, fill, line } from './character-parts.ts'
import { mouthPaths, n } from './mouth-paths.ts'

const SVG = 'http://www.w3.org/2000/svg'
/** Of each eye: its place, and on which side of the nose it is. */
const EYES = [
  [80, -1],
  [120, 1],
] as const
const EYE_Y = 99
const MOUTH_Y = 128
const INK = '#2a1c16'

/** Draws one of our own characters. Every frame sets what has changed and reads nothing back. */
export function createSvgFace(look: Character): AvatarDriver {
  const svg = drawing('0 0 200 200', [box(0, 0, 200, 200, 0, look.ground), dot(100, 104, 88, '#ffffff2e')], 'face')
  const person = group(svg)
  const behind = group(person, look.behind)
  const body = group(person, look.body)
  const head = group(person)
  for (const [x] of EYES) {
    const ear = 100 + (x - 100) * 2.3
    add(head, oval(ear, 101, 8, 10.5, look.skin))
    add(head, line(`M${ear - 2} 96q4 5 0 10`, look.shade, 1.6))
  }
  const face = moving(add(head, fill('', look.skin)), 'd')
  group(head, look.hair)
  const features = group(head, look.marks)
  const sides = EYES.map(([x, side]) => {
    const cheek = moving(add(features, oval(100 + side * 31, 119, 10, 6.5, look.blush)), 'opacity')
    const brow = moving(add(features, line('', look.brow, look.browWidth)), 'd')
    const eye = group(features)
    eye.setAttribute('transform', `translate(${x} ${EYE_Y})`)
    const ball = group(eye, [oval(0, 0, 5.6, 7, INK), dot(1.9, -2.6, 2.1, '#fff'), dot(-1.9, 2.8, 1, '#ffffffbf')])
    const lid = moving(add(eye, line('', INK, look.lash)), 'd')
    return { x, side, cheek, brow, ball: moving(ball, 'transform'), lid }
  })
  add(features, line('M98 106q-3.6 6 .4 7.4q2 .6 3.8-.4', look.shade, 2.2))
  const mouth = group(features)
  mouth.setAttribute('transform', `translate(100 ${MOUTH_Y})`)
  const lips = moving(add(mouth, fill('', look.lips)), 'd')
  // The line around the opening is all that is seen of it between closed lips.
  const inner = moving(add(mouth, ['path', { fill: '#6b1f22', stroke: '#7d3330', 'stroke-width': 1.2 }]), 'd')
  const tongue = moving(add(mouth, fill('', '#e2777a')), 'd')
  const teeth = moving(add(mouth, fill('', '#fffdf6')), 'd')
  group(features, look.glasses)
  group(head, look.over)
  const hand = moving(group(person, look.tool), 'transform')
  const [moveBehind, moveBody, moveHead, moveFeatures] = [behind, body, head, features].map((part) =>
    moving(part, 'transform'),
  )

  return {
    kind: 'drawing',
    element: svg,
    draw({ mouth: shape, pose }: FaceFrame) {
      const [open] = shape
      const { bow, brow, nod, smile, squint, tilt, turn, worry } = pose
      const down = n(2.6 * nod + 12 * bow)
      const leans = `rotate(${n(tilt)} 100 150)translate(`
      moveBehind?.(`${leans}${n(-1.6 * turn)} ${down})`)
      moveHead?.(`${leans}${n(2.4 * turn)} ${down})`)
      moveBody?.(`translate(0 ${n(5 * bow)})`)
      hand(`translate(0 ${n(5 * bow - 1.5 * brow)})rotate(${n(tilt * 0.7)} 165 200)`)
      moveFeatures?.(`translate(${n(5 * turn)} ${n(3.2 * nod + 5 * bow)})`)
      const chin = n(151 + 5.5 * open + 1.5 * nod)
      const cheek = `${112 + look.jaw}`
      face(
        `M54 94C54 60 72 42 100 42S146 60 146 94C146 ${cheek} ${n(127 + look.jaw * 0.4)} ${chin} 100 ${chin}` +
          `S54 ${cheek} 54 94Z`,
      )
      const lidded = Math.max(0, Math.min(1.08, pose.lid))
      const tall = lidded < 0.2 ? 0 : lidded * (1 - 0.3 * squint)
      // Open: the lash line over the eye. Shut: it sinks, and curves up where the face smiles.
      const lash = n(3.6 - 7.2 * lidded * (1 - 0.2 * squint))
      const bend = lidded < 0.35 ? (smile > 0.5 ? -6 : 6) * (1 - lidded) : -6.6
      for (const { x, side, ...eye } of sides) {
        eye.ball(`translate(${n(3 * pose.gazeX)} ${n(2.4 * pose.gazeY + 1.4 * squint)})scale(1 ${n(tall)})`)
        eye.lid(`M-7.5 ${lash}Q0 ${n(lash + bend)} 7.5 ${lash}`)
        // The right brow goes up a little further.
        const up = 83 - (side > 0 ? 5.3 : 4.5) * brow
        eye.brow(
          `M${x + side * 9.5} ${n(up + 2.6 + 1.2 * worry)}Q${x} ${n(up - 3.6 - 1.5 * worry)} ` +
            `${x - side * 8.5} ${n(up - 4 * worry)}`,
        )
        eye.cheek(`${n(0.35 + 0.4 * Math.max(0, smile) * (0.4 + 0.6 * squint))}`)
      }
      const paths = mouthPaths(shape, smile, look.fullness)
      lips(paths.lips)
      inner(paths.inner)
      teeth(paths.teeth)
      tongue(paths.tongue)
    },
    dispose: () => svg.remove(),
  }
}

function oval(cx: number, cy: number, rx: number, ry: number, color: string): Shape {
  return ['ellipse', { cx, cy, rx, ry, fill: color }]
}

function add(parent: Element, [tag, attributes]: Shape): Element {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  parent.append(element)
  return element
}

function group(parent: Element, shapes: readonly Shape[] = []): Element {
  const element = add(parent, ['g', {}])
  for (const shape of shapes) add(element, shape)
  return element
}

/** Sets an attribute where it changes; reading the document for that would cost more. */
function moving(element: Element, name: string): (value: string) => void {
  let shown = ''
  return (value) => {
    if (value !== shown) element.setAttribute(name, value)
    shown = value
  }
}
