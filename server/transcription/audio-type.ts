export type AudioType = 'webm' | 'ogg' | 'mp4' | 'm4a' | 'wav' | 'mp3'

/** The media type of each; the name of a file ends like the type itself. */
export const MEDIA_TYPES: Readonly<Record<AudioType, string>> = {
  webm: 'audio/webm',
  ogg: 'audio/ogg',
  mp4: 'audio/mp4',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
}

/** The kind of a recording by its first bytes, whatever it was called; null for anything else. */
export function audioTypeOf(bytes: Uint8Array): AudioType | null {
  const text = (from: number, length: number): string => String.fromCharCode(...bytes.subarray(from, from + length))
  if (text(0, 4) === '\x1a\x45\xdf\xa3') return text(4, 60).includes('webm') ? 'webm' : null
  if (text(0, 4) === 'OggS') return 'ogg'
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'WAVE') return 'wav'
  if (text(4, 4) === 'ftyp') return text(8, 3) === 'M4A' ? 'm4a' : 'mp4'
  if (text(0, 3) === 'ID3' || isMp3Frame(bytes)) return 'mp3'
  return null
}

/** Eleven set bits, layer III, and neither a reserved version nor bit rate nor sampling rate. */
function isMp3Frame(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = bytes
  return (
    first === 0xff &&
    (second & 0xe6) === 0xe2 &&
    (second & 0x18) !== 0x08 &&
    (third & 0xf0) !== 0xf0 &&
    (third & 0x0c) !== 0x0c
  )
}
