import { type Child, h } from '../../parts/dom.ts'

let counter = 0

export interface FieldOptions {
  readonly label: string
  readonly hint?: string
  readonly error?: string
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

/** A labelled control; hint and error are tied to it for screen readers. `setError` shows or clears the error. */
export function field<C extends Control>(control: C, { label, hint, error }: FieldOptions) {
  counter += 1
  const id = control.id || `field-${counter}`
  control.id = id
  const hintId = `${id}-hint`
  const errorId = `${id}-error`
  const errorLine = h('p', { class: 'field-error', id: errorId, role: 'alert' })
  const describe = (text: string | undefined) => {
    errorLine.textContent = text ?? ''
    errorLine.hidden = text === undefined || text === ''
    const described = [hint === undefined ? '' : hintId, errorLine.hidden ? '' : errorId].filter(Boolean).join(' ')
    if (described === '') control.removeAttribute('aria-describedby')
    else control.setAttribute('aria-describedby', described)
    control.setAttribute('aria-invalid', String(!errorLine.hidden))
  }
  describe(error)
  const element = h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    control,
    hint !== undefined && h('p', { class: 'field-hint', id: hintId }, hint),
    errorLine,
  )
  return { element, control, setError: describe }
}

/** A drop-down of values with their labels. */
export function select(
  options: readonly (readonly [value: string, label: string])[],
  value: string,
  onChange: (value: string) => void,
): HTMLSelectElement {
  const element = h('select', {
    onchange: () => onChange(element.value),
  })
  for (const [key, label] of options) element.append(h('option', { value: key, selected: key === value }, label))
  return element
}

/** A button that cannot be pressed twice while what it does is under way. */
export function actionButton(label: string, run: () => Promise<void>, className = 'button'): HTMLButtonElement {
  const button = h(
    'button',
    {
      type: 'button',
      class: className,
      onclick: () => {
        if (button.getAttribute('aria-disabled') === 'true') return
        button.setAttribute('aria-disabled', 'true')
        void run().finally(() => button.removeAttribute('aria-disabled'))
      },
    },
    label,
  )
  return button
}

/** A form whose Enter key submits and whose button shows that it is under way. */
export function form(children: readonly Child[], submit: () => Promise<void>): HTMLFormElement {
  const element = h(
    'form',
    {
      class: 'form',
      novalidate: true,
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault()
        if (element.getAttribute('aria-busy') === 'true') return
        element.setAttribute('aria-busy', 'true')
        void submit().finally(() => element.setAttribute('aria-busy', 'false'))
      },
    },
    ...children,
  )
  return element
}
