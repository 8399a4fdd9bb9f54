import type { AcceptInvitation, Me, OpenInvitation } from '../../../server/protocol/console-account.ts'
import { h } from '../../parts/dom.ts'
import { formatAddress } from '../address.ts'
import { ApiError } from '../api.ts'
import { field, form } from '../parts/fields.ts'
import { codeField } from './code-field.ts'
import { DOOR_TEXTS } from './door-texts.ts'
import { type DoorOptions, door, showPassword } from './sign-in.ts'

type InvitationOptions = DoorOptions & { readonly token: string }

/** The page that an invitation or a reset link opens: choose a name and a password, and be in. */
export function drawInvitation(options: InvitationOptions): HTMLElement {
  const { api, language, switchLanguage, token } = options
  const texts = DOOR_TEXTS[language]
  const content = h('div', { class: 'door-content' })
  const element = door(texts.title, '', texts.language, switchLanguage, [content])
  const load = async () => {
    content.replaceChildren(h('p', { class: 'lead', role: 'status' }, texts.opening))
    try {
      const invited = await api.get<OpenInvitation>(`/invitations/by-token/${token}`)
      content.replaceChildren(...drawForm(options, invited))
      content.querySelector<HTMLInputElement>('input:not([readonly])')?.focus()
    } catch (error) {
      const gone = error instanceof ApiError && (error.status === 404 || error.status === 400)
      content.replaceChildren(...(gone ? drawGone(texts) : drawFailed(error, texts, load)))
    }
  }
  void load()
  return element
}

type Texts = (typeof DOOR_TEXTS)['zh']

function drawGone(texts: Texts): Node[] {
  return [
    h('h2', {}, texts.expiredTitle),
    h('p', { class: 'lead', role: 'alert' }, texts.expired),
    h('a', { class: 'button quiet', href: formatAddress('/queue') }, texts.toSignIn),
  ]
}

function drawFailed(error: unknown, texts: Texts, retry: () => Promise<void>): Node[] {
  return [
    h('p', { class: 'form-error', role: 'alert' }, error instanceof Error ? error.message : String(error)),
    h('button', { type: 'button', class: 'button quiet', onclick: () => void retry() }, texts.retry),
  ]
}

function drawForm({ api, language, token, onSignedIn }: InvitationOptions, invited: OpenInvitation): Node[] {
  const texts = DOOR_TEXTS[language]
  const isReset = invited.login !== undefined
  const login = field(
    h('input', {
      type: 'text',
      autocomplete: 'username',
      autocapitalize: 'none',
      spellcheck: 'false',
      maxlength: 80,
      value: invited.login ?? '',
      readonly: isReset,
    }),
    { label: texts.newLogin, hint: isReset ? texts.ownLogin : texts.newLoginHint },
  )
  const newPassword = () => h('input', { type: 'password', autocomplete: 'new-password', maxlength: 200 })
  const password = field(newPassword(), { label: texts.newPassword, hint: texts.newPasswordHint })
  const again = field(newPassword(), { label: texts.again })
  const code = codeField(texts)
  code.element.hidden = !invited.secondFactor
  const alert = h('p', { class: 'form-error', role: 'alert' })

  const submit = async () => {
    alert.textContent = ''
    const name = login.control.value.trim()
    const problems = [
      [login, isReset || /^[A-Za-z0-9._@-]{3,80}$/.test(name) ? undefined : texts.badLogin],
      [password, password.control.value.length >= 10 ? undefined : texts.tooShort],
      [again, again.control.value === password.control.value ? undefined : texts.differ],
      [code, code.element.hidden || code.value() !== '' ? undefined : texts.needed],
    ] as const
    for (const [part, problem] of problems) part.setError(problem)
    const wrong = problems.find(([, problem]) => problem !== undefined)
    if (wrong !== undefined) return wrong[0].control.focus()
    const body: AcceptInvitation = { login: name, password: password.control.value }
    if (!code.element.hidden) body.code = code.value()
    try {
      onSignedIn(await api.post<Me>(`/invitations/by-token/${token}/accept`, body))
    } catch (error) {
      failed(error)
    }
  }

  function failed(error: unknown): void {
    const known = error instanceof ApiError ? error.code : ''
    if (known === 'second-factor-required') code.element.hidden = false
    if (known === 'not-possible' && !isReset) {
      login.setError(texts.taken)
      login.control.focus()
    } else if (known === 'sign-in-failed' || known === 'second-factor-required') {
      code.setError(known === 'sign-in-failed' ? texts.wrongCode : texts.needed)
      code.control.focus()
    } else if (known === 'not-found') alert.textContent = texts.expired
    else alert.textContent = error instanceof Error ? error.message : String(error)
  }

  const what = texts.asRole[invited.role](invited.personaName ?? '')
  return [
    h('p', { class: 'lead' }, isReset ? texts.reset(invited.name) : texts.invited(invited.name, what)),
    form(
      [
        login.element,
        password.element,
        again.element,
        showPassword(texts.show, [password.control, again.control]),
        code.element,
        alert,
        h('button', { type: 'submit', class: 'button wide' }, texts.enter),
      ],
      submit,
    ),
  ]
}
