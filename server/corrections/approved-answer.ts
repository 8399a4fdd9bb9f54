import { createHash } from 'node:crypto'
import type { Document } from '../knowledge/document.ts'
import type { Persona } from '../personas/persona.ts'
import type { Citation } from '../protocol/citation.ts'
import { sentenceSpans } from '../retrieval/sentence-spans.ts'
import type { LiveCorrection } from './live-correction.ts'

/** A correction as a visitor gets it. */
export interface ApprovedAnswer {
  readonly correctionId: string
  /** Joined, they are the approved words, character for character. */
  readonly sentences: readonly string[]
  readonly citation: Omit<Citation, 'index'>
}

/** The document that a correction's own words stand in: `/v1/documents/corrections/<id>`. */
export interface CorrectionDocument {
  readonly id: string
  readonly hash: string
  readonly title: string
  readonly kind: 'correction'
  readonly source?: string
  readonly issuedOn?: string
  readonly text: string
}

const PREFIX = 'corrections/'

/**
 * The approved words with their source: the span of the document where the words rest on one and it is still there,
 * else the approved words themselves.
 */
export function approvedAnswer(
  correction: LiveCorrection,
  persona: Pick<Persona, 'name' | 'speaker'>,
  document: (id: string) => Document | undefined,
): ApprovedAnswer {
  const { answer } = correction.content
  return {
    correctionId: correction.id,
    sentences: intoWholeSentences(answer),
    citation: documentCitation(correction, document) ?? {
      documentId: PREFIX + correction.id,
      title: titleOf(persona),
      kind: 'correction',
      quote: answer,
      start: 0,
      end: answer.length,
      quoteSha256: sha256(answer),
    },
  }
}

/** The approved words as a document that anybody may open. */
export function correctionDocument(
  { id, content: { answer, source } }: LiveCorrection,
  persona: Pick<Persona, 'name' | 'speaker'>,
): CorrectionDocument {
  return {
    id: PREFIX + id,
    hash: sha256(answer),
    title: titleOf(persona),
    kind: 'correction',
    ...(source.kind === 'own-words' ? { issuedOn: source.saidOn } : {}),
    ...(source.kind === 'own-words' && source.note !== undefined ? { source: source.note } : {}),
    text: answer,
  }
}

/** The id of the correction that a document id names. */
export function correctionIdOf(documentId: string): string | undefined {
  return documentId.startsWith(PREFIX) ? documentId.slice(PREFIX.length) : undefined
}

function documentCitation(
  { content: { source } }: LiveCorrection,
  documentOf: (id: string) => Document | undefined,
): Omit<Citation, 'index'> | undefined {
  if (source.kind !== 'document') return undefined
  const document = documentOf(source.documentId)
  const start = document === undefined ? -1 : placeOf(source.quote, source.start, document.text)
  if (document === undefined || start === -1) return undefined
  const { title, issuedBy, documentNumber, effectiveFrom, url } = document.meta
  return {
    documentId: document.id,
    title,
    kind: 'correction',
    quote: source.quote,
    start,
    end: start + source.quote.length,
    quoteSha256: sha256(source.quote),
    ...(issuedBy !== undefined && { issuedBy }),
    ...(documentNumber !== undefined && { documentNumber }),
    ...(effectiveFrom !== undefined && { effectiveFrom }),
    ...(url !== undefined && { url }),
  }
}

/** Where a quote stands in a text now: at its old place, or else where it stands first; -1 where it is gone. */
export function placeOf(quote: string, start: number, text: string): number {
  return text.startsWith(quote, start) ? start : text.indexOf(quote)
}

function titleOf({ name, speaker }: Pick<Persona, 'name' | 'speaker'>): string {
  return speaker === 'institution' ? `${name}核定的答复` : `${name}审定的回答`
}

/** Cuts before each sentence, so that nothing between two of them is lost. */
function intoWholeSentences(text: string): string[] {
  const starts = sentenceSpans(text).map(({ start }) => start)
  const cuts = [0, ...starts.slice(1), text.length]
  return cuts.slice(1).map((end, index) => text.slice(cuts[index], end))
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
