import { h } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'

export interface PhraseListOptions {
  readonly label: string
  readonly hint: string
  readonly addLabel: string
  readonly removeLabel: (text: string) => string
  readonly most: number
  readonly onChange: () => void
}

export interface PhraseList {
  readonly element: HTMLElement
  read(): string[]
  write(texts: readonly string[]): void
}

/** Questions, one a line, that can be added and taken out. Enter adds the next. */
export function createPhraseList(options: PhraseListOptions): PhraseList {
  const { label, hint, addLabel, removeLabel, most, onChange } = options
  const list = h('ul', { class: 'phrases' })
  const add = h(
    'button',
    { type: 'button', class: 'plain add', onclick: () => append('').querySelector('input')?.focus() },
    icon('fresh'),
    addLabel,
  )
  const element = h(
    'fieldset',
    { class: 'field group' },
    h('legend', {}, label),
    h('p', { class: 'hint' }, hint),
    list,
    add,
  )

  function append(text: string): HTMLLIElement {
    const input = h('input', {
      type: 'text',
      value: text,
      maxlength: 500,
      'aria-label': label,
      oninput: onChange,
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return
        event.preventDefault()
        if (input.value.trim() !== '' && !add.hidden) add.click()
      },
    })
    const item = h(
      'li',
      {},
      input,
      h(
        'button',
        {
          type: 'button',
          class: 'tool',
          'aria-label': removeLabel(text),
          onclick: () => {
            item.remove()
            add.hidden = false
            add.focus()
            onChange()
          },
        },
        icon('trash'),
      ),
    )
    list.append(item)
    add.hidden = list.children.length >= most
    return item
  }

  return {
    element,
    read: () => [...list.querySelectorAll('input')].map(({ value }) => value.trim()).filter((value) => value !== ''),
    write(texts) {
      list.textContent = ''
      add.hidden = false
      for (const text of texts) append(text)
    },
  }
}
