import { deflateSync, inflateSync, crc32 as nodeCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aigcLabel, labelledPicture } from '../../../web-widget/lecturer-chat/png-label.ts'
import { chunksOf, pngChunk, textOf } from './png-chunks.ts'

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

/** One grey pixel. */
function onePixel(): Buffer {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
  return Buffer.concat([
    SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.from([0, 128]))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

describe('the label inside a share picture', () => {
  it('is read back whole, whoever made it, and leaves the picture as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.uuid(), (producer, id) => {
        const before = `data:image/png;base64,${onePixel().toString('base64')}`
        const address = labelledPicture(before, { producer, id })
        expect(address.startsWith('data:image/png;base64,')).toBe(true)
        const chunks = chunksOf(Buffer.from(address.slice(address.indexOf(',') + 1), 'base64'))
        expect(chunks.map(({ name }) => name)).toEqual(['IHDR', 'tEXt', 'IDAT', 'IEND'])
        for (const { crc, name, data } of chunks) expect(crc).toBe(nodeCrc32(data, nodeCrc32(name)))
        expect([...inflateSync(chunks[2]?.data ?? Buffer.alloc(0))]).toEqual([0, 128])
        expect(JSON.parse(textOf(chunks, 'AIGC') ?? '')).toEqual({
          Label: '1',
          ContentProducer: producer,
          ProduceID: id,
          ReservedCode1: '',
          ContentPropagator: '',
          PropagateID: '',
          ReservedCode2: '',
        })
      }),
      { numRuns: 60 },
    )
  })

  it('is ASCII alone, as its kind of chunk needs', () => {
    expect(aigcLabel({ producer: '某市总工会 😀', id: '1' })).toMatch(/^[\x20-\x7e]+$/)
  })
})
