import { h, setText } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import type { VoiceTexts } from './voice-texts.ts'

export type VoiceStage = 'resting' | 'opening' | 'recording' | 'writing' | 'failed'

export interface VoiceBar {
  readonly element: HTMLElement
  show(stage: VoiceStage, hint: string): void
  /** One more stroke of the meter, 0 to 1. */
  push(level: number): void
  time(words: string, urgent: boolean): void
  /** Whether letting go now would cancel. */
  away(yes: boolean): void
}

const STROKES = 40

/** What lies over the field while somebody speaks: the meter, the seconds, what to do, and ✕. */
export function createVoiceBar(texts: VoiceTexts, actions: { cancel(): void; again(): void }): VoiceBar {
  const strokes = Array.from({ length: STROKES }, () => h('i'))
  const waves = h('span', { class: 'voice-waves', 'aria-hidden': 'true' }, ...strokes)
  const clock = h('span', { class: 'voice-time', role: 'timer' })
  const words = h('span', { class: 'voice-hint' })
  const again = h('button', { type: 'button', class: 'button voice-again', onclick: actions.again }, texts.again)
  const cancel = h(
    'button',
    { type: 'button', class: 'tool', 'aria-label': texts.cancel, title: texts.cancel, onclick: actions.cancel },
    icon('close'),
  )
  const element = h(
    'div',
    { class: 'voice', role: 'group', 'aria-label': texts.bar, hidden: true },
    h('div', { class: 'voice-state' }, h('div', { class: 'voice-row' }, waves, clock), words),
    again,
    cancel,
  )
  return {
    element,
    show(stage, hint) {
      element.hidden = stage === 'resting'
      element.className = `voice ${stage}`
      setText(words, hint)
      again.hidden = stage !== 'failed'
      if (stage !== 'opening' && stage !== 'resting') return
      setText(clock, '')
      for (const stroke of strokes) stroke.style.transform = ''
    },
    push(level) {
      for (const [index, stroke] of strokes.entries()) {
        stroke.style.transform = strokes[index + 1]?.style.transform ?? `scaleY(${(0.08 + 0.92 * level).toFixed(2)})`
      }
    },
    time(text, urgent) {
      setText(clock, text)
      clock.classList.toggle('urgent', urgent)
    },
    away: (yes) => element.classList.toggle('away', yes),
  }
}
