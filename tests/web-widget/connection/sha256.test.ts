import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../../../web-widget/connection/digest.ts'
import { sha256 } from '../../../web-widget/connection/sha256.ts'

describe('SHA-256 without crypto.subtle', () => {
  it('equals the standard digest for every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Buffer.from(sha256(bytes)).toString('hex')).toBe(createHash('sha256').update(bytes).digest('hex'))
      }),
    )
  })

  it('digests text as UTF-8', async () => {
    expect(await sha256Hex('焊缝不会说谎😀')).toBe(createHash('sha256').update('焊缝不会说谎😀').digest('hex'))
  })
})
