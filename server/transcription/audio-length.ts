import type { AudioType } from './audio-type.ts'

/**
 * How long a recording is, in milliseconds, by what its container says of its packets; null where it says nothing.
 * Only headers are read: nothing is decoded. Layouts: RFC 9559 (Matroska, WebM), RFC 3533 and 7845 (Ogg, Opus),
 * ISO/IEC 14496-12 (MP4), ISO/IEC 11172-3 (MP3).
 */
export function audioLengthMs(bytes: Uint8Array, type: AudioType): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const length = MEASURES[type](view)
    return length !== null && Number.isFinite(length) && length > 0 ? length : null
  } catch (error) {
    // A header that points beyond the end.
    if (error instanceof RangeError) return null
    throw error
  }
}

const MEASURES: Readonly<Record<AudioType, (view: DataView) => number | null>> = {
  webm: webmLength,
  ogg: oggLength,
  mp4: mp4Length,
  m4a: mp4Length,
  wav: wavLength,
  mp3: mp3Length,
}

const SEGMENT = 0x18538067
const CLUSTER = 0x1f43b675
const INFO = 0x1549a966
const BLOCK_GROUP = 0xa0

/** A recorder writes no duration in front, so the time of the last block counts. */
function webmLength(view: DataView): number | null {
  let scale = 1_000_000
  let told = 0
  let cluster = 0
  let last = 0
  for (let at = 0; at < view.byteLength - 1; ) {
    const id = readVint(view, at, false)
    const size = readVint(view, at + id.width, true)
    const from = at + id.width + size.width
    const inside = [SEGMENT, CLUSTER, INFO, BLOCK_GROUP].includes(id.value)
    if (id.value === 0x2ad7b1) scale = readUint(view, from, size.value)
    if (id.value === 0x4489) told = size.value === 8 ? view.getFloat64(from) : view.getFloat32(from)
    if (id.value === 0xe7) cluster = readUint(view, from, size.value)
    if ((id.value === 0xa3 || id.value === 0xa1) && from + 4 <= view.byteLength) {
      const track = readVint(view, from, true)
      last = Math.max(last, cluster + view.getInt16(from + track.width))
    }
    if (!inside && size.value === Number.POSITIVE_INFINITY) break
    at = inside ? from : from + size.value
  }
  return (Math.max(told, last) * scale) / 1e6
}

/** A number whose leading zeros tell its width; all ones mean an unknown size. */
function readVint(view: DataView, at: number, asNumber: boolean): { width: number; value: number } {
  const first = view.getUint8(at)
  const width = Math.clz32(first) - 23
  if (width > 8) throw new RangeError('not an EBML number')
  const mask = 2 ** (8 - width) - 1
  let value = asNumber ? first & mask : first
  let unknown = asNumber && (first & mask) === mask
  for (let index = 1; index < width; index++) {
    const byte = view.getUint8(at + index)
    unknown &&= byte === 0xff
    value = value * 256 + byte
  }
  return { width, value: unknown ? Number.POSITIVE_INFINITY : value }
}

function readUint(view: DataView, at: number, width: number): number {
  let value = 0
  for (let index = 0; index < Math.min(width, 8); index++) value = value * 256 + view.getUint8(at + index)
  return value
}

/** The last page's position, counted in samples: of 48 kHz for Opus, of its own rate for Vorbis. */
function oggLength(view: DataView): number | null {
  let rate = 0
  let last = 0
  for (let at = 0; at + 27 <= view.byteLength; ) {
    if (view.getUint32(at) !== 0x4f676753) break
    const segments = view.getUint8(at + 26)
    let size = 27 + segments
    if (rate === 0) {
      const head = at + size
      if (view.getUint32(head) === 0x4f707573) rate = 48_000
      else if (view.getUint32(head + 1) === 0x766f7262) rate = view.getUint32(head + 12, true)
      else return null
    }
    for (let index = 0; index < segments; index++) size += view.getUint8(at + 27 + index)
    const position = Number(view.getBigInt64(at + 6, true))
    last = Math.max(last, position)
    at += size
  }
  return (last / rate) * 1000
}

