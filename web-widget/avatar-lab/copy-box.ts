import { h } from '../parts/dom.ts'
import type { LabTexts } from './texts.ts'

/** Text that can be copied, with its button. */
export function createCopyBox(texts: LabTexts, label: string) {
  const box = h('textarea', { class: 'lab-copy', readonly: true, rows: 3, spellcheck: 'false', 'aria-label': label })
  const told = h('span', { role: 'status', class: 'hint' })
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(box.value)
      told.textContent = texts.copied
    } catch {
      box.select()
      told.textContent = texts.copyFailed
    }
  }
  const button = h('button', { type: 'button', class: 'button quiet', onclick: () => void copy() }, texts.copy)
  const element = h('div', { class: 'stack' }, box, h('div', { class: 'row' }, button, told))
  return {
    element,
    set(value: string) {
      box.value = value
      box.rows = Math.max(2, value.split('\n').length)
      told.textContent = ''
    },
  }
}
