import fc from 'fast-check'
import { Secret } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { newRecoveryCodes, newTotp, totpStep } from '../../server/accounts/second-factor.ts'

// RFC 6238, appendix B: the secret "12345678901234567890", SHA-1; the last six of its eight digits.
const RFC_SECRET = Secret.fromLatin1('12345678901234567890').base32
const RFC_CODES = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
] as const

describe('the second factor', () => {
  it.each(RFC_CODES)('takes the code of RFC 6238 at second %i', (seconds, code) => {
    const step = Math.floor(seconds / 30)
    expect(totpStep(RFC_SECRET, code, seconds * 1000, null)).toBe(step)
    expect(totpStep(RFC_SECRET, `${code.slice(0, 3)} ${code.slice(3)}`, seconds * 1000, step - 1)).toBe(step)
  })

  it('takes it within one step of its time, each step once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RFC_CODES), fc.integer({ min: -4, max: 4 }), ([seconds, code], offset) => {
        const step = Math.floor(seconds / 30)
        const now = (step + offset) * 30_000 + 15_000
        expect(totpStep(RFC_SECRET, code, now, null)).toBe(Math.abs(offset) <= 1 ? step : null)
        expect(totpStep(RFC_SECRET, code, now, step)).toBeNull()
        expect(totpStep(RFC_SECRET, code, now, step + 1)).toBeNull()
      }),
    )
  })

  it.each(['', '28708', '2870820', '28708a', '000000', '２８７０８２'])('refuses %s', (code) => {
    expect(totpStep(RFC_SECRET, code, 59_000, null)).toBeNull()
  })

  it('has a new secret of 160 bits each time, in an address for authenticators', () => {
    const [one, other] = [newTotp('li'), newTotp('li')]
    expect(Secret.fromBase32(one.secret).bytes).toHaveLength(20)
    expect(one.secret).not.toBe(other.secret)
    expect(one.uri).toMatch(/^otpauth:\/\/totp\/Lecturer%20avatars:li\?.*period=30/)
  })

  it('has ten recovery codes without letters that look alike', () => {
    const { codes, hashes } = newRecoveryCodes()
    expect(new Set([...codes, ...hashes]).size).toBe(20)
    for (const code of codes) expect(code).toMatch(/^[a-hjkmnp-z2-9]{5}-[a-hjkmnp-z2-9]{5}$/)
  })
})
