import type { Citation } from '../../server/protocol/citation.ts'
import { h } from '../parts/dom.ts'
import { icon } from '../parts/icons.ts'
import { dateText } from '../translations/times.ts'
import type { Language } from '../translations/translations.ts'
import type { ViewContext } from './view-context.ts'

/** One list of everything an answer rests on: where it comes from and the exact words, as plain text. */
export function drawSources(
  citations: readonly Citation[],
  chosen: number | null,
  context: ViewContext,
  hint: string,
  openDocument: (citation: Citation) => void,
): { content: HTMLElement[]; focus: HTMLElement | null } {
  const articles = [...citations]
    .sort((a, b) => a.index - b.index)
    .map((citation) => drawSource(citation, citation.index === chosen, context, openDocument))
  return {
    content: [h('p', { class: 'hint' }, hint), ...articles],
    focus: articles.find((article) => article.classList.contains('chosen')) ?? null,
  }
}

function drawSource(
  citation: Citation,
  chosen: boolean,
  context: ViewContext,
  openDocument: (citation: Citation) => void,
): HTMLElement {
  const { texts } = context.language
  const icons = { story: 'book', policy: 'scroll', correction: 'pen' } as const
  const facts: [string, string | undefined][] = [
    [texts.issuedBy, citation.issuedBy],
    [texts.documentNumber, citation.documentNumber],
    [
      texts.effectiveFrom,
      citation.effectiveFrom === undefined ? undefined : dayText(citation.effectiveFrom, context.language),
    ],
  ]
  const known = facts.filter(([, value]) => value !== undefined && value !== '')
  const address = safeAddress(citation.url)
  return h(
    'article',
    {
      class: chosen ? 'source chosen' : 'source',
      tabindex: -1,
      'aria-label': texts.citation(citation.index + 1, citation.title),
    },
    h(
      'p',
      { class: 'kind' },
      h('span', { class: 'number' }, String(citation.index + 1)),
      icon(icons[citation.kind]),
      texts.kinds[citation.kind],
    ),
    h('h3', {}, citation.title),
    known.length > 0 && h('dl', {}, ...known.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value ?? '')])),
    h('blockquote', {}, h('mark', {}, citation.quote)),
    // A correction is the lecturer's own words for one question; it stands in no document.
    citation.kind !== 'correction' &&
      h('button', { type: 'button', class: 'button plain', onclick: () => openDocument(citation) }, texts.viewDocument),
    // A public screen must not be led away from.
    address !== null &&
      !context.kiosk &&
      h('a', { class: 'away', href: address, target: '_blank', rel: 'noopener noreferrer' }, texts.openDocument),
  )
}

function dayText(day: string, language: Language): string {
  const at = Date.parse(`${day}T00:00:00`)
  return Number.isNaN(at) ? day : dateText(at, language.tag)
}

/** Only web addresses become links. */
function safeAddress(address: string | undefined): string | null {
  return address !== undefined && /^https?:\/\//i.test(address) ? address : null
}
