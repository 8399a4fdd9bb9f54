import { h } from '../parts/dom.ts'
import { openDialog } from './parts/dialog.ts'
import type { FrameTexts } from './texts.ts'
import type { Shortcut } from './view.ts'

const OFF_KEY = 'lecturer-console:shortcuts-off'

/**
 * Single-letter shortcuts of the page that is shown. They are silent while somebody types, while a modifier is down,
 * while characters are composed, under a dialog, and where they were turned off (WCAG 2.1.4).
 */
export function createShortcuts(texts: () => FrameTexts) {
  let keys: readonly Shortcut[] = []
  let off = false
  try {
    off = localStorage.getItem(OFF_KEY) === '1'
  } catch {
    // Private browsing.
  }

  function explain(): void {
    const { shortcuts, shortcutsOff, close } = texts()
    const rows = keys.map(({ key, label }) =>
      h('div', { class: 'shortcut' }, h('kbd', {}, nameOf(key)), h('span', {}, label)),
    )
    const box = h('input', {
      type: 'checkbox',
      checked: off,
      onchange: () => {
        off = box.checked
        try {
          localStorage.setItem(OFF_KEY, off ? '1' : '')
        } catch {
          // It lasts as long as the page.
        }
      },
    })
    openDialog({
      title: shortcuts,
      closeLabel: close,
      content: [h('div', { class: 'shortcuts' }, ...rows), h('label', { class: 'check' }, box, shortcutsOff)],
    })
  }

  window.addEventListener('keydown', (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return
    if (document.querySelector('dialog[open]') !== null || isTyping(event.target)) return
    if (event.key === '?') {
      event.preventDefault()
      return explain()
    }
    if (off) return
    // A button or link that has the focus keeps its own Enter.
    if (event.key === 'Enter' && event.target instanceof Element && event.target.closest('a, button, summary') !== null)
      return
    const wanted = keys.find(({ key }) => key.toLowerCase() === event.key.toLowerCase())
    if (wanted === undefined) return
    event.preventDefault()
    wanted.run()
  })

  return {
    set(next: readonly Shortcut[]): void {
      keys = next
    },
    explain,
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
}

function nameOf(key: string): string {
  if (key === 'Escape') return 'Esc'
  return key.length === 1 ? key.toUpperCase() : key
}
