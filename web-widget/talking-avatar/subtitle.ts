import { h, setText } from '../parts/dom.ts'
import { readable } from './readable.ts'
import type { Moment } from './speech-player.ts'
import { textReached } from './viseme-track.ts'

/** The clause that is being spoken, what has been said of it in a stronger colour. */
export interface Subtitle {
  readonly element: HTMLElement
  /** `words` stand in while nothing is spoken; null shows the hint. */
  show(on: boolean, words: string | null, moment: (() => Moment | null) | null): void
}

const BEAT_MS = 60

/** Screen readers have the conversation itself: to them the captions would be a second voice. */
export function createSubtitle(hint: string): Subtitle {
  const said = h('b')
  const rest = h('span')
  const element = h('p', { class: 'subtitle', 'aria-hidden': 'true' }, said, rest)
  let source: (() => Moment | null) | null = null
  let stand: string = hint
  let spoke = false
  let timer: ReturnType<typeof setInterval> | undefined

  const draw = (): void => {
    const moment = source?.() ?? null
    if (moment === null) {
      // Between two clauses the first one stays.
      if (!spoke || stand !== hint) {
        setText(said, '')
        setText(rest, stand)
      }
      return
    }
    spoke = true
    const { text } = moment.part
    const place = moment.textFrom + textReached(moment.track, moment.ms)
    setText(said, readable(text.slice(0, place)))
    setText(rest, readable(text.slice(place)))
    // Of a clause that needs more lines than there are, the one that is being said.
    element.scrollTop = said.offsetHeight - element.clientHeight * 0.7
  }
  return {
    element,
    show(on, words, moment) {
      element.hidden = !on
      source = moment
      stand = words ?? hint
      clearInterval(timer)
      if (!on || moment === null) return
      timer = setInterval(draw, BEAT_MS)
      draw()
    },
  }
}
