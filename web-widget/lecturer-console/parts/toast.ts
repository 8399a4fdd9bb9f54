import { h } from '../../parts/dom.ts'
import type { ToastAction } from '../view.ts'

const SHOWN_MS = 6_000

/** One short line at the bottom at a time. With something to do about it, it stays until it is hovered no more. */
export function createToaster(root: HTMLElement) {
  const region = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' })
  root.append(region)
  let timer = 0

  return {
    show(text: string, ...actions: readonly ToastAction[]): void {
      clearTimeout(timer)
      region.textContent = ''
      const hide = () => {
        region.textContent = ''
      }
      const wait = () => {
        timer = window.setTimeout(hide, SHOWN_MS)
      }
      const button = ({ label, run }: ToastAction) =>
        h(
          'button',
          {
            type: 'button',
            class: 'toast-action',
            onclick: () => {
              hide()
              run()
            },
          },
          label,
        )
      region.append(
        h(
          'div',
          {
            class: 'toast',
            onmouseenter: () => clearTimeout(timer),
            onmouseleave: wait,
            onfocusin: () => clearTimeout(timer),
          },
          h('span', {}, text),
          ...actions.map(button),
        ),
      )
      wait()
    },
  }
}
