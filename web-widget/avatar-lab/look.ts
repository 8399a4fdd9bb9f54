import { select } from '../lecturer-console/parts/fields.ts'
import { h, setAttribute } from '../parts/dom.ts'
import { CLOSED, type Mouth, mouthOf } from '../talking-avatar/mouth.ts'
import { EXPRESSIONS } from '../talking-avatar/pose.ts'
import { CHARACTER_NAMES } from '../talking-avatar/svg-face/characters.ts'
import { defineTalkingAvatar, type TalkingAvatar } from '../talking-avatar/talking-avatar.ts'
import type { LabTexts } from './texts.ts'

export interface Look {
  readonly face: TalkingAvatar
  /** The face and what is chosen right beside it. */
  readonly stage: HTMLElement
  /** The mouth by hand. */
  readonly mouth: HTMLElement
  readonly avatar: string
  setAvatar(name: string): void
  /** Holds the mouth in a viseme, or lets it move again. */
  hold(viseme: { readonly viseme: number; readonly weight: number } | null): void
}

const SIZES = [96, 200, 320] as const

/** The face with its characters, sizes, expressions and a mouth that can be set by hand. */
export function createLook(texts: LabTexts, onAvatar: (name: string) => void): Look {
  defineTalkingAvatar()
  const face = document.createElement('talking-avatar') as TalkingAvatar
  face.setAttribute('label', texts.label)
  const seat = h('div', { class: 'lab-seat size-200' }, face)
  let avatar = ''

  const characters = select(
    CHARACTER_NAMES.map((name) => [name, texts.characters[name] ?? name] as const),
    CHARACTER_NAMES[0] ?? '',
    (name) => setAvatar(name),
  )
  characters.id = 'lab-character'
  const setAvatar = (name: string) => {
    avatar = name
    if (CHARACTER_NAMES.includes(name)) characters.value = name
    face.setAttribute('avatar', name)
    onAvatar(name)
  }
  const sizes = choices(
    texts.size,
    SIZES.map((size) => [String(size), String(size)] as const),
    '200',
    (size) => {
      seat.className = `lab-seat size-${size}`
    },
  )
  const expressions = choices(
    texts.expression,
    EXPRESSIONS.map((name) => [name, texts.expressions[name] ?? name] as const),
    'neutral',
    (name) => {
      face.expression = EXPRESSIONS.find((known) => known === name) ?? 'neutral'
    },
  )
  const sliders = texts.mouthParts.map((name, index) => {
    const input = h('input', {
      type: 'range',
      min: index === 1 ? -1 : 0,
      max: 1,
      step: 0.01,
      value: 0,
      oninput: () => {
        const [open = 0, wide = 0, round = 0, teeth = 0, tongue = 0] = sliders.map(({ input }) => Number(input.value))
        setMouth([open, wide, round, teeth, tongue])
      },
    })
    return { input, element: h('label', { class: 'lab-slide' }, h('span', {}, name), input) }
  })
  const setMouth = (mouth: Mouth | null) => {
    face.held = mouth
    // A face that stands still (reduced motion) is drawn when its expression changes.
    const { expression } = face
    face.expression = expression === 'neutral' ? 'smile' : 'neutral'
    face.expression = expression
  }
  const hold: Look['hold'] = (unit) => {
    const mouth = unit === null ? CLOSED : mouthOf(unit.viseme, unit.weight)
    for (const [index, { input }] of sliders.entries()) input.value = String(mouth[index as 0 | 1 | 2 | 3 | 4])
    setMouth(unit === null ? null : mouth)
  }
  return {
    face,
    get avatar() {
      return avatar
    },
    setAvatar,
    hold,
    stage: h(
      'div',
      { class: 'stack' },
      seat,
      h('div', { class: 'field' }, h('label', { for: characters.id }, texts.character), characters),
      sizes,
      expressions,
    ),
    mouth: h(
      'div',
      { class: 'stack' },
      ...sliders.map(({ element }) => element),
      h('button', { type: 'button', class: 'button quiet', onclick: () => hold(null) }, texts.mouthFree),
    ),
  }
}

/** Buttons of which one is pressed. */
export function choices(
  label: string,
  options: readonly (readonly [value: string, words: string])[],
  first: string,
  onChoose: (value: string) => void,
): HTMLElement {
  const buttons = options.map(([value, words]) =>
    h(
      'button',
      {
        type: 'button',
        class: 'lab-choice',
        'aria-pressed': String(value === first),
        onclick: (event: Event) => {
          for (const button of buttons) setAttribute(button, 'aria-pressed', String(button === event.currentTarget))
          onChoose(value)
        },
      },
      words,
    ),
  )
  return h('div', { class: 'lab-choices', role: 'group', 'aria-label': label }, h('span', {}, label), ...buttons)
}
