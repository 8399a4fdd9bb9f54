import type { NearDuplicate } from '../../../server/protocol/console-knowledge.ts'
import { h } from '../../parts/dom.ts'
import { documentAddress } from './document-card.ts'
import type { KnowledgeTexts } from './knowledge-texts.ts'

/** A warning for each document that says nearly the same, with the way to it. */
export function duplicateList(duplicates: readonly NearDuplicate[], texts: KnowledgeTexts): HTMLElement[] {
  return duplicates.map(({ documentId, title, similarity }) =>
    h(
      'p',
      { class: 'alike' },
      // 99.6 % is not yet the same text.
      similarity >= 1 ? texts.same : texts.alike(Math.min(99, Math.floor(similarity * 100))),
      h('a', { href: documentAddress(documentId) }, title),
    ),
  )
}
