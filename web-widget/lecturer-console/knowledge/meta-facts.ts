import type { DocumentMeta } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import type { DocumentTexts } from './document-texts.ts'

const STORY = ['personaId', 'source', 'licence', 'url'] as const
const POLICY = [
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
  'collection',
] as const
/** What a policy ought to say of itself, so it is shown even where it is missing. */
const EXPECTED: readonly string[] = ['issuedBy', 'documentNumber', 'effectiveFrom']

/** What is known of a document beside its text. */
export function metaFacts(meta: DocumentMeta, texts: DocumentTexts, personaName: (id: string) => string): HTMLElement {
  const names = meta.kind === 'policy' ? POLICY : STORY
  const facts = names.flatMap((name) => {
    const value = meta[name]
    const words = Array.isArray(value) ? value.join('；') : (value ?? '')
    if (words === '' && !(meta.kind === 'policy' && EXPECTED.includes(name))) return []
    return [h('dt', {}, texts.fields[name]), h('dd', {}, wordsOf(name, words, texts, personaName))]
  })
  return h('dl', { class: 'document-meta' }, ...facts)
}

function wordsOf(
  name: string,
  words: string,
  texts: DocumentTexts,
  personaName: (id: string) => string,
): Node | string {
  if (words === '') return h('span', { class: 'hint' }, texts.empty)
  if (name === 'personaId') return personaName(words)
  if (name !== 'url' || !/^https?:\/\//.test(words)) return words
  return h('a', { href: words, target: '_blank', rel: 'noopener noreferrer' }, words)
}
