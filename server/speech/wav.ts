/** Sound as one channel of samples between -1 and 1. */
export interface Sound16 {
  /** Samples a second. */
  readonly rate: number
  readonly samples: Float32Array
}

/** Longest sound that is read, in seconds. */
const MOST_SECONDS = 90
/** Below this share of full scale there is nothing to hear. */
const SILENCE = 0.003

/** Bytes that hold no sound to play. The message says why, without repeating the bytes. */
export class UnreadableSound extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'UnreadableSound'
  }
}

/**
 * Reads a WAV file, PCM of 8 to 32 bits or 32-bit floats, channels mixed into one. Sizes in the header are believed
 * only as far as there are bytes: streaming servers write false ones. Throws {@link UnreadableSound} for other
 * formats, for silence, and for what is too long.
 */
export function readWav(bytes: Uint8Array): Sound16 {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const tag = (at: number) => (at + 4 <= bytes.length ? String.fromCharCode(...bytes.subarray(at, at + 4)) : '')
  if (tag(0) !== 'RIFF' || tag(8) !== 'WAVE') throw new UnreadableSound('it is no WAV file')
  let format: WavFormat | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true)
    const start = at + 8
    if (tag(at) === 'fmt ' && start + 16 <= bytes.length) format = readFormat(view, start, size)
    if (tag(at) === 'data') {
      if (format === undefined) throw new UnreadableSound('its data come before their format')
      // 0 and sizes beyond the end are what a server writes that does not know the length yet.
      const end = size === 0 || start + size > bytes.length ? bytes.length : start + size
      return readSamples(view, start, end, format)
    }
    at = start + size + (size & 1)
  }
  throw new UnreadableSound('it has no data')
}

interface WavFormat {
  readonly float: boolean
  readonly channels: number
  readonly rate: number
  readonly bits: number
}

function readFormat(view: DataView, at: number, size: number): WavFormat {
  const code = view.getUint16(at, true)
  const extended = code === 0xfffe && size >= 26 && at + 26 <= view.byteLength
  const kind = extended ? view.getUint16(at + 24, true) : code
  const format = {
    float: kind === 3,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  }
  const known = (kind === 1 && [8, 16, 24, 32].includes(format.bits)) || (kind === 3 && format.bits === 32)
  if (!known || format.channels < 1 || format.channels > 8 || format.rate < 4_000 || format.rate > 192_000)
    throw new UnreadableSound(`its format is not PCM (${kind}, ${format.bits} bits)`)
  return format
}

function readSamples(view: DataView, start: number, end: number, format: WavFormat): Sound16 {
  const { channels, rate, bits, float } = format
  const width = bits / 8
  const count = Math.floor((end - start) / (width * channels))
  if (count > rate * MOST_SECONDS) throw new UnreadableSound('it is too long')
  const samples = new Float32Array(count)
  let peak = 0
  for (let index = 0; index < count; index++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++)
      sum += readSample(view, start + (index * channels + channel) * width, bits, float)
    const mean = sum / channels
    const sample = Number.isFinite(mean) ? Math.max(-1, Math.min(1, mean)) : 0
    samples[index] = sample
    peak = Math.max(peak, Math.abs(sample))
  }
  if (peak < SILENCE) throw new UnreadableSound('it is silent')
  return { rate, samples }
}

function readSample(view: DataView, at: number, bits: number, float: boolean): number {
  if (float) return view.getFloat32(at, true)
  if (bits === 8) return (view.getUint8(at) - 128) / 128
  if (bits === 16) return view.getInt16(at, true) / 0x8000
  if (bits === 24) return ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 0x80_0000
  return view.getInt32(at, true) / 0x8000_0000
}

/** A chunk that stands beside the sound: four letters, and its content. */
export type WavChunk = readonly [id: string, content: Uint8Array]

/** A WAV file of 16-bit PCM, with other chunks before the sound. */
export function writeWav({ rate, samples }: Sound16, chunks: readonly WavChunk[] = []): Buffer {
  const format = Buffer.alloc(16)
  format.writeUInt16LE(1, 0)
  format.writeUInt16LE(1, 2)
  format.writeUInt32LE(rate, 4)
  format.writeUInt32LE(rate * 2, 8)
  format.writeUInt16LE(2, 12)
  format.writeUInt16LE(16, 14)
  const data = Buffer.alloc(samples.length * 2)
  for (const [index, sample] of samples.entries()) data.writeInt16LE(Math.round(sample * 0x7fff), index * 2)
  const body = Buffer.concat([['fmt ', format] as const, ...chunks, ['data', data] as const].map(writeChunk))
  const head = Buffer.alloc(12)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(body.length + 4, 4)
  head.write('WAVE', 8, 'latin1')
  return Buffer.concat([head, body])
}

function writeChunk([id, content]: WavChunk): Buffer {
  const head = Buffer.alloc(8)
  head.write(id, 0, 'latin1')
  head.writeUInt32LE(content.length, 4)
  return Buffer.concat([head, content, Buffer.alloc(content.length & 1)])
}
