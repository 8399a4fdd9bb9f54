import { h } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import type { Texts } from '../translations/zh-cn.ts'

export interface Sheet {
  /** Shows a sheet with this title and content; the focus goes in, and back to where it was on closing. */
  open(title: string, content: readonly Node[], focus?: HTMLElement | null): void
  close(): void
  isOpen(): boolean
}

/** The one sheet that slides up over the panel. It holds the focus while it is open. */
export function createSheet(root: HTMLElement, texts: Texts): Sheet {
  let veil: HTMLElement | null = null
  let before: HTMLElement | null = null

  const close = (): void => {
    if (veil === null) return
    veil.remove()
    veil = null
    if (before?.isConnected === true) before.focus({ preventScroll: true })
    before = null
  }

  return {
    close,
    isOpen: () => veil !== null,
    open(title, content, focus) {
      close()
      const active = (root.getRootNode() as ShadowRoot).activeElement
      before = active instanceof HTMLElement ? active : null
      const closer = h(
        'button',
        { type: 'button', class: 'tool', 'aria-label': texts.cancel, onclick: close },
        icon('close'),
      )
      const sheet = h(
        'div',
        { class: 'sheet', role: 'dialog', 'aria-modal': 'true', 'aria-label': title, tabindex: -1 },
        h('div', { class: 'sheet-head' }, h('h2', {}, title), closer),
        h('div', { class: 'sheet-body', tabindex: 0, role: 'group', 'aria-label': title }, ...content),
      )
      veil = h(
        'div',
        {
          class: 'veil',
          onclick: (event: MouseEvent) => {
            if (event.target === veil) close()
          },
          onkeydown: (event: KeyboardEvent) => keepInside(event, sheet),
        },
        sheet,
      )
      root.append(veil)
      const target = focus ?? closer
      target.focus({ preventScroll: true })
      focus?.scrollIntoView({ block: 'nearest' })
    },
  }
}

function keepInside(event: KeyboardEvent, sheet: HTMLElement): void {
  if (event.key !== 'Tab') return
  const stops = [...sheet.querySelectorAll<HTMLElement>('button:not([disabled]), a[href], input, [tabindex="0"]')]
  const first = stops[0]
  const last = stops[stops.length - 1]
  if (first === undefined || last === undefined) return
  const active = (sheet.getRootNode() as ShadowRoot).activeElement
  if (event.shiftKey && (active === first || active === sheet)) {
    event.preventDefault()
    last.focus()
  } else if (!event.shiftKey && active === last) {
    event.preventDefault()
    first.focus()
  }
}
