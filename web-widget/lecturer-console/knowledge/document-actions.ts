import type { Pause } from '../../../server/protocol/console-correction.ts'
import type { DocumentAction, DocumentDetail } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import { openPauseDialog } from '../corrections/pause-dialog.ts'
import { openDialog } from '../parts/dialog.ts'
import { actionButton, field } from '../parts/fields.ts'
import { ago } from '../parts/format.ts'
import { copyText } from '../people/copy.ts'
import type { ConsoleContext } from '../view.ts'
import type { DocumentTexts } from './document-texts.ts'

export type Act = (action: Omit<DocumentAction, 'revision'>, said: string) => Promise<void>

/** Asks whether it is really to be done and says what will happen; a reason may be given. */
export function confirmAction(
  texts: DocumentTexts,
  words: { readonly title: string; readonly text: string; readonly yes: string; readonly danger?: boolean },
  run: (reason: string | undefined) => Promise<void>,
): void {
  const reason = field(h('input', { type: 'text', maxlength: 500, autocomplete: 'off' }), {
    label: texts.reason,
    hint: texts.reasonHint,
  })
  const go = async () => {
    const given = reason.control.value.trim()
    await run(given === '' ? undefined : given)
    close()
  }
  const close = openDialog({
    title: words.title,
    closeLabel: texts.close,
    content: [h('p', {}, words.text), reason.element],
    actions: [
      h('button', { type: 'button', class: 'button quiet', onclick: () => close() }, texts.cancel),
      actionButton(words.yes, go, words.danger === true ? 'button danger' : 'button'),
    ],
  })
}

/** How a document stands, in sentences, and what may be done about it. */
export function documentActions(
  context: ConsoleContext,
  detail: DocumentDetail,
  texts: DocumentTexts,
  options: {
    readonly act: Act
    readonly edit: () => void
    readonly reload: () => Promise<void>
    readonly pause: Pause | undefined
  },
): HTMLElement {
  const { row } = detail
  const isFile = row.origin === 'file'
  const buttons: HTMLElement[] = []
  if (!isFile) {
    if (row.draftVersion !== null) buttons.push(publishButton(context, detail, texts, options.act))
    buttons.push(h('button', { type: 'button', class: 'button quiet', onclick: options.edit }, texts.edit))
  }
  buttons.push(pauseButton(context, detail, texts, options))
  if (!isFile && row.state !== 'withdrawn') buttons.push(withdrawButton(texts, options.act))
  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, texts.actions),
    ...notes(context, detail, texts, options.pause),
    h('div', { class: 'document-buttons' }, ...buttons.filter((button) => !button.hidden)),
  )
}

function notes(
  { me, language, toast }: ConsoleContext,
  { row, versions }: DocumentDetail,
  texts: DocumentTexts,
  pause: Pause | undefined,
): HTMLElement[] {
  const lines: (HTMLElement | string)[] = []
  if (row.origin === 'file') lines.push(texts.fileNote)
  else if (row.state === 'withdrawn') lines.push(texts.withdrawnNote)
  else if (row.state === 'draft') lines.push(texts.newNote)
  else if (row.draftVersion !== null) lines.push(texts.draftNote(row.draftVersion))
  if (row.paused)
    lines.push(pause === undefined ? texts.pausedPlain : texts.pausedNote(pause.by, ago(pause.at, language)))
  if (!row.inForce) lines.push(texts.notInForceNote)
  const draft = versions.find(({ version }) => version === row.draftVersion)
  if (draft !== undefined && me.settings.secondPersonPublishes) {
    const mine = draft.by === me.account.name
    const copy = async () => toast((await copyText(location.href)) ? texts.linkCopied : texts.copyFailed)
    lines.push(
      h(
        'div',
        { class: 'stack' },
        h('p', {}, `${texts.second}${mine ? texts.secondMine : texts.secondOther(draft.by)}`),
        mine && h('div', {}, actionButton(texts.copyLink, copy, 'button quiet')),
      ),
    )
  }
  return lines.map((line) => h('div', { class: 'document-note' }, line))
}

function publishButton(
  { me }: ConsoleContext,
  { row, versions }: DocumentDetail,
  texts: DocumentTexts,
  act: Act,
): HTMLElement {
  const version = row.draftVersion ?? row.version
  const writer = versions.find((one) => one.version === version)?.by
  // Two people may have one name, so the server decides; the button only steps back.
  const mine = me.settings.secondPersonPublishes && writer === me.account.name
  const open = () =>
    confirmAction(texts, { title: texts.publishAsk(version), text: texts.publishText, yes: texts.publish }, (reason) =>
      act({ action: 'publish', ...(reason === undefined ? {} : { reason }) }, texts.published),
    )
  return h(
    'button',
    { type: 'button', class: mine ? 'button quiet' : 'button', onclick: open },
    versions.length > 1 ? texts.publishVersion(version) : texts.publish,
  )
}

function withdrawButton(texts: DocumentTexts, act: Act): HTMLElement {
  const open = () =>
    confirmAction(
      texts,
      { title: texts.withdrawAsk, text: texts.withdrawText, yes: texts.withdraw, danger: true },
      (reason) => act({ action: 'withdraw', ...(reason === undefined ? {} : { reason }) }, texts.withdrawn),
    )
  return h('button', { type: 'button', class: 'button danger', onclick: open }, texts.withdraw)
}

function pauseButton(
  context: ConsoleContext,
  { row }: DocumentDetail,
  texts: DocumentTexts,
  { reload, pause }: { readonly reload: () => Promise<void>; readonly pause: Pause | undefined },
): HTMLElement {
  const { api, toast, fail } = context
  if (pause !== undefined) {
    const end = () =>
      api
        .remove(`/pauses/${pause.id}`)
        .then(() => toast(texts.resumed))
        .then(reload, fail)
    return actionButton(texts.resume, end, 'button')
  }
  const personaId = row.meta.personaId ?? ''
  const open = () =>
    openPauseDialog(context, { kind: 'document', targetId: row.id, personaId, title: row.meta.title }, () => {
      void reload().catch(fail)
    })
  const button = h('button', { type: 'button', class: 'button quiet', onclick: open }, texts.pause)
  button.hidden = row.state !== 'published' || row.paused
  return button
}
