import type { MadeInvitation, NewInvitation } from '../../../server/protocol/console-account.ts'
import { h } from '../../parts/dom.ts'
import { openDialog } from '../parts/dialog.ts'
import { field, form } from '../parts/fields.ts'
import type { ConsoleContext } from '../view.ts'
import { linkBox } from './link-box.ts'
import type { PeopleTexts } from './people-texts.ts'
import { roleFields } from './role-fields.ts'

/** Asks whom to invite as what, and shows the link once. */
export function openInviteDialog(
  { api, me, toast }: ConsoleContext,
  texts: PeopleTexts,
  onInvited: () => Promise<void>,
): void {
  const name = field(h('input', { type: 'text', maxlength: 60, autocomplete: 'off' }), {
    label: texts.name,
    hint: texts.nameHint,
  })
  const roles = roleFields(me.personas, texts, { role: 'lecturer', personaId: null })
  const alert = h('p', { class: 'form-error', role: 'alert' })
  const submit = async () => {
    alert.textContent = ''
    const words = name.control.value.trim()
    name.setError(words === '' ? texts.needName : undefined)
    if (words === '') return name.control.focus()
    const chosen = roles.read()
    if (chosen === null) return
    const { role, personaId } = chosen
    const invitation: NewInvitation = { name: words, role, ...(personaId === null ? {} : { personaId }) }
    try {
      const made = await api.post<MadeInvitation>('/invitations', invitation)
      close()
      showLink(texts.linkTitle(words), texts.linkLead, made.path, texts, toast)
      await onInvited()
    } catch (error) {
      alert.textContent = error instanceof Error ? error.message : String(error)
    }
  }
  const close = openDialog({
    title: texts.inviteTitle,
    closeLabel: texts.close,
    content: [
      form(
        [name.element, ...roles.elements, alert, h('button', { type: 'submit', class: 'button wide' }, texts.makeLink)],
        submit,
      ),
    ],
  })
  name.control.focus()
}

/** Shows a link that is not to be had again. */
export function showLink(
  title: string,
  lead: string,
  path: string,
  texts: PeopleTexts,
  toast: ConsoleContext['toast'],
): void {
  const close = openDialog({
    title,
    closeLabel: texts.close,
    content: [h('p', {}, lead), linkBox(path, texts, toast)],
    actions: [h('button', { type: 'button', class: 'button', onclick: () => close() }, texts.finished)],
  })
}
