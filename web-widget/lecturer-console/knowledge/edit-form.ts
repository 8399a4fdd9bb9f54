import type { DocumentChange, DocumentDetail, DocumentMeta } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import { ApiError } from '../api.ts'
import { ask } from '../parts/dialog.ts'
import { actionButton, field, form } from '../parts/fields.ts'
import type { ConsoleContext } from '../view.ts'
import type { DocumentTexts } from './document-texts.ts'
import { changedMeta, metaFields } from './meta-fields.ts'

export interface EditOptions {
  readonly detail: DocumentDetail
  readonly onSaved: (detail: DocumentDetail) => void
  readonly onCancel: () => void
  /** Shows what another person changed meanwhile. */
  readonly showDiff: (from: number, to: number) => Promise<void>
}

/** Edits a document into a new draft. Where somebody else saved meanwhile, nothing written here is lost. */
export function editForm({ api, fail, toast }: ConsoleContext, texts: DocumentTexts, options: EditOptions) {
  const { detail, onSaved, onCancel, showDiff } = options
  const { meta } = detail.row
  const fields = metaFields(meta, texts)
  const text = field(h('textarea', { class: 'document-source', maxlength: 2_000_000, spellcheck: 'false' }), {
    label: texts.text,
    hint: texts.textHint,
  })
  text.control.value = detail.text
  const note = field(h('input', { type: 'text', maxlength: 500, autocomplete: 'off' }), {
    label: texts.note,
    hint: texts.noteHint,
  })
  const meanwhile = h('div', { class: 'document-note', hidden: true, role: 'alert' })
  let revision = detail.revision

  const next = (): DocumentMeta => changedMeta(meta, fields.read())
  const dirty = () =>
    text.control.value !== detail.text ||
    note.control.value.trim() !== '' ||
    JSON.stringify(next()) !== JSON.stringify(changedMeta(meta, {}))

  async function save(): Promise<void> {
    text.setError(text.control.value.trim() === '' ? texts.needText : undefined)
    if (!fields.check()) return
    if (text.control.value.trim() === '') return text.control.focus()
    if (!dirty()) return toast(texts.nothingChanged)
    const words = note.control.value.trim()
    const change: DocumentChange = {
      meta: next(),
      text: text.control.value,
      revision,
      ...(words === '' ? {} : { note: words }),
    }
    try {
      const saved = await api.put<DocumentDetail>('/documents', change, { id: detail.row.id })
      toast(texts.saved(saved.row.draftVersion ?? saved.row.version))
      onSaved(saved)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'changed-meanwhile') await showMeanwhile().catch(fail)
      else fail(error)
    }
  }

  async function showMeanwhile(): Promise<void> {
    const latest = await api.get<DocumentDetail>('/documents/detail', { id: detail.row.id })
    const before = detail.row.draftVersion ?? detail.row.version
    const after = latest.row.draftVersion ?? latest.row.version
    meanwhile.hidden = false
    meanwhile.replaceChildren(
      h('p', {}, texts.meanwhile(latest.row.changedBy ?? '')),
      h(
        'div',
        { class: 'row' },
        ...(after === before ? [] : [actionButton(texts.seeTheirs, () => showDiff(before, after), 'button quiet')]),
        actionButton(
          texts.saveOver,
          async () => {
            revision = latest.revision
            meanwhile.hidden = true
            await save()
          },
          'button',
        ),
      ),
    )
    meanwhile.scrollIntoView({ block: 'center' })
  }

  async function cancel(): Promise<void> {
    const answers = { yes: texts.discardYes, no: texts.discardNo, close: texts.close }
    if (!dirty() || (await ask(texts.discardAsk, answers))) onCancel()
  }

  const element = h(
    'section',
    { class: 'card stack' },
    h('h2', { tabindex: -1, class: 'edit-heading' }, texts.editTitle),
    form(
      [
        ...fields.elements,
        text.element,
        note.element,
        meanwhile,
        h(
          'div',
          { class: 'row edit-buttons' },
          h('button', { type: 'submit', class: 'button' }, texts.save),
          h('button', { type: 'button', class: 'button quiet', onclick: () => void cancel() }, texts.discard),
        ),
      ],
      save,
    ),
  )
  return { element, dirty }
}
