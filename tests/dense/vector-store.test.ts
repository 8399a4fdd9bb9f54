import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openVectorStore, type VectorEntry } from '../../server/dense/vector-store.ts'
import { temporaryFolder } from './temporary-folder.ts'

const root = temporaryFolder()
let made = 0
const newPath = () => join(root, `${made++}`, 'model.vectors')
const keyOf = (number: number) => number.toString(16).padStart(32, '0')
const entry = (number: number, dimensions = 3): VectorEntry => ({
  key: keyOf(number),
  vector: Float32Array.from({ length: dimensions }, (_, at) => number + at / 8),
})
const RECORD = 16 + 3 * 4 + 4

describe('vectors in a file', () => {
  it('are all there after the file is opened again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat(60), { maxLength: 20 }), { maxLength: 6 }), async (batches) => {
        const path = newPath()
        const store = await openVectorStore(path, 'model')
        await Promise.all(batches.map((batch) => store.append(batch.map((number) => entry(number)))))
        const wanted = [...new Set(batches.flat())]
        expect(store.size()).toBe(wanted.length)
        await store.close()
        const again = await openVectorStore(path, 'model')
        const asked = [99, ...wanted.reverse(), 98]
        const found = await again.read(asked.map(keyOf))
        expect(found).toEqual(asked.map((number) => (number > 60 ? undefined : entry(number).vector)))
        await again.close()
      }),
      { numRuns: 40 },
    )
  })

  it('keep what came before a crash, cut off what it left half written, and go on after it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.nat(8 * RECORD), async (count, lost) => {
        const path = newPath()
        const store = await openVectorStore(path, 'model')
        await store.append(Array.from({ length: count }, (_, number) => entry(number)))
        await store.close()
        const kept = Math.max(0, count - Math.ceil(Math.min(lost, count * RECORD) / RECORD))
        truncateSync(path, statSync(path).size - Math.min(lost, count * RECORD))
        const again = await openVectorStore(path, 'model')
        expect(again.size()).toBe(kept)
        await again.append([entry(100), entry(0)])
        await again.close()
        const third = await openVectorStore(path, 'model')
        expect((await third.read([keyOf(0), keyOf(100)])).map((vector) => vector?.[0])).toEqual([0, 100])
        await third.close()
      }),
      { numRuns: 40 },
    )
  })

  it('are cut off from the first damaged one on', async () => {
    const path = newPath()
    const store = await openVectorStore(path, 'model')
    await store.append([entry(0), entry(1), entry(2)])
    await store.close()
    const bytes = readFileSync(path)
    const place = bytes.length - 2 * RECORD + 20
    bytes.writeUInt8(bytes.readUInt8(place) ^ 1, place)
    writeFileSync(path, bytes)
    const again = await openVectorStore(path, 'model')
    expect([0, 1, 2].map((number) => again.has(keyOf(number)))).toEqual([true, false, false])
    await again.close()
  })

  it('are never taken for those of another model, another size or another format', async () => {
    const path = newPath()
    const store = await openVectorStore(path, 'model')
    await store.append([entry(0)])
    await expect(store.append([entry(1, 4)])).rejects.toThrow('had 3 numbers and now have 4')
    await store.append([entry(2)])
    await store.close()
    const other = await openVectorStore(path, 'another')
    expect(other.size()).toBe(0)
    await other.append([entry(0, 5)])
    await other.close()
    writeFileSync(path, 'something else')
    const third = await openVectorStore(path, 'another')
    expect(third.size()).toBe(0)
    await third.append([entry(7)])
    expect(await third.read([keyOf(7)])).toEqual([entry(7).vector])
    await third.close()
    expect(readdirSync(join(path, '..'))).toEqual(['model.vectors'])
  })

  it('of a record that changed under the running server are not given out', async () => {
    const path = newPath()
    const store = await openVectorStore(path, 'model')
    await store.append([entry(0), entry(1)])
    truncateSync(path, statSync(path).size - RECORD)
    appendFileSync(path, Buffer.alloc(RECORD, 7))
    expect(await store.read([keyOf(0), keyOf(1)])).toEqual([entry(0).vector, undefined])
    await store.append([entry(1)])
    expect(await store.read([keyOf(1)])).toEqual([entry(1).vector])
    await store.close()
  })
})
