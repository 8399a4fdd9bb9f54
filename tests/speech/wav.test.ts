import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aiMetadata } from '../../server/speech/ai-metadata.ts'
import { readWav, UnreadableSound, writeWav } from '../../server/speech/wav.ts'

const tone = (count: number) => Float32Array.from({ length: count }, (_, at) => Math.sin(at / 7) * 0.5)
const right = writeWav({ rate: 16_000, samples: tone(1_600) })

/** A WAV of any format with the same sound in all channels. */
function wavOf(kind: number, channels: number, bits: number, write: (to: Buffer, at: number, value: number) => void) {
  const data = Buffer.alloc((1_600 * channels * bits) / 8)
  for (const [at, value] of tone(1_600).entries())
    for (let channel = 0; channel < channels; channel++) write(data, ((at * channels + channel) * bits) / 8, value)
  const head = Buffer.from(right.subarray(0, 44))
  head.writeUInt16LE(kind, 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt16LE(bits, 34)
  head.writeUInt32LE(data.length, 40)
  return Buffer.concat([head, data])
}

describe('readWav', () => {
  it('reads what was written, with other chunks in between', () => {
    const marked = writeWav({ rate: 16_000, samples: tone(1_600) }, aiMetadata({ producer: 'p', id: 'x' }))
    for (const bytes of [right, marked]) {
      const { rate, samples } = readWav(bytes)
      expect(rate).toBe(16_000)
      expect(samples.length).toBe(1_600)
      for (const [at, value] of tone(1_600).entries()) expect(Math.abs((samples[at] ?? 9) - value)).toBeLessThan(0.001)
    }
  })

  it.each([
    ['8 bits', wavOf(1, 1, 8, (to, at, value) => to.writeUInt8(Math.round(value * 127) + 128, at))],
    ['24 bits', wavOf(1, 1, 24, (to, at, value) => to.writeIntLE(Math.round(value * 0x7fffff), at, 3))],
    ['32 bits', wavOf(1, 1, 32, (to, at, value) => to.writeInt32LE(Math.round(value * 0x7fffffff), at))],
    ['floats', wavOf(3, 1, 32, (to, at, value) => to.writeFloatLE(value, at))],
    ['two channels', wavOf(1, 2, 16, (to, at, value) => to.writeInt16LE(Math.round(value * 0x7fff), at))],
  ])('reads %s', (_name, bytes) => {
    const { samples } = readWav(bytes)
    expect(samples.length).toBe(1_600)
    expect(samples[11]).toBeCloseTo(Math.sin(11 / 7) * 0.5, 1)
  })

  it.each([0, 0x7ffff000, 0xffffffff, 44])('believes a false size of %i only as far as there are bytes', (size) => {
    const bytes = Buffer.from(right)
    bytes.writeUInt32LE(size, 4)
    bytes.writeUInt32LE(size, 40)
    expect(readWav(bytes).samples.length).toBe(size === 44 ? 22 : 1_600)
  })

  it('reads what there is of a file that is cut off in the middle of a sample', () => {
    expect(readWav(right.subarray(0, 44 + 2_001)).samples.length).toBe(1_000)
  })

  it.each([
    ['MP3', Buffer.from('ID3\x04aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')],
    ['nothing', Buffer.alloc(0)],
    ['a head alone', right.subarray(0, 44)],
    ['silence', Buffer.concat([right.subarray(0, 44), Buffer.alloc(3_200)])],
    ['A-law', wavOf(6, 1, 8, () => undefined)],
  ])('refuses %s', (_name, bytes) => {
    expect(() => readWav(bytes)).toThrow(UnreadableSound)
  })

  it('never fails in another way', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(60), (noise, at) => {
        const bytes = Buffer.from(right.subarray(0, 200))
        bytes.set(noise.subarray(0, bytes.length - at), at)
        try {
          readWav(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableSound)
        }
      }),
    )
  })
})
