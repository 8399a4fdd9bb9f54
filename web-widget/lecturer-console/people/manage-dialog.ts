import type { Account, AccountChange, ResetLink } from '../../../server/protocol/console-account.ts'
import { h } from '../../parts/dom.ts'
import { ask, openDialog } from '../parts/dialog.ts'
import { actionButton, field, form } from '../parts/fields.ts'
import type { ConsoleContext } from '../view.ts'
import { showLink } from './invite-dialog.ts'
import type { PeopleTexts } from './people-texts.ts'
import { roleFields } from './role-fields.ts'

/** All that an operator does with one account. `onChanged` runs after each change. */
export function openManageDialog(
  context: ConsoleContext,
  account: Account,
  texts: PeopleTexts,
  onChanged: () => Promise<void>,
): void {
  const { api, me, toast, fail } = context
  const own = account.id === me.account.id

  async function change(wanted: AccountChange, said: string): Promise<void> {
    try {
      await api.patch<Account>(`/accounts/${account.id}`, wanted)
      close()
      toast(said)
      await onChanged()
    } catch (error) {
      fail(error)
    }
  }
  const sure = (question: string, yes: string) => ask(question, { yes, no: texts.cancel, close: texts.close })

  const name = field(h('input', { type: 'text', maxlength: 60, autocomplete: 'off', value: account.name }), {
    label: texts.name,
  })
  const roles = roleFields(me.personas, texts, account)
  const save = async () => {
    const words = name.control.value.trim()
    name.setError(words === '' ? texts.needName : undefined)
    if (words === '') return name.control.focus()
    const chosen = own ? {} : roles.read()
    if (chosen !== null) await change({ name: words, ...chosen }, texts.saved)
  }
  const reset = async () => {
    try {
      const { path } = await api.post<ResetLink>(`/accounts/${account.id}/reset-link`)
      close()
      showLink(texts.resetMade(account.name), texts.resetHint, path, texts, toast)
    } catch (error) {
      fail(error)
    }
  }
  const dropSecond = async () => {
    if (await sure(texts.dropSecondAsk(account.name), texts.dropSecond))
      await change({ secondFactor: false }, texts.dropped)
  }
  const toggle = async () => {
    if (account.disabled) return change({ disabled: false }, texts.enabledDone)
    if (await sure(texts.disableAsk(account.name), texts.disable)) await change({ disabled: true }, texts.disabledDone)
  }

  const close = openDialog({
    title: `${account.name} · ${account.login}`,
    closeLabel: texts.close,
    content: [
      form(
        [
          name.element,
          ...(own ? [h('p', { class: 'hint' }, texts.own)] : roles.elements),
          h('div', {}, h('button', { type: 'submit', class: 'button' }, texts.save)),
        ],
        save,
      ),
      part(texts.resetLink, texts.resetHint, actionButton(texts.makeReset, reset, 'button quiet')),
      account.secondFactor && !own
        ? part(texts.dropSecond, texts.dropSecondHint, actionButton(texts.dropSecond, dropSecond, 'button quiet'))
        : null,
      own
        ? null
        : part(
            account.disabled ? texts.enable : texts.disable,
            account.disabled ? '' : texts.disableHint,
            actionButton(
              account.disabled ? texts.enable : texts.disable,
              toggle,
              account.disabled ? 'button quiet' : 'button danger',
            ),
          ),
    ].filter((child) => child !== null),
  })
}

function part(title: string, hint: string, button: HTMLButtonElement): HTMLElement {
  return h(
    'section',
    { class: 'manage-part' },
    h('h3', {}, title),
    hint !== '' && h('p', { class: 'hint' }, hint),
    h('div', {}, button),
  )
}
