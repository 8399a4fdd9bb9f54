import { h, setText } from '../parts/dom.ts'
import type { Texts } from '../translations/zh-cn.ts'
import { type IdleWatch, watchIdle } from './idle-reset.ts'

/** The countdown of a public screen, with a button that stops it. */
export function createIdleBar(
  root: HTMLElement,
  texts: Texts,
  options: { readonly resting: () => boolean; readonly reset: () => void },
): IdleWatch {
  const words = h('p', { 'aria-hidden': 'true' })
  const spoken = h('p', { class: 'unseen', role: 'alert' })
  const stay = h('button', { type: 'button', class: 'button' }, texts.idleStay)
  const bar = h('div', { class: 'idle', hidden: true }, words, stay)
  root.append(bar, spoken)
  const watch = watchIdle(root, {
    bar,
    resting: options.resting,
    onCount(seconds) {
      // Spoken once: a number a second would be a torment.
      if (bar.hidden && seconds !== null) setText(spoken, texts.idleAsk(seconds))
      bar.hidden = seconds === null
      if (seconds === null) setText(spoken, '')
      else setText(words, texts.idleAsk(seconds))
    },
    onReset: options.reset,
  })
  stay.addEventListener('click', watch.touch)
  return watch
}
