import { h } from '../../parts/dom.ts'
import { actionButton } from '../parts/fields.ts'
import type { ConsoleContext } from '../view.ts'
import type { AccountTexts } from './account-texts.ts'
import { copyText } from './copy.ts'

/** The recovery codes, which are shown once: to copy, to print, and to say that they are kept. */
export function recoveryCodes(
  codes: readonly string[],
  login: string,
  texts: AccountTexts,
  toast: ConsoleContext['toast'],
  onKept: () => Promise<void>,
) {
  const heading = h('h3', { tabindex: -1 }, texts.recoveryTitle)
  const done = actionButton(texts.done, onKept)
  const kept = h('input', {
    type: 'checkbox',
    onchange: () => {
      done.disabled = !kept.checked
    },
  })
  done.disabled = true
  const copy = async () => toast((await copyText(codes.join('\n'))) ? texts.copied : texts.copyFailed)
  const print = () => {
    document.documentElement.classList.add('printing-codes')
    window.print()
    document.documentElement.classList.remove('printing-codes')
  }
  const element = h(
    'div',
    { class: 'stack recovery' },
    heading,
    h('p', {}, texts.recoveryLead),
    h('p', { class: 'print-title' }, texts.printTitle(login)),
    h('ol', { class: 'recovery-list' }, ...codes.map((code) => h('li', {}, h('code', {}, code)))),
    h(
      'div',
      { class: 'row' },
      actionButton(texts.copyAll, copy, 'button quiet'),
      h('button', { type: 'button', class: 'button quiet', onclick: print }, texts.print),
    ),
    h('label', { class: 'check' }, kept, texts.recoveryKept),
    h('div', { class: 'row' }, done),
  )
  return { element, heading }
}
