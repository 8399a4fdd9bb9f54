import type { PersonaCard } from '../../server/protocol/persona-card.ts'
import { drawing, h, type Shape } from './dom.ts'

type Look = Pick<PersonaCard, 'id' | 'speaker' | 'avatar'>

const GROUNDS = ['#b8473a', '#2f6b8f', '#3d7a4f', '#8a5a2b', '#5d5a9c', '#a0522d'] as const
const SKIN = '#f3cfae'
const HAIR = '#2b2320'

/** The drawn portraits by name. Each sits on a 40×40 ground; an unknown name gets the plain helmet. */
const DRAWN: Readonly<Record<string, { ground: string; shapes: readonly Shape[] }>> = {
  welder: { ground: '#b8473a', shapes: bust('#2f4b63', longHair(), welderHelmet()) },
  machinist: { ground: '#2f6b8f', shapes: bust('#24465f', shortHair(), cap('#e0a93b'), glasses()) },
  courier: { ground: '#3d7a4f', shapes: bust('#f0b429', shortHair(), roundHelmet('#f0b429')) },
  guide: { ground: '#8a3b3b', shapes: bust('#7d2626', longHair(), badge()) },
  adviser: { ground: '#5d5a9c', shapes: bust('#33345e', shortHair(), glasses(), badge()) },
  helmet: { ground: '#a0522d', shapes: bust('#3f4a54', shortHair(), hardHat()) },
  institution: { ground: '#9b2226', shapes: building() },
}

const ALIASES: Readonly<Record<string, string>> = {
  engineer: 'machinist',
  rider: 'courier',
  policy: 'adviser',
  advisor: 'adviser',
  lecturer: 'guide',
}

