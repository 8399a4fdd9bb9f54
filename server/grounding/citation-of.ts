import { createHash } from 'node:crypto'
import type { Citation } from '../protocol/citation.ts'
import type { Evidence } from './checked-sentence.ts'

/**
 * The citation that shows `evidence`: its exact words and their SHA-256. Its index in the answer's list is the caller's
 * to give. The words come from the passage itself, so that they are those that were checked even where the document has
 * been edited since.
 * @throws RangeError where the span does not lie inside the passage.
 */
export function citationFrom({ passage, start, end }: Evidence): Omit<Citation, 'index'> {
  if (start < passage.start || end <= start || end > passage.end) {
    throw new RangeError(`Evidence ${start}–${end} lies outside passage ${passage.id}`)
  }
  const quote = passage.text.slice(start - passage.start, end - passage.start)
  const { kind, issuedBy, documentNumber, effectiveFrom, url } = passage.meta
  return {
    documentId: passage.documentId,
    title: passage.title,
    kind,
    quote,
    start,
    end,
    quoteSha256: createHash('sha256').update(quote, 'utf8').digest('hex'),
    ...(issuedBy !== undefined && { issuedBy }),
    ...(documentNumber !== undefined && { documentNumber }),
    ...(effectiveFrom !== undefined && { effectiveFrom }),
    ...(url !== undefined && { url }),
  }
}
