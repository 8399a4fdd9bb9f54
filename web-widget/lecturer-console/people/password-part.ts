import type { PasswordChange } from '../../../server/protocol/console-account.ts'
import { h } from '../../parts/dom.ts'
import { ApiError } from '../api.ts'
import { field, form } from '../parts/fields.ts'
import { showPassword } from '../sign-in/sign-in.ts'
import type { ConsoleContext } from '../view.ts'
import type { AccountTexts } from './account-texts.ts'

const SHORTEST = 10

/** The password of one's own account; the form opens on demand. */
export function passwordPart({ api, me, toast }: ConsoleContext, texts: AccountTexts): HTMLElement {
  const open = h('button', { type: 'button', class: 'button quiet', onclick: () => showForm() }, texts.changePassword)
  const body = h('div', { class: 'stack' }, open)

  function showForm(): void {
    const input = (autocomplete: string) => h('input', { type: 'password', autocomplete, maxlength: 200 })
    const current = field(input('current-password'), { label: texts.current })
    const next = field(input('new-password'), { label: texts.next, hint: texts.nextHint })
    const again = field(input('new-password'), { label: texts.again })
    const alert = h('p', { class: 'form-error', role: 'alert' })
    const submit = async () => {
      alert.textContent = ''
      const problems = [
        [current, current.control.value === '' ? texts.needed : undefined],
        [next, next.control.value.length < SHORTEST ? texts.tooShort : undefined],
        [again, again.control.value === next.control.value ? undefined : texts.differ],
      ] as const
      for (const [part, problem] of problems) part.setError(problem)
      const wrong = problems.find(([, problem]) => problem !== undefined)
      if (wrong !== undefined) return wrong[0].control.focus()
      const change: PasswordChange = { current: current.control.value, next: next.control.value }
      try {
        await api.post('/me/password', change)
        body.replaceChildren(open)
        open.focus()
        toast(texts.passwordChanged)
      } catch (error) {
        if (error instanceof ApiError && error.code === 'sign-in-failed') {
          current.setError(texts.wrongPassword)
          return current.control.focus()
        }
        alert.textContent = error instanceof Error ? error.message : String(error)
      }
    }
    const cancel = () => {
      body.replaceChildren(open)
      open.focus()
    }
    body.replaceChildren(
      form(
        [
          // Password managers save the new password under this name.
          h('input', { type: 'text', autocomplete: 'username', value: me.account.login, hidden: true }),
          current.element,
          next.element,
          again.element,
          showPassword(texts.show, [current.control, next.control, again.control]),
          alert,
          h(
            'div',
            { class: 'row' },
            h('button', { type: 'submit', class: 'button' }, texts.save),
            h('button', { type: 'button', class: 'button quiet', onclick: cancel }, texts.cancel),
          ),
        ],
        submit,
      ),
    )
    current.control.focus()
  }

  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, texts.password),
    h('p', { class: 'hint' }, texts.passwordHint),
    body,
  )
}
