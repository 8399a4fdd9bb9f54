import { h } from '../../parts/dom.ts'
import { field } from '../parts/fields.ts'
import type { DoorTexts } from './door-texts.ts'

/** The second factor: digits of an authenticator, or, where the phone is not at hand, a recovery code. */
export function codeField(texts: DoorTexts) {
  const input = h('input', {
    type: 'text',
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: 20,
    class: 'code-input',
  })
  const code = field(input, { label: texts.code, hint: texts.codeHint })
  let recovery = false
  const change = h('button', { type: 'button', class: 'plain', onclick: () => swap() }, texts.useRecovery)
  const element = h('div', { class: 'code-part' }, code.element, change)

  function swap(): void {
    recovery = !recovery
    input.inputMode = recovery ? 'text' : 'numeric'
    input.autocomplete = recovery ? 'off' : 'one-time-code'
    input.value = ''
    change.textContent = recovery ? texts.useDigits : texts.useRecovery
    const label = element.querySelector('label')
    if (label !== null) label.textContent = recovery ? texts.recoveryCode : texts.code
    const hint = element.querySelector('.field-hint')
    if (hint !== null) hint.textContent = recovery ? texts.recoveryHint : texts.codeHint
    code.setError(undefined)
    input.focus()
  }

  return { element, control: input, setError: code.setError, value: () => input.value.trim() }
}
