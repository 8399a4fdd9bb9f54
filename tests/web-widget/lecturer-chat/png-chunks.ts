import { crc32 } from 'node:zlib'

export interface PngChunk {
  readonly name: string
  readonly data: Buffer
  readonly crc: number
}

/** The chunks of a PNG file, in order. */
export function chunksOf(png: Buffer): PngChunk[] {
  const chunks: PngChunk[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    chunks.push({
      name: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
      crc: png.readUInt32BE(at + 8 + length),
    })
    at += length + 12
  }
  return chunks
}

/** The words of the `tEXt` chunk with this keyword; null where there is none. */
export function textOf(chunks: readonly PngChunk[], keyword: string): string | null {
  const chunk = chunks.find(({ name, data }) => name === 'tEXt' && data.toString('latin1').startsWith(`${keyword}\0`))
  return chunk?.data.toString('latin1', keyword.length + 1) ?? null
}

export function pngChunk(name: string, data: Buffer): Buffer {
  const frame = Buffer.alloc(data.length + 12)
  frame.writeUInt32BE(data.length)
  frame.write(name, 4, 'latin1')
  data.copy(frame, 8)
  frame.writeUInt32BE(crc32(data, crc32(name)), data.length + 8)
  return frame
}
