import { h, setAttribute, setText } from '../parts/dom.ts'
import { SPEEDS, type SpeechSettings } from './speech-settings.ts'
import type { StageTexts } from './stage-texts.ts'
import { createSubtitle, type Subtitle } from './subtitle.ts'
import type { TalkingAvatar } from './talking-avatar.ts'

export interface StageActs {
  readonly change: (changed: Partial<SpeechSettings>) => void
  readonly unlock: () => void
  readonly again: () => void
}

export interface StageLook {
  readonly settings: SpeechSettings
  /** Whose stage it is, and the AI label in a word. */
  readonly name: string
  readonly label: string
  readonly speaking: boolean
  readonly canHearAgain: boolean
  /** A sentence about the voice or the face; empty for none. */
  readonly remark: string
  /** Whether a tap is needed for sound. */
  readonly locked: boolean
}

/** The stage's elements: the face, its captions, and the rack of buttons. */
export interface StageView {
  readonly element: HTMLElement
  readonly face: TalkingAvatar
  readonly subtitle: Subtitle
  draw(look: StageLook): void
}

export function createStageView(texts: StageTexts, settings: () => SpeechSettings, acts: StageActs): StageView {
  const button = (kind: string, onclick: () => void, ...children: readonly (string | Element)[]): HTMLButtonElement =>
    h('button', { type: 'button', class: kind, onclick }, ...children)
  const face = document.createElement('talking-avatar') as TalkingAvatar
  const seat = button('seat', () => acts.change({ large: !settings().large }), face)
  const subtitle = createSubtitle(texts.hint)
  const unlock = button('unlock', acts.unlock, texts.locked)
  const remarkLine = h('p', { class: 'remark', role: 'status' })
  const speed = button('pick', () => {
    const next = (SPEEDS as readonly number[]).indexOf(settings().speed) + 1
    acts.change({ speed: SPEEDS[next % SPEEDS.length] ?? 1 })
  })
  const slow = button('pick', () => acts.change({ slow: !settings().slow }), texts.slow)
  const captions = button('pick', () => acts.change({ captions: !settings().captions }), texts.captions)
  const again = button('pick', acts.again, texts.again)
  const element = h(
    'section',
    { class: 'stage', hidden: true },
    seat,
    h('div', {}, subtitle.element, unlock, remarkLine),
    h('div', { class: 'rack' }, speed, slow, captions, again),
  )
  const press = (choice: Element, on: boolean): void => setAttribute(choice, 'aria-pressed', String(on))
  return {
    element,
    face,
    subtitle,
    draw({ settings, name, label, speaking, canHearAgain, remark, locked }) {
      setAttribute(element, 'aria-label', texts.stage(name))
      setAttribute(face, 'label', label)
      face.offsetMs = settings.offsetMs
      setAttribute(seat, 'aria-label', `${label}，${texts.larger}`)
      press(seat, settings.large)
      element.classList.toggle('large', settings.large)
      setText(speed, `${settings.speed}×`)
      setAttribute(speed, 'aria-label', `${texts.speed} ${settings.speed}×`)
      press(slow, settings.slow)
      press(captions, settings.captions)
      setText(again, speaking ? texts.quiet : texts.again)
      again.hidden = !speaking && !canHearAgain
      unlock.hidden = !locked
      setText(remarkLine, remark)
      remarkLine.hidden = remark === ''
    },
  }
}