/** The portrait of a persona: a picture where its card gives an address, a drawing otherwise. Decorative. */
export function createAvatar(persona: Look | null): Element {
  const name = persona?.avatar ?? ''
  if (/^(https?:\/\/|\/)/.test(name) && !/\.vrm([?#]|$)/i.test(name))
    return h('img', { class: 'avatar', src: name, alt: '', draggable: 'false' })
  const drawn = DRAWN[ALIASES[name] ?? name]
  const fallback = persona?.speaker === 'institution' ? DRAWN.institution : DRAWN.helmet
  const look = drawn ?? fallback
  const ground = drawn !== undefined || persona === null ? look?.ground : GROUNDS[hash(persona.id) % GROUNDS.length]
  return drawing(
    '0 0 40 40',
    [['rect', { width: 40, height: 40, fill: ground ?? GROUNDS[0] }], ...(look?.shapes ?? [])],
    'avatar',
  )
}

function hash(text: string): number {
  let value = 7
  for (const character of text) value = (value * 31 + (character.codePointAt(0) ?? 0)) % 65_521
  return value
}

function bust(coat: string, ...parts: readonly (readonly Shape[])[]): Shape[] {
  const [hair, ...over] = parts
  return [
    ['path', { d: 'M5 40c0-8 6.5-11.5 15-11.5S35 32 35 40z', fill: coat }],
    ['path', { d: 'M16.5 24h7v5.5l-3.5 3-3.5-3z', fill: '#e2b48f' }],
    ['path', { d: 'M15.5 29l4.5 4 4.5-4 2 1-6.5 6.5-6.5-6.5z', fill: '#fff', opacity: 0.9 }],
    ...(hair ?? []).slice(0, 1),
    ['ellipse', { cx: 20, cy: 19, rx: 7.4, ry: 8.6, fill: SKIN }],
    ['circle', { cx: 17.1, cy: 19.6, r: 0.95, fill: HAIR }],
    ['circle', { cx: 22.9, cy: 19.6, r: 0.95, fill: HAIR }],
    [
      'path',
      { d: 'M17.4 23.5q2.6 2 5.2 0', fill: 'none', stroke: '#a8553f', 'stroke-width': 1, 'stroke-linecap': 'round' },
    ],
    ...(hair ?? []).slice(1),
    ...over.flat(),
  ]
}

function shortHair(): Shape[] {
  return [
    ['path', { d: 'M12 20c-1-9 3-12.5 8-12.5S29 11 28 20z', fill: HAIR }],
    ['path', { d: 'M12.6 17c.8-5 4-7.5 7.4-7.5s6.6 2.5 7.4 7.5c-2-2.8-4-3.6-7.4-3.6s-5.4.8-7.4 3.6z', fill: HAIR }],
  ]
}

function longHair(): Shape[] {
  return [
    ['path', { d: 'M11 29c-1.5-14 2-21.5 9-21.5S30.5 15 29 29z', fill: HAIR }],
    [
      'path',
      { d: 'M12.6 18c.6-6 4-8.8 7.4-8.8s6.8 2.8 7.4 8.8c-3-1-5-2.8-6.6-4.8-1.8 2.4-4.8 4-8.2 4.8z', fill: HAIR },
    ],
  ]
}

function hardHat(): Shape[] {
  return [
    ['path', { d: 'M11.5 15.5C11.5 8.5 15 5.5 20 5.5s8.5 3 8.5 10z', fill: '#f4c430' }],
    ['path', { d: 'M18.3 5.6h3.4v6h-3.4z', fill: '#dba91f' }],
    ['rect', { x: 9.5, y: 14.6, width: 21, height: 2.4, rx: 1.2, fill: '#dba91f' }],
  ]
}

function welderHelmet(): Shape[] {
  return [
    ['path', { d: 'M10.5 13.5C10.5 6.5 14.5 4 20 4s9.5 2.5 9.5 9.5l-.8 1.5H11.3z', fill: '#31414f' }],
    ['rect', { x: 13.5, y: 6.8, width: 13, height: 5, rx: 1.4, fill: '#7fd0c4' }],
    ['path', { d: 'M15 8l4-0.6', stroke: '#fff', 'stroke-width': 1, 'stroke-linecap': 'round', opacity: 0.8 }],
    ['rect', { x: 9.4, y: 13.4, width: 21.2, height: 2, rx: 1, fill: '#22303b' }],
  ]
}

function roundHelmet(colour: string): Shape[] {
  return [
    ['path', { d: 'M10.5 19C10 9 14 5 20 5s10 4 9.5 14l-2.5-.5c0-3-1.5-5.5-7-5.5s-7 2.5-7 5.5z', fill: colour }],
    ['path', { d: 'M11 13.5c5-2.5 13-2.5 18 0', fill: 'none', stroke: '#fff', 'stroke-width': 1.6 }],
    ['path', { d: 'M13 20l1.5 8.5M27 20l-1.5 8.5', fill: 'none', stroke: '#39424a', 'stroke-width': 0.9 }],
  ]
}

function cap(colour: string): Shape[] {
  return [
    ['path', { d: 'M11.8 14.5C11.8 8.5 15 6 20 6s8.2 2.5 8.2 8.5z', fill: '#24465f' }],
    ['path', { d: 'M11 14.2c5-1.6 13-1.6 18 0 1 .4 1.5 1.3 1 2.2-6-2-14-2-20 0-.5-.9 0-1.8 1-2.2z', fill: '#1b3447' }],
    ['circle', { cx: 20, cy: 10.3, r: 1.9, fill: colour }],
  ]
}

function glasses(): Shape[] {
  return [
    [
      'path',
      {
        d: 'M13.8 18.3h5v2.2a2.5 2.5 0 0 1-5 0zM21.2 18.3h5v2.2a2.5 2.5 0 0 1-5 0zM18.8 19h2.4',
        fill: '#ffffff55',
        stroke: '#39424a',
        'stroke-width': 0.9,
      },
    ],
  ]
}

function badge(): Shape[] {
  return [
    ['circle', { cx: 27.5, cy: 35, r: 2.6, fill: '#f4c430' }],
    ['circle', { cx: 27.5, cy: 35, r: 1.3, fill: '#c0392b' }],
  ]
}

function building(): Shape[] {
  return [
    ['path', { d: 'M20 7l13 7.5v2H7v-2z', fill: '#ffe9c7' }],
    ['path', { d: 'M9.5 18.5h3.4v11H9.5zM18.3 18.5h3.4v11h-3.4zM27.1 18.5h3.4v11h-3.4z', fill: '#ffe9c7' }],
    ['rect', { x: 7, y: 31, width: 26, height: 3, fill: '#ffe9c7' }],
    ['circle', { cx: 20, cy: 13, r: 1.6, fill: '#9b2226' }],
  ]
}
