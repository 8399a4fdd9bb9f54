import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { audioLengthMs } from '../../server/transcription/audio-length.ts'
import { type AudioType, audioTypeOf } from '../../server/transcription/audio-type.ts'
import { toneWav } from '../helpers/tone.ts'

const KINDS: AudioType[] = ['webm', 'ogg', 'mp4', 'm4a', 'wav', 'mp3']
const bytes = (...parts: (string | number[] | Buffer)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))
const uint32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]

/** WebM as a recorder streams it: sizes of segment and clusters unknown, no duration. */
function webm(clusters: { time: number; blocks: number[] }[]): Buffer {
  const unknown = [0x01, 255, 255, 255, 255, 255, 255, 255]
  return bytes(
    [0x1a, 0x45, 0xdf, 0xa3, 0x87, 0x42, 0x82, 0x84],
    'webm',
    [0x18, 0x53, 0x80, 0x67],
    unknown,
    [0x15, 0x49, 0xa9, 0x66, 0x87, 0x2a, 0xd7, 0xb1, 0x83, 0x0f, 0x42, 0x40],
    ...clusters.flatMap(({ time, blocks }) => [
      [0x1f, 0x43, 0xb6, 0x75],
      unknown,
      [0xe7, 0x84, ...uint32(time)],
      ...blocks.map((at) => [0xa3, 0x86, 0x81, (at >> 8) & 255, at & 255, 0x80, 1, 2]),
    ]),
  )
}

/** One page of Ogg with a payload of up to 255 bytes. */
function oggPage(position: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(28)
  head.write('OggS')
  head.writeBigInt64LE(BigInt(position), 6)
  head.writeUInt8(1, 26)
  head.writeUInt8(payload.length, 27)
  return bytes(head, payload)
}

function box(name: string, ...inside: (string | number[] | Buffer)[]): Buffer {
  const body = bytes(...inside)
  return bytes(uint32(body.length + 8), name, body)
}

/** MP4 in fragments, as Safari records it: no duration in front, one `trun` a fragment. */
function fragmentedMp4(scale: number, fragments: number[][]): Buffer {
  const zeros = [0, 0, 0, 0]
  let decoded = 0
  return bytes(
    box('ftyp', 'iso5', zeros),
    box(
      'moov',
      box('mvhd', zeros, zeros, zeros, uint32(1000), zeros),
      box('trak', box('mdia', box('mdhd', zeros, zeros, zeros, uint32(scale), zeros))),
    ),
    ...fragments.map((durations) => {
      const start = decoded
      decoded += durations.reduce((sum, duration) => sum + duration, 0)
      return box(
        'moof',
        box(
          'traf',
          box('tfhd', zeros, uint32(1)),
          box('tfdt', zeros, uint32(start)),
          box('trun', [0, 0, 1, 0], uint32(durations.length), ...durations.map(uint32)),
        ),
      )
    }),
    box('mdat', [1, 2, 3]),
  )
}

describe('the kind of a recording', () => {
  it('is told by its first bytes', () => {
    expect(audioTypeOf(webm([]))).toBe('webm')
    expect(audioTypeOf(oggPage(0, bytes('OpusHead')))).toBe('ogg')
    expect(audioTypeOf(fragmentedMp4(1, []))).toBe('mp4')
    expect(audioTypeOf(box('ftyp', 'M4A ', [0, 0, 0, 0]))).toBe('m4a')
    expect(audioTypeOf(toneWav(0.1))).toBe('wav')
    expect(audioTypeOf(bytes('ID3', [4, 0, 0, 0, 0, 0, 0]))).toBe('mp3')
    expect(audioTypeOf(bytes([0xff, 0xfb, 0x90, 0x00]))).toBe('mp3')
  })

  it('is none for pages, pictures, archives, Matroska video and other RIFF files', () => {
    const matroska = bytes([0x1a, 0x45, 0xdf, 0xa3, 0x8b, 0x42, 0x82, 0x88], 'matroska')
    const others = ['<!doctype html>', '\x89PNG\r\n\x1a\n', 'PK\x03\x04', 'RIFF\0\0\0\0AVI ', '\xff\xd8\xff\xe0', '']
    for (const other of [matroska, ...others.map((text) => bytes(text))]) expect(audioTypeOf(other)).toBeNull()
  })
})

describe('the length of a recording', () => {
  it('is read from every container', () => {
    expect(audioLengthMs(toneWav(2.5), 'wav')).toBe(2_500)
    expect(
      audioLengthMs(
        webm([
          { time: 0, blocks: [0, 60] },
          { time: 5_000, blocks: [0, 1_020] },
        ]),
        'webm',
      ),
    ).toBe(6_020)
    const opus = bytes(oggPage(0, bytes('OpusHead', Buffer.alloc(11))), oggPage(96_000, Buffer.alloc(200)))
    expect(audioLengthMs(opus, 'ogg')).toBe(2_000)
    expect(audioLengthMs(fragmentedMp4(48_000, [[1_024, 1_024], [45_952]]), 'mp4')).toBe(1_000)
    // 128 kbit/s at 44.1 kHz: 417 bytes hold 1,152 samples.
    const frame = bytes([0xff, 0xfb, 0x90, 0x00], Buffer.alloc(413))
    expect(audioLengthMs(bytes(...Array.from({ length: 100 }, () => frame)), 'mp3')).toBeCloseTo(2_612, 0)
  })

  it('is what is there, where a header claims less or more', () => {
    const claimsNothing = toneWav(3)
    claimsNothing.writeUInt32LE(0, 40)
    expect(audioLengthMs(claimsNothing, 'wav')).toBe(3_000)
    const claimsMuch = toneWav(3)
    claimsMuch.writeUInt32LE(0xffffffff, 40)
    expect(audioLengthMs(claimsMuch, 'wav')).toBe(3_000)
  })

  it('of fragments is their sum', () => {
    const durations = fc.array(fc.array(fc.integer({ min: 1, max: 4_096 }), { minLength: 1, maxLength: 20 }), {
      minLength: 1,
      maxLength: 10,
    })
    fc.assert(
      fc.property(durations, fc.integer({ min: 8_000, max: 96_000 }), (fragments, scale) => {
        const sum = fragments.flat().reduce((total, duration) => total + duration, 0)
        expect(audioLengthMs(fragmentedMp4(scale, fragments), 'mp4')).toBeCloseTo((sum / scale) * 1_000, 6)
      }),
    )
  })

  it('never throws, loops or makes up a negative, whatever the bytes', () => {
    const whole = [
      webm([{ time: 0, blocks: [0, 60, 120] }]),
      oggPage(960, bytes('OpusHead', Buffer.alloc(11))),
      fragmentedMp4(48_000, [[1_024]]),
      toneWav(0.02),
      bytes([0xff, 0xfb, 0x90, 0x00], Buffer.alloc(413)),
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...whole),
        fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }),
        fc.nat(600),
        fc.constantFrom(...KINDS),
        (file, changes, length, type) => {
          const broken = Buffer.from(file.subarray(0, length))
          for (const [at, value] of changes) if (at < broken.length) broken[at] = value
          const ms = audioLengthMs(broken, type)
          if (ms !== null) expect(ms).toBeGreaterThan(0)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
