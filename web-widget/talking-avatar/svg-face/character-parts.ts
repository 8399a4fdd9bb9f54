import type { Shape } from '../../parts/dom.ts'

/** How one of our characters looks. Drawn for this project: nobody's likeness. */
export interface Character {
  readonly ground: string
  readonly skin: string
  readonly shade: string
  readonly blush: string
  readonly lips: string
  /** How full the lips are; 1 is average. */
  readonly fullness: number
  readonly brow: string
  readonly browWidth: number
  /** Width of the line over the eyes. */
  readonly lash: number
  /** How far down the face is broad. */
  readonly jaw: number
  /** Behind the shoulders, and moving with the head. */
  readonly behind?: readonly Shape[]
  readonly body: readonly Shape[]
  readonly hair: readonly Shape[]
  /** In the face: lines, a beard. */
  readonly marks?: readonly Shape[]
  readonly glasses?: readonly Shape[]
  /** Over hair and face. */
  readonly over?: readonly Shape[]
  readonly tool: readonly Shape[]
}

/** A filled outline. */
export function fill(d: string, color: string): Shape {
  return ['path', { d, fill: color }]
}

/** A drawn line. */
export function line(d: string, color: string, width: number): Shape {
  return [
    'path',
    { d, fill: 'none', stroke: color, 'stroke-width': width, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' },
  ]
}

export function dot(cx: number, cy: number, r: number, color: string): Shape {
  return ['circle', { cx, cy, r, fill: color }]
}

export function box(x: number, y: number, width: number, height: number, rx: number, color: string): Shape {
  return ['rect', { x, y, width, height, rx, fill: color }]
}

/** Neck and shoulders; broad ones for `wide`. */
export function torso(coat: string, neck: string, wide: boolean): Shape[] {
  const d = wide
    ? 'M10 200C14 170 50 162 82 153L100 168L118 153C150 162 186 170 190 200Z'
    : 'M22 200C26 173 56 163 84 154L100 168L116 154C144 163 174 173 178 200Z'
  return [fill(d, coat), fill('M85 132H115V156Q100 172 85 156Z', neck)]
}

/** An open collar with its two points; `inside` is what is worn below. */
export function collar(color: string, inside: string): Shape[] {
  return [
    fill('M85 153L100 180L115 153L119 158L100 194L81 158Z', inside),
    fill('M84 151L76 160L88 180L100 169ZM116 151L124 160L112 180L100 169Z', color),
  ]
}

/** A round hand, or a glove, at the right below. */
export function fist(color: string, shade: string): Shape[] {
  return [
    fill('M148 200C146 182 152 170 165 170S184 182 182 200Z', color),
    line('M156 182q8-5 17 0M157 190q8-4 16 0', shade, 2),
  ]
}

/** Two lenses and a bridge. */
export function spectacles(color: string): Shape[] {
  const lenses = 'M65 92h28v9a14 12 0 0 1-28 0zM107 92h28v9a14 12 0 0 1-28 0z'
  return [fill(lenses, '#ffffff29'), line(`${lenses}M93 95q7-4 14 0M65 94l-9 2M135 94l9 2`, color, 2.5)]
}

/** A long lock over the forehead, parted on one side. */
export const FRINGE =
  'M51 98C44 56 66 32 101 32S156 56 149 98C147 84 142 74 134 68C116 74 96 66 84 54C80 70 66 78 55 84C53 89 52 93 51 98Z'
/** Short hair over the ears. */
export const CROP =
  'M52 96C44 58 64 32 100 32S156 58 148 96C147 86 145 80 142 74C132 66 120 64 100 64S66 66 58 74C55 80 53 86 52 96Z'

export const WOMAN = { lips: '#c8584f', fullness: 1, browWidth: 3.4, lash: 3.2, jaw: 0, blush: '#f0876f' }
export const MAN = { lips: '#b5665a', fullness: 0.8, browWidth: 4.6, lash: 2.4, jaw: 7, blush: '#e58a6a' }
export const FAIR = { skin: '#f8d7b8', shade: '#dfa785' }
export const TAN = { skin: '#eec39a', shade: '#cf9468' }
export const BLACK = '#2b211f'

/** Lines of a face that has laughed a lot. */
export const LAUGHED = [
  line('M66 108l-5 3M66 104l-6 .6M134 108l5 3M134 104l6 .6', '#cf9468', 1.6),
  line('M83 117q-5 6-4 13M117 117q5 6 4 13', '#cf9468', 1.5),
]
