import { describe, expect, it } from 'vitest'
import { consentAllows } from '../../server/personas/consent.ts'
import type { ConsentRecord } from '../../server/personas/persona.ts'
import { createPersonas } from '../../server/personas/personas.ts'
import { somePersona } from '../helpers/model-request.ts'

const at = (instant: string) => Date.parse(instant)
const consent: ConsentRecord = { scopes: ['text'], from: '2026-03-01', until: '2026-03-31' }

describe('consent', () => {
  it.each([
    ['the last moment before its first day in China', '2026-02-28T23:59:59+08:00', false],
    ['its first moment', '2026-03-01T00:00:00+08:00', true],
    ['the last moment of its last day', '2026-03-31T23:59:59+08:00', true],
    ['the moment after', '2026-04-01T00:00:00+08:00', false],
  ])('at %s', (_name, instant, allowed) => {
    expect(consentAllows({ speaker: 'real', consent }, 'text', at(instant))).toBe(allowed)
  })

  it.each([
    ['a day', '2026-03-10', '2026-03-09T23:59:59+08:00', '2026-03-10T00:00:00+08:00'],
    ['an instant', '2026-03-10T15:30:00+08:00', '2026-03-10T15:29:59+08:00', '2026-03-10T15:30:00+08:00'],
  ])('ends at the withdrawal: %s', (_name, revoked, before, after) => {
    expect(consentAllows({ speaker: 'real', consent: { ...consent, revoked } }, 'text', at(before))).toBe(true)
    expect(consentAllows({ speaker: 'real', consent: { ...consent, revoked } }, 'text', at(after))).toBe(false)
  })

  it('is silence where the withdrawal cannot be read, where there is none, and beyond its scopes', () => {
    const now = at('2026-03-10T12:00:00+08:00')
    expect(consentAllows({ speaker: 'real', consent: { ...consent, revoked: '某日' } }, 'text', now)).toBe(false)
    expect(consentAllows({ speaker: 'real' }, 'text', now)).toBe(false)
    expect(consentAllows({ speaker: 'real', consent }, 'voice', now)).toBe(false)
    expect(consentAllows({ speaker: 'real', consent }, 'likeness', now)).toBe(false)
    expect(consentAllows({ speaker: 'fictional' }, 'voice', now)).toBe(true)
    expect(consentAllows({ speaker: 'institution' }, 'likeness', now)).toBe(true)
  })
})

describe('personas', () => {
  const real = somePersona({ id: 'real', speaker: 'real', consent })
  const made = somePersona({ id: 'made' })
  const knowledge = { documents: [], personas: [real, made], language: {}, hash: '0' }

  it('speak while they may, by the clock', () => {
    let now = at('2026-03-31T23:59:59+08:00')
    const personas = createPersonas(knowledge, () => now)
    expect(personas.list().map(({ id }) => id)).toEqual(['real', 'made'])
    now += 1_000
    expect(personas.list().map(({ id }) => id)).toEqual(['made'])
    expect(personas.get('real')).toBeUndefined()
  })

  it('fall silent on a withdrawal, until the folder says otherwise, and say who has', () => {
    const personas = createPersonas(knowledge, () => at('2026-03-10T12:00:00+08:00'))
    personas.withdraw('made')
    expect(personas.get('made')).toBeUndefined()
    expect(personas.update({ ...knowledge, personas: [made] })).toEqual(['real'])
    expect(personas.list().map(({ id }) => id)).toEqual(['made'])
    expect(personas.update({ ...knowledge, personas: [] })).toEqual(['made'])
    expect(personas.get('__proto__')).toBeUndefined()
  })
})