function wavLength(view: DataView): number | null {
  let rate = 0
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const size = view.getUint32(at + 4, true)
    if (view.getUint32(at) === 0x666d7420) rate = view.getUint32(at + 16, true)
    // A recorder that did not come back to the header leaves the size 0 or the largest: what is there counts.
    if (view.getUint32(at) === 0x64617461) {
      const there = view.byteLength - at - 8
      return (1000 * (size === 0 ? there : Math.min(size, there))) / rate
    }
    at += 8 + size + (size % 2)
  }
  return null
}

const BOXES_INSIDE = new Set(['moov', 'trak', 'mdia', 'mvex', 'moof', 'traf'])

/** The header's duration, or the end of the last fragment where the recorder wrote none. */
function mp4Length(view: DataView): number | null {
  let told = 0
  let scale = 0
  let usual = 0
  let end = 0
  let decoded = 0
  let ofFragment = 0
  const walk = (from: number, to: number): void => {
    for (let at = from; at + 8 <= to; ) {
      const short = view.getUint32(at)
      const name = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)))
      const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short === 0 ? to - at : short
      const body = at + (short === 1 ? 16 : 8)
      if (size < 8) return
      const version = BOXES_INSIDE.has(name) || body + 4 > to ? 0 : view.getUint8(body)
      const flags = BOXES_INSIDE.has(name) || body + 4 > to ? 0 : view.getUint32(body) & 0xffffff
      if (name === 'mvhd' || name === 'mdhd') {
        const units = view.getUint32(body + (version === 1 ? 20 : 12))
        const length = version === 1 ? Number(view.getBigUint64(body + 24)) : view.getUint32(body + 16)
        if (name === 'mdhd') scale = units
        // All ones: not known.
        if (length < 0xffffffff) told = Math.max(told, length / units)
      }
      if (name === 'trex') usual = view.getUint32(body + 12)
      if (name === 'tfhd') {
        const skipped = (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0)
        ofFragment = flags & 8 ? view.getUint32(body + 8 + skipped) : usual
        decoded = end
      }
      if (name === 'tfdt') decoded = version === 1 ? Number(view.getBigUint64(body + 4)) : view.getUint32(body + 4)
      if (name === 'trun') {
        const count = view.getUint32(body + 4)
        const first = body + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0)
        const width = 4 * [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length
        if (flags & 0x100) for (let n = 0; n < count; n++) decoded += view.getUint32(first + n * width)
        else decoded += count * ofFragment
        end = Math.max(end, decoded)
      }
      if (BOXES_INSIDE.has(name)) walk(body, Math.min(to, at + size))
      at += size
    }
  }
  walk(0, view.byteLength)
  return 1000 * Math.max(told, scale > 0 ? end / scale : 0)
}

const RATES = [44_100, 48_000, 32_000]
const KBITS = {
  first: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  second: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}

/** Frame by frame; what follows a break is counted at the last frame's rate. */
function mp3Length(view: DataView): number | null {
  let at = 0
  if (view.getUint32(0) >>> 8 === 0x494433) {
    at = 10 + [6, 7, 8, 9].reduce((size, offset) => size * 128 + (view.getUint8(offset) & 0x7f), 0)
  }
  let ms = 0
  let perByte = 0
  for (; at + 4 <= view.byteLength; ) {
    const header = view.getUint32(at)
    const version = (header >>> 19) & 3
    const rate = (RATES[(header >>> 10) & 3] ?? 0) / (version === 3 ? 1 : version === 2 ? 2 : 4)
    const kbits = (version === 3 ? KBITS.first : KBITS.second)[(header >>> 12) & 15] ?? 0
    if (header >>> 21 !== 0x7ff || rate === 0 || kbits === 0) break
    const samples = version === 3 ? 1152 : 576
    const size = Math.floor(((samples / 8) * kbits * 1000) / rate) + ((header >>> 9) & 1)
    ms += (samples / rate) * 1000
    perByte = (samples / rate) * (1000 / size)
    at += size
  }
  return ms + Math.max(0, view.byteLength - at) * perByte
}
