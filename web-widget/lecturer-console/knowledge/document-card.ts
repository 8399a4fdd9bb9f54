import type { DocumentRow } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import { formatAddress } from '../address.ts'
import { ago } from '../parts/format.ts'
import type { ConsoleContext } from '../view.ts'
import { type KnowledgeTexts, plainNumber } from './knowledge-texts.ts'

/** The page of a document. */
export function documentAddress(id: string, more: Readonly<Record<string, string | undefined>> = {}): string {
  return formatAddress('/document', { id, ...more })
}

/** One document in the list: a link to its page with all that says how it stands. */
export function documentCard(
  row: DocumentRow,
  { language, personaName }: Pick<ConsoleContext, 'language' | 'personaName'>,
  texts: KnowledgeTexts,
): HTMLElement {
  const { meta } = row
  const owner = meta.personaId === undefined ? (meta.issuedBy ?? '') : personaName(meta.personaId)
  const facts = [owner, meta.documentNumber ?? '', texts.size(plainNumber(row.characters, language), row.passages)]
  const changed =
    row.changedAt === null || row.changedBy === null ? '' : texts.changed(row.changedBy, ago(row.changedAt, language))
  return h(
    'li',
    {},
    h(
      'a',
      { class: 'card document-card', href: documentAddress(row.id) },
      h('span', { class: 'document-title' }, meta.title),
      h('span', { class: 'chips' }, ...standing(row, texts)),
      h('span', { class: 'document-facts' }, facts.filter((fact) => fact !== '').join(' · ')),
      changed !== '' && h('span', { class: 'document-facts' }, changed),
    ),
  )
}

/** Chips that say in words how a document stands. */
export function standing(row: DocumentRow, texts: KnowledgeTexts): HTMLElement[] {
  const chip = (text: string, kind = '') => h('span', { class: `chip ${kind}`.trim() }, text)
  return [
    chip(texts.states[row.state], { draft: 'warn', published: 'good', withdrawn: 'bad' }[row.state]),
    ...(row.paused ? [chip(texts.paused, 'bad')] : []),
    ...(row.draftVersion !== null && row.state === 'published' ? [chip(texts.draftWaiting, 'warn')] : []),
    ...(row.inForce ? [] : [chip(texts.notInForce, 'warn')]),
    chip(texts.kinds[row.meta.kind]),
    chip(texts.origins[row.origin]),
  ]
}
