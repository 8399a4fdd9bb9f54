import { ProtocolError } from '../protocol/errors.ts'
import { chinaDay } from '../turn/china-day.ts'
import type { CorrectionsContext } from './corrections-context.ts'
import type { CorrectionContent } from './live-correction.ts'

/**
 * The content as it is stored: without white space around and without the same phrasing twice.
 * Throws `not-possible`, saying why, where its source does not hold: a span of a document must be its stored text as it
 * is now, own words cannot have been said tomorrow.
 */
export function checkedContent(
  { document, persona, now }: Pick<CorrectionsContext, 'document' | 'persona' | 'now'>,
  personaId: string,
  content: CorrectionContent,
): CorrectionContent {
  const today = chinaDay(now())
  const { source, validUntil } = content
  const question = content.question.trim()
  const answer = content.answer.trim()
  if (question === '' || answer === '') throw refused('The question and the answer need words.')
  if (validUntil !== undefined && !(isDay(validUntil) && validUntil >= today)) {
    throw refused('The last day that it is valid on has passed.')
  }
  if (source.kind === 'own-words') {
    if (!(isDay(source.saidOn) && source.saidOn <= today)) throw refused('Nothing can have been said in the future.')
  } else {
    const stored = document(source.documentId)
    const speaks = stored !== undefined && persona(personaId)?.collections.includes(stored.collection) === true
    if (!speaks) throw refused('The document of the source is none of this persona.')
    if (source.end <= source.start || stored.text.slice(source.start, source.end) !== source.quote) {
      throw refused('The source is not what the document says there now. Choose the passage again.')
    }
  }
  return {
    question,
    phrasings: distinct(content.phrasings).filter((phrasing) => phrasing !== question),
    notThese: distinct(content.notThese),
    answer,
    source,
    ...(validUntil === undefined ? {} : { validUntil }),
  }
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))]
}

function isDay(day: string): boolean {
  const instant = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(day)
}

function refused(detail: string): ProtocolError {
  return new ProtocolError('not-possible', detail)
}
