import { createHash } from 'node:crypto'
import type { Static } from 'typebox'
import type { CorrectionDraft } from '../protocol/console-correction.ts'

/** What a correction says: the question, other ways to ask it, what it must not answer, the approved words, their source. */
export type CorrectionContent = Pick<
  Static<typeof CorrectionDraft>,
  'question' | 'phrasings' | 'notThese' | 'answer' | 'source' | 'validUntil'
>

/** A correction that answers now. */
export interface LiveCorrection {
  readonly id: string
  readonly personaId: string
  readonly version: number
  readonly content: CorrectionContent
}

/** The content alone, its keys in one order. */
export function contentOf(from: CorrectionContent): CorrectionContent {
  const { question, phrasings, notThese, answer, source, validUntil } = from
  return { question, phrasings, notThese, answer, source, ...(validUntil === undefined ? {} : { validUntil }) }
}

/** Hex SHA-256 of the content as JSON with its keys sorted: equal for equal content, whoever wrote it down. */
export function contentHash(from: CorrectionContent): string {
  return createHash('sha256')
    .update(sortedJson(contentOf(from)))
    .digest('hex')
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  )
}

/** Whether the content may answer on `day` (YYYY-MM-DD); `validUntil` is the last day. */
export function isValidOn({ validUntil }: Pick<CorrectionContent, 'validUntil'>, day: string): boolean {
  return validUntil === undefined || day <= validUntil
}

/** The question and its other phrasings, as the matcher takes them. */
export function phrasingsOf({ question, phrasings }: CorrectionContent): string[] {
  return [question, ...phrasings]
}
