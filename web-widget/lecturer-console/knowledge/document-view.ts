import '../parts/lists.css'
import './upload.css'
import './document.css'
import './document-edit.css'
import type { Pause } from '../../../server/protocol/console-correction.ts'
import type { DocumentAction, DocumentDetail } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import { icon } from '../../parts/icons.ts'
import { formatAddress } from '../address.ts'
import { ApiError } from '../api.ts'
import type { ConsoleContext, MakeView } from '../view.ts'
import { confirmAction, documentActions } from './document-actions.ts'
import { standing } from './document-card.ts'
import { type DocumentTexts, documentTexts } from './document-texts.ts'
import { duplicateList } from './duplicates.ts'
import { editForm } from './edit-form.ts'
import { knowledgeTexts, plainNumber } from './knowledge-texts.ts'
import { metaFacts } from './meta-facts.ts'
import { passageText } from './passage-text.ts'
import { openDiff, versionList } from './version-list.ts'

/** One document: how it stands, what it says and how that is split, its versions; and its editing. */
export const makeDocumentView: MakeView = async (context, { parameters }) => {
  const { api, language, toast, fail } = context
  const texts = documentTexts(language)
  const id = parameters.id ?? ''
  let detail = await api.get<DocumentDetail>('/documents/detail', { id })
  let pause = await pauseOf(context, detail)
  let editor: ReturnType<typeof editForm> | null = null
  const element = h('article', { class: 'document-page' })

  async function show(next: DocumentDetail): Promise<void> {
    detail = next
    pause = await pauseOf(context, detail)
    editor = null
    draw()
  }
  const reload = async () => show(await api.get<DocumentDetail>('/documents/detail', { id }))

  async function act(action: Omit<DocumentAction, 'revision'>, said: string): Promise<void> {
    try {
      await show(await api.post<DocumentDetail>('/documents/action', { ...action, revision: detail.revision }, { id }))
      toast(said)
    } catch (error) {
      fail(error)
      if (error instanceof ApiError && error.code === 'changed-meanwhile') await reload().catch(fail)
    }
  }

  function edit(): void {
    editor = editForm(context, texts, {
      detail,
      onSaved: (saved) => void show(saved).catch(fail),
      onCancel: () => {
        editor = null
        draw()
      },
      showDiff: (from, to) => openDiff(context, texts, id, from, to),
    })
    draw()
    element.querySelector<HTMLElement>('.edit-heading')?.focus()
  }

  function restore(version: number): Promise<void> {
    const second = context.me.settings.secondPersonPublishes
    confirmAction(
      texts,
      {
        title: texts.restoreAsk(version),
        text: second ? texts.restoreSecond : texts.restoreText,
        yes: texts.restore,
      },
      (reason) => act({ action: 'restore', version, ...(reason === undefined ? {} : { reason }) }, texts.restored),
    )
    return Promise.resolve()
  }

  function draw(): void {
    const head = documentHead(context, detail, texts)
    if (editor !== null) {
      element.replaceChildren(head, editor.element)
      return
    }
    const side = h(
      'div',
      { class: 'document-side' },
      documentActions(context, detail, texts, { act, edit, reload, pause }),
      duplicatesOf(context, detail, texts),
      h(
        'section',
        { class: 'card stack' },
        h('h2', {}, texts.about),
        metaFacts(detail.row.meta, texts, context.personaName),
      ),
      versionList(context, detail, texts, restore),
    )
    element.replaceChildren(head, h('div', { class: 'document-columns' }, side, textPart(detail, texts)))
  }

  draw()
  return {
    element,
    title: detail.row.meta.title,
    keys: detail.row.origin === 'console' ? [{ key: 'e', label: texts.edit, run: () => editor ?? edit() }] : [],
    leaving: () => (editor?.dirty() === true ? texts.leaving : undefined),
    losesOnClose: () => editor?.dirty() === true,
  }
}

function documentHead(context: ConsoleContext, { row }: DocumentDetail, texts: DocumentTexts): HTMLElement {
  const list = knowledgeTexts(context.language)
  return h(
    'header',
    { class: 'document-head' },
    h('a', { class: 'back', href: formatAddress('/knowledge') }, icon('back'), texts.back),
    h('h1', {}, row.meta.title),
    h('p', { class: 'chips' }, ...standing(row, list)),
    h('p', { class: 'hint' }, list.size(plainNumber(row.characters, context.language), row.passages)),
  )
}

function textPart({ text, passages }: DocumentDetail, texts: DocumentTexts): HTMLElement {
  return h(
    'section',
    { class: 'card document-text' },
    h('h2', {}, texts.passages(passages.length)),
    h('p', { class: 'hint' }, passages.length === 0 ? texts.noPassages : texts.passagesHint),
    passageText(text, passages, texts),
  )
}

function duplicatesOf(
  { language }: ConsoleContext,
  { duplicates }: DocumentDetail,
  texts: DocumentTexts,
): HTMLElement | null {
  if (duplicates.length === 0) return null
  return h(
    'section',
    { class: 'card stack' },
    h('h2', {}, texts.duplicates),
    ...duplicateList(duplicates, knowledgeTexts(language)),
    h('p', { class: 'hint' }, texts.alikeHint),
  )
}

/** The pause that holds a document, so that it can be ended here; without it the page still says that it is paused. */
async function pauseOf({ api }: ConsoleContext, { row }: DocumentDetail): Promise<Pause | undefined> {
  if (!row.paused) return undefined
  const { rows } = await api.get<{ rows: Pause[] }>('/pauses')
  return rows.find(({ kind, targetId }) => kind === 'document' && targetId === row.id)
}
