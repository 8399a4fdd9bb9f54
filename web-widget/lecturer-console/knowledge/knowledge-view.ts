import '../parts/lists.css'
import './knowledge-list.css'
import './upload.css'
import type { DocumentRow } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import { formatAddress } from '../address.ts'
import type { MakeView } from '../view.ts'
import { documentCard } from './document-card.ts'
import { DOCUMENT_FILTERS, type DocumentFilter, parseFilter, passes } from './document-filters.ts'
import { type KnowledgeTexts, knowledgeTexts } from './knowledge-texts.ts'
import { openUploadDialog, policyCollections } from './upload-dialog.ts'
import { createUploads } from './upload-list.ts'

const PAGE = 60
const TYPING_MS = 300

/** All documents that the account may see, those of files and those of the console alike, and the way to add more. */
export const makeKnowledgeView: MakeView = async (context, address) => {
  const { api, language, go, fail } = context
  const texts = knowledgeTexts(language)
  let filter = parseFilter(address.parameters.show)
  let words = address.parameters.words ?? ''
  let rows: readonly DocumentRow[] = []
  let shownRows = PAGE
  let asked = 0
  let timer = 0

  const count = h('p', { class: 'left', role: 'status' })
  const chips = h('div', { class: 'chip-row', role: 'group', 'aria-label': texts.filters })
  const list = h('ul', { class: 'document-list' })
  const foot = h('div', { class: 'document-foot' })
  const uploads = createUploads(context, texts, () => void load().catch(fail))
  const search = h('input', {
    type: 'search',
    class: 'search',
    'aria-label': texts.search,
    placeholder: texts.search,
    value: words,
    maxlength: 100,
    oninput: () => {
      clearTimeout(timer)
      timer = window.setTimeout(find, TYPING_MS)
    },
  })

  async function load(): Promise<void> {
    asked += 1
    const mine = asked
    const answer = await api.get<{ rows: DocumentRow[] }>('/documents', { words })
    if (mine !== asked) return
    // A policy belongs to no lecturer: it stays in sight beside the stories of the one who is chosen.
    const chosen = context.persona()
    rows = answer.rows.filter(({ meta }) => chosen === '' || (meta.personaId ?? chosen) === chosen)
    draw()
  }

  function find(): void {
    words = search.value.trim()
    shownRows = PAGE
    keep()
    void load().catch(fail)
  }

  /** The address says what is shown, so that it can be sent and come back to; the page itself stays. */
  function keep(): void {
    go(formatAddress('/knowledge', { words, show: filter === 'all' ? undefined : filter }), { replace: true })
  }

  function choose(next: DocumentFilter): void {
    filter = next
    shownRows = PAGE
    keep()
    draw()
    chips.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus()
  }

  function draw(): void {
    chips.replaceChildren(
      ...DOCUMENT_FILTERS.filter(
        (name) => name === 'all' || name === filter || rows.some((row) => passes(row, name)),
      ).map((name) => filterChip(name, rows.filter((row) => passes(row, name)).length, name === filter, texts, choose)),
    )
    const chosen = rows.filter((row) => passes(row, filter))
    count.textContent = words === '' ? texts.count(chosen.length) : texts.found(chosen.length, words)
    list.replaceChildren(...chosen.slice(0, shownRows).map((row) => documentCard(row, context, texts)))
    foot.replaceChildren()
    if (chosen.length === 0) foot.append(empty())
    else if (chosen.length > shownRows) foot.append(moreButton(Math.min(PAGE, chosen.length - shownRows)))
  }

  function moreButton(next: number): HTMLElement {
    const more = () => {
      const before = shownRows
      shownRows += PAGE
      draw()
      list.querySelectorAll<HTMLElement>('.document-card')[before]?.focus()
    }
    return h('button', { type: 'button', class: 'button quiet', onclick: more }, texts.more(next))
  }

  function empty(): HTMLElement {
    const narrowed = words !== '' || filter !== 'all'
    const reset = () => {
      search.value = ''
      filter = 'all'
      find()
    }
    return h(
      'div',
      { class: 'notice empty' },
      h('p', { class: 'empty-title' }, narrowed ? texts.noMatch : texts.none),
      h('p', {}, narrowed ? texts.noMatchLead : texts.noneLead),
      narrowed
        ? h('button', { type: 'button', class: 'button quiet', onclick: reset }, texts.showAll)
        : h('button', { type: 'button', class: 'button', onclick: startUpload }, texts.upload),
    )
  }

  async function upload(): Promise<void> {
    const collections = context.me.account.role === 'lecturer' ? [] : await policyCollections(context)
    openUploadDialog(context, texts, collections, (files, target) => uploads.add(files, target))
  }
  const startUpload = () => void upload().catch(fail)

  await load()
  const element = h(
    'section',
    { class: 'knowledge-page stack' },
    h(
      'div',
      { class: 'knowledge-head' },
      h('div', {}, h('h1', {}, texts.title), h('p', { class: 'lead' }, texts.lead)),
      h('button', { type: 'button', class: 'button', onclick: startUpload }, texts.upload),
    ),
    uploads.element,
    h('div', { class: 'knowledge-search', role: 'search' }, search),
    chips,
    count,
    list,
    foot,
  )
  return {
    element,
    title: texts.title,
    keys: [
      { key: '/', label: texts.search, run: () => search.focus() },
      { key: 'u', label: texts.upload, run: startUpload },
    ],
    takes: ({ path, parameters }) =>
      path === '/knowledge' && (parameters.words ?? '') === words && parseFilter(parameters.show) === filter,
    leaving: () => (uploads.busy() ? texts.leaving : undefined),
    losesOnClose: () => uploads.busy(),
    dispose: () => {
      clearTimeout(timer)
      uploads.stop()
    },
  }
}

function filterChip(
  name: DocumentFilter,
  count: number,
  on: boolean,
  texts: KnowledgeTexts,
  choose: (name: DocumentFilter) => void,
): HTMLElement {
  const labels: Readonly<Record<DocumentFilter, string>> = {
    all: texts.all,
    ...texts.states,
    'not-in-force': texts.notInForce,
    paused: texts.paused,
    ...texts.kinds,
    ...texts.origins,
  }
  return h(
    'button',
    { type: 'button', class: 'choice', 'aria-pressed': String(on), onclick: () => choose(name) },
    `${labels[name]} ${count}`,
  )
}
