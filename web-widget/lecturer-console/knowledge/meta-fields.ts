import type { DocumentMeta } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import { field } from '../parts/fields.ts'
import type { DocumentTexts } from './document-texts.ts'

type Editable = Exclude<keyof DocumentMeta, 'kind' | 'personaId' | 'collection'>
type Values = Partial<Record<Editable, string>>

const STORY: readonly Editable[] = ['title', 'source', 'licence', 'url']
const POLICY: readonly Editable[] = [
  'title',
  'issuedBy',
  'documentNumber',
  'issuedOn',
  'effectiveFrom',
  'effectiveUntil',
  'supersedes',
  'region',
  'source',
  'licence',
  'url',
]
const DAYS: readonly Editable[] = ['issuedOn', 'effectiveFrom', 'effectiveUntil']
const LENGTHS: Readonly<Partial<Record<Editable, number>>> = {
  title: 200,
  source: 300,
  issuedBy: 200,
  documentNumber: 100,
  region: 100,
  licence: 200,
  url: 500,
}

/** What a document says of itself, with what was typed in place of what was there; what is empty is left out. */
export function changedMeta(meta: DocumentMeta, values: Values): DocumentMeta {
  const { supersedes, title, ...words } = values
  const lines = supersedes?.split('\n').map((line) => line.trim())
  const merged = {
    ...meta,
    ...words,
    title: title ?? meta.title,
    supersedes: lines === undefined ? meta.supersedes : lines.filter((line) => line !== ''),
  }
  const kept = Object.entries(merged)
    .filter(([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0))
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return { kind: meta.kind, title: merged.title, ...Object.fromEntries(kept) }
}

/** The form's fields for what a document says of itself; a policy has more of them. */
export function metaFields(meta: DocumentMeta, texts: DocumentTexts) {
  const names = meta.kind === 'policy' ? POLICY : STORY
  const fields = new Map(names.map((name) => [name, field(controlOf(name, meta), labelOf(name, texts))]))
  const wordsOf = (name: Editable): string => fields.get(name)?.control.value.trim() ?? ''

  return {
    elements: [
      h('div', { class: 'meta-grid' }, ...[...fields].map(([name, { element }]) => wide(name, element))),
    ] as const,
    read(): Values {
      return Object.fromEntries([...fields.keys()].map((name) => [name, wordsOf(name)]))
    },
    /** Whether all is well; says beside the fields what is not, and goes to the first. */
    check(): boolean {
      const problems = new Map<Editable, string>()
      if (wordsOf('title') === '') problems.set('title', texts.needTitle)
      const url = wordsOf('url')
      if (url !== '' && !/^https?:\/\/\S+$/.test(url)) problems.set('url', texts.badUrl)
      const until = wordsOf('effectiveUntil')
      if (until !== '' && until < wordsOf('effectiveFrom')) problems.set('effectiveUntil', texts.badDates)
      for (const [name, { setError }] of fields) setError(problems.get(name))
      const first = [...fields].find(([name]) => problems.has(name))
      first?.[1].control.focus()
      return first === undefined
    },
  }
}

function controlOf(name: Editable, meta: DocumentMeta): HTMLInputElement | HTMLTextAreaElement {
  const value = meta[name]
  if (name === 'supersedes') {
    const lines = h('textarea', { rows: 2, class: 'few-lines' })
    lines.value = meta.supersedes?.join('\n') ?? ''
    return lines
  }
  return h('input', {
    type: DAYS.includes(name) ? 'date' : name === 'url' ? 'url' : 'text',
    maxlength: LENGTHS[name],
    autocomplete: 'off',
    value: typeof value === 'string' ? value : '',
  })
}

function labelOf(name: Editable, texts: DocumentTexts) {
  const hint = { title: texts.titleHint, supersedes: texts.supersedesHint, url: texts.urlHint } as Readonly<
    Record<string, string>
  >
  const words = hint[name]
  return { label: texts.fields[name], ...(words === undefined ? {} : { hint: words }) }
}

function wide(name: Editable, element: HTMLElement): HTMLElement {
  if (name === 'title' || name === 'supersedes' || name === 'url') element.classList.add('wide-field')
  return element
}
