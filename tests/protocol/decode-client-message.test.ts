import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkClientMessage, decodeClientMessage } from '../../server/protocol/decode-client-message.ts'
import { ProtocolError } from '../../server/protocol/errors.ts'

const TYPES = [
  'session-open',
  'turn-ask',
  'answer-ack',
  'answer-resume',
  'turn-stop',
  'feedback-give',
  'session-forget',
  'pong',
]
const FIELDS = [
  'type',
  'personaId',
  'sessionId',
  'token',
  'have',
  'locale',
  'turnId',
  'text',
  'answerId',
  'epoch',
  'seq',
  'rating',
  '__proto__',
]
const UUID = '0b5c7e2e-6c1c-4d0c-9a55-0a6f3c9f1b11'

/** What it makes of a frame: a message, or the only error that it may throw. */
function decoded(frame: string): unknown {
  try {
    return decodeClientMessage(frame)
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError)
    expect((error as ProtocolError).code).toBe('bad-frame')
    return undefined
  }
}

describe('decodeClientMessage', () => {
  it('throws nothing but bad-frame, whatever it is given', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (frame) => void decoded(frame)))
    fc.assert(fc.property(fc.json(), (frame) => void decoded(frame)))
  })

  it('throws nothing but bad-frame on frames that are almost right', () => {
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom(...TYPES, UUID, '', 'up'), fc.integer(), fc.uuid())
    const almost = fc
      .dictionary(fc.constantFrom(...FIELDS), value)
      .chain((fields) => fc.constantFrom(...TYPES).map((type) => JSON.stringify({ ...fields, type })))
    fc.assert(
      fc.property(almost, (frame) => {
        const message = decoded(frame)
        if (message === undefined) return
        expect(TYPES).toContain((message as { type: string }).type)
        // What it gives is of the protocol, and decoding it again changes nothing.
        expect(decodeClientMessage(JSON.stringify(message))).toEqual(message)
      }),
      { numRuns: 500 },
    )
  })

  it('repeats nothing of what the visitor wrote in its reason', () => {
    const secret = '紫水晶的秘密'
    for (const frame of [
      secret,
      JSON.stringify({ type: secret }),
      JSON.stringify({ type: 'turn-ask', turnId: secret, text: secret }),
      JSON.stringify({ type: 'turn-ask', turnId: UUID, text: { [secret]: secret } }),
      JSON.stringify({ type: 'feedback-give', turnId: UUID, rating: secret }),
      JSON.stringify({ type: 'feedback-give', turnId: UUID, rating: 'up', comment: secret.repeat(400) }),
    ]) {
      expect(() => decodeClientMessage(frame)).toThrow(ProtocolError)
      try {
        decodeClientMessage(frame)
      } catch (error) {
        expect(String(error)).not.toContain(secret)
      }
    }
  })

  it('leaves out fields that the protocol does not know, and prototypes with them', () => {
    const message = decodeClientMessage(
      `{"type":"turn-stop","turnId":"${UUID}","admin":true,"__proto__":{"admin":true},"constructor":1}`,
    )
    expect(message).toEqual({ type: 'turn-stop', turnId: UUID })
    expect('admin' in message).toBe(false)
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype)
    expect(() => checkClientMessage(Object.create({ type: 'pong' }))).toThrow(ProtocolError)
  })

  it('survives nesting that would end a recursion', () => {
    expect(decoded(`${'['.repeat(8_000)}${']'.repeat(8_000)}`)).toBeUndefined()
    const deep = `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`
    expect([undefined, { type: 'pong' }]).toContainEqual(decoded(`{"type":"pong","pad":${deep}}`))
  })
})
