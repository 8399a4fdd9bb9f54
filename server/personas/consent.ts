import type { ConsentRecord, PersonaFrontMatter } from './persona.ts'

export type ConsentScope = ConsentRecord['scopes'][number]

/**
 * Whether the persona may use `scope` at the instant `now` (epoch ms). Days count from 0:00 China time, `until` is
 * the last day. A fictional speaker or an institution needs no consent. (Civil Code art. 1019, 1021-1023: a likeness
 * or voice is used only by licence, and either side may end it.)
 */
export function consentAllows(
  persona: Pick<PersonaFrontMatter, 'speaker' | 'consent'>,
  scope: ConsentScope,
  now: number,
): boolean {
  if (persona.speaker !== 'real') return true
  const consent = persona.consent
  if (!consent?.scopes.includes(scope)) return false
  if (now < instantOf(consent.from)) return false
  if (consent.until !== undefined && now >= instantOf(consent.until) + 86_400_000) return false
  return consent.revoked === undefined || now < instantOf(consent.revoked)
}

/** A day is 0:00 China time; anything else must be a full ISO instant. What cannot be read counts as long ago: silence is the safe side. */
function instantOf(text: string): number {
  const instant = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00+08:00` : text)
  return Number.isNaN(instant) ? 0 : instant
}
