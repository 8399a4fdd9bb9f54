import type { TotpConfirmed, TotpStarted } from '../../../server/protocol/console-account.ts'
import { h } from '../../parts/dom.ts'
import { ApiError } from '../api.ts'
import { openDialog } from '../parts/dialog.ts'
import { actionButton, field, form } from '../parts/fields.ts'
import type { ConsoleContext } from '../view.ts'
import type { AccountTexts } from './account-texts.ts'
import { copyText } from './copy.ts'
import { qrCode } from './qr-code.ts'
import { recoveryCodes } from './recovery-codes.ts'

/** The second step of one's own account: set up in two steps, with recovery codes shown once; or removed. */
export function secondFactorPart(context: ConsoleContext, texts: AccountTexts) {
  const { api, me, toast, fail, refresh } = context
  const on = me.account.secondFactor
  const must = me.settings.requireSecondFactor && me.account.role !== 'lecturer' && !on
  let unsaved = false

  const start = actionButton(texts.start, async () => {
    try {
      showSetUp(await api.post<TotpStarted>('/me/totp/start'))
    } catch (error) {
      fail(error)
    }
  })
  const body = h(
    'div',
    { class: 'stack' },
    on
      ? h('button', { type: 'button', class: 'button quiet', onclick: () => askRemoval(context, texts) }, texts.remove)
      : start,
  )
  const element = h(
    'section',
    { class: 'card stack' },
    h(
      'div',
      { class: 'row' },
      h('h2', {}, texts.second),
      h('span', { class: on ? 'chip good' : 'chip warn' }, on ? texts.secondOn : texts.secondOff),
    ),
    must && h('p', { class: 'must', role: 'note' }, texts.secondMust),
    h('p', { class: 'hint' }, on ? texts.secondIsOn : texts.secondLead),
    body,
  )

  function showSetUp({ secret, uri }: TotpStarted): void {
    const code = field(
      h('input', {
        type: 'text',
        inputmode: 'numeric',
        autocomplete: 'one-time-code',
        maxlength: 7,
        class: 'code-input',
      }),
      { label: texts.code },
    )
    const submit = async () => {
      const digits = code.control.value.replace(/\s/g, '')
      code.setError(/^\d{6}$/.test(digits) ? undefined : texts.wrongCode)
      if (!/^\d{6}$/.test(digits)) return code.control.focus()
      try {
        showCodes((await api.post<TotpConfirmed>('/me/totp/confirm', { code: digits })).recoveryCodes)
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'sign-in-failed') return fail(error)
        code.setError(texts.wrongCode)
        code.control.select()
      }
    }
    const copy = async () => toast((await copyText(secret)) ? texts.copied : texts.copyFailed)
    const heading = h('h3', { tabindex: -1 }, texts.scanTitle)
    body.replaceChildren(
      heading,
      h('p', { class: 'hint' }, texts.scanHint),
      h(
        'div',
        { class: 'link-box' },
        qrCode(uri, texts.qr),
        h(
          'div',
          { class: 'stack' },
          h('p', {}, texts.secret),
          // In fours it can be read out and typed.
          h('code', { class: 'secret' }, secret.replace(/(.{4})(?=.)/g, '$1 ')),
          actionButton(texts.copy, copy, 'button quiet'),
        ),
      ),
      h('h3', {}, texts.codeTitle),
      form([code.element, h('button', { type: 'submit', class: 'button' }, texts.confirm)], submit),
    )
    heading.focus()
  }

  function showCodes(codes: readonly string[]): void {
    unsaved = true
    const { element: sheet, heading } = recoveryCodes(codes, me.account.login, texts, toast, async () => {
      unsaved = false
      await refresh().then(() => toast(texts.secondDone), fail)
    })
    body.replaceChildren(sheet)
    heading.focus()
  }

  return { element, leaving: () => (unsaved ? texts.leaving : undefined) }
}

function askRemoval({ api, toast, refresh, fail }: ConsoleContext, texts: AccountTexts): void {
  const password = field(h('input', { type: 'password', autocomplete: 'current-password', maxlength: 200 }), {
    label: texts.current,
  })
  const remove = async () => {
    password.setError(password.control.value === '' ? texts.needed : undefined)
    if (password.control.value === '') return password.control.focus()
    try {
      await api.post('/me/totp/remove', { password: password.control.value })
    } catch (error) {
      const wrong = error instanceof ApiError && error.code === 'sign-in-failed'
      password.setError(wrong || !(error instanceof Error) ? texts.wrongPassword : error.message)
      return password.control.select()
    }
    close()
    await refresh().then(() => toast(texts.removed), fail)
  }
  const close = openDialog({
    title: texts.removeTitle,
    closeLabel: texts.close,
    content: [h('p', {}, texts.removeLead), form([password.element], remove)],
    actions: [
      h('button', { type: 'button', class: 'button quiet', onclick: () => close() }, texts.keep),
      actionButton(texts.remove, remove, 'button danger'),
    ],
  })
  password.control.focus()
}
