import './sign-in.css'
import type { Login, Me } from '../../../server/protocol/console-account.ts'
import { h } from '../../parts/dom.ts'
import { type Api, ApiError } from '../api.ts'
import { field, form } from '../parts/fields.ts'
import type { ConsoleLanguage } from '../view.ts'
import { codeField } from './code-field.ts'
import { DOOR_TEXTS } from './door-texts.ts'

export interface DoorOptions {
  readonly api: Api
  readonly language: ConsoleLanguage
  readonly switchLanguage: () => void
  readonly onSignedIn: (me: Me) => void
}

/** The page of those who are not signed in. The second factor is asked for only once the password was right. */
export function drawSignIn({ api, language, switchLanguage, onSignedIn }: DoorOptions): HTMLElement {
  const texts = DOOR_TEXTS[language]
  const login = field(
    h('input', {
      type: 'text',
      autocomplete: 'username',
      autocapitalize: 'none',
      spellcheck: 'false',
      maxlength: 80,
      required: true,
    }),
    { label: texts.login },
  )
  const password = field(
    h('input', { type: 'password', autocomplete: 'current-password', maxlength: 200, required: true }),
    { label: texts.password },
  )
  const code = codeField(texts)
  code.element.hidden = true
  const alert = h('p', { class: 'form-error', role: 'alert' })

  const submit = async () => {
    alert.textContent = ''
    const name = login.control.value.trim()
    const wanted = [
      [login, name === ''],
      [password, password.control.value === ''],
      [code, !code.element.hidden && code.value() === ''],
    ] as const
    for (const [part, missing] of wanted) part.setError(missing ? texts.needed : undefined)
    const first = wanted.find(([, missing]) => missing)
    if (first !== undefined) return first[0].control.focus()
    const body: Login = { login: name, password: password.control.value }
    if (!code.element.hidden) body.code = code.value()
    try {
      onSignedIn(await api.post<Me>('/sign-in', body))
    } catch (error) {
      alert.textContent = error instanceof Error ? error.message : String(error)
      if (error instanceof ApiError && error.code === 'second-factor-required') code.element.hidden = false
      const again = code.element.hidden ? password.control : code.control
      again.focus()
      again.select()
    }
  }

  return door(texts.title, texts.lead, texts.language, switchLanguage, [
    form(
      [
        login.element,
        password.element,
        showPassword(texts.show, [password.control]),
        code.element,
        alert,
        h('button', { type: 'submit', class: 'button wide' }, texts.signIn),
      ],
      submit,
    ),
    h('p', { class: 'hint' }, texts.forgot),
  ])
}

/** The sheet that both doors are drawn on. */
export function door(
  title: string,
  lead: string,
  otherLanguage: string,
  switchLanguage: () => void,
  content: readonly Node[],
): HTMLElement {
  return h(
    'main',
    { class: 'door' },
    h(
      'div',
      { class: 'door-sheet' },
      h(
        'div',
        { class: 'door-name' },
        h('span', { class: 'seal big', 'aria-hidden': 'true' }, '匠'),
        h('h1', {}, title),
      ),
      lead !== '' && h('p', { class: 'lead' }, lead),
      ...content,
    ),
    h('button', { type: 'button', class: 'plain', onclick: switchLanguage }, otherLanguage),
  )
}

export function showPassword(label: string, inputs: readonly HTMLInputElement[]): HTMLElement {
  const box = h('input', {
    type: 'checkbox',
    onchange: () => {
      for (const input of inputs) input.type = box.checked ? 'text' : 'password'
    },
  })
  return h('label', { class: 'check' }, box, label)
}
