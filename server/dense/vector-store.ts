import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { EmbeddingError } from './embedder.ts'

/** Vectors of one model by key, kept in one file that is only appended to. */
export interface VectorStore {
  /** How many keys it holds. */
  size(): number
  has(key: string): boolean
  /** The vectors of some keys, in order; nothing for a key that is not there or whose record is damaged. */
  read(keys: readonly string[]): Promise<(Float32Array | undefined)[]>
  /** Adds vectors; a key that is there already keeps its first. Throws where a vector's length differs from the others or the file cannot be written. */
  append(entries: readonly VectorEntry[]): Promise<void>
  close(): Promise<void>
}

export interface VectorEntry {
  /** 32 hexadecimal digits. */
  readonly key: string
  readonly vector: Float32Array
}

// The file: magic, version, dimensions, length of the name (4 bytes each), the model's name; then records of key, vector (in the machine's
// byte order) and checksum.
const MAGIC = 0x4345_564c
const VERSION = 1
const KEY_BYTES = 16
const PIECE_BYTES = 4 << 20
const RUN_BYTES = 1 << 20

/**
 * Opens the vectors of the model `name` in the file `path`, which is made with the first vector. What a crash left unfinished at the end is cut off; a file
 * of another model or format is begun anew. Throws where the file cannot be read or written.
 */
export async function openVectorStore(path: string, name: string): Promise<VectorStore> {
  await mkdir(dirname(path), { recursive: true })
  const offsets = new Map<string, number>()
  let dimensions = 0
  let file = await openExisting(path)
  if (file !== undefined) {
    const read = await readAll(file, name, offsets)
    if (read === undefined) {
      await file.close()
      file = undefined
      await rm(path, { force: true })
    } else dimensions = read
  }
  let writing: Promise<unknown> = Promise.resolve()

  async function write(entries: readonly VectorEntry[]): Promise<void> {
    const fresh = new Map(entries.filter(({ key }) => !offsets.has(key)).map(({ key, vector }) => [key, vector]))
    const width = entries[0]?.vector.length ?? 0
    if (fresh.size === 0) return
    if (file === undefined) {
      file = await create(path, name, width)
      dimensions = width
    }
    const records = [...fresh].map(([key, vector]) => {
      if (vector.length !== dimensions) {
        throw new EmbeddingError(`The vectors of ${name} had ${dimensions} numbers and now have ${vector.length}`)
      }
      return makeRecord(key, vector)
    })
    const bytes = Buffer.concat(records)
    await file.appendFile(bytes)
    // Asked for after the write, since another process may have appended before it.
    let offset = (await file.stat()).size - bytes.length
    for (const key of fresh.keys()) {
      offsets.set(key, offset)
      offset += recordBytes(dimensions)
    }
  }

  return {
    size: () => offsets.size,
    has: (key) => offsets.has(key),
    async read(keys) {
      const found: (Float32Array | undefined)[] = new Array(keys.length).fill(undefined)
      const wanted = keys
        .map((key, place) => ({ key, place, offset: offsets.get(key) ?? -1 }))
        .filter(({ offset }) => offset >= 0)
        .sort((left, right) => left.offset - right.offset)
      const size = recordBytes(dimensions)
      for (let from = 0; from < wanted.length && file !== undefined; ) {
        const start = wanted[from]?.offset ?? 0
        let to = from + 1
        while (to < wanted.length && (wanted[to]?.offset ?? 0) + size - start <= RUN_BYTES) to += 1
        const run = wanted.slice(from, to)
        const bytes = Buffer.allocUnsafe((run.at(-1)?.offset ?? start) + size - start)
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
        for (const { key, place, offset } of run) {
          const end = offset - start + size
          const record = end <= bytesRead ? readRecord(bytes.subarray(offset - start, end)) : undefined
          if (record?.key === key) found[place] = record.vector()
          else offsets.delete(key)
        }
        from = to
      }
      return found
    },
    append(entries) {
      const done = writing.then(() => write(entries))
      writing = done.catch(() => undefined)
      return done
    },
    async close() {
      await writing
      await file?.close()
      file = undefined
      offsets.clear()
    },
  }
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    // Reading and appending, and no file where there is none.
    return await open(path, 'r').then(async (found) => {
      await found.close()
      return open(path, 'a+')
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** The file comes into being with its whole header. */
async function create(path: string, name: string, dimensions: number): Promise<FileHandle> {
  const unfinished = `${path}.${process.pid}.part`
  const file = await open(unfinished, 'w')
  await file.writeFile(makeHeader(name, dimensions))
  await file.close()
  await rename(unfinished, path)
  return open(path, 'a+')
}

/** Fills `offsets` and gives the dimensions; nothing where the file is another model's. Cuts off what is not a whole, sound record. */
async function readAll(file: FileHandle, name: string, offsets: Map<string, number>): Promise<number | undefined> {
  const start = Buffer.alloc(16)
  await file.read(start, 0, 16, 0)
  const dimensions = start.readUInt32LE(8)
  const header = makeHeader(name, dimensions)
  const found = Buffer.alloc(header.length)
  await file.read(found, 0, header.length, 0)
  if (!found.equals(header) || dimensions === 0) return undefined
  const size = recordBytes(dimensions)
  const { size: total } = await file.stat()
  const piece = Buffer.allocUnsafe(Math.max(1, Math.floor(PIECE_BYTES / size)) * size)
  let offset = header.length
  while (offset + size <= total) {
    const { bytesRead } = await file.read(piece, 0, piece.length, offset)
    for (let at = 0; at + size <= bytesRead; at += size) {
      const record = readRecord(piece.subarray(at, at + size))
      if (record === undefined) {
        await file.truncate(offset + at)
        return dimensions
      }
      if (!offsets.has(record.key)) offsets.set(record.key, offset + at)
    }
    offset += bytesRead - (bytesRead % size)
    if (bytesRead < size) break
  }
  if (offset < total) await file.truncate(offset)
  return dimensions
}

function makeHeader(name: string, dimensions: number): Buffer {
  const text = Buffer.from(name)
  const start = Buffer.alloc(16)
  for (const [place, value] of [MAGIC, VERSION, dimensions, text.length].entries())
    start.writeUInt32LE(value, place * 4)
  return Buffer.concat([start, text])
}

function recordBytes(dimensions: number): number {
  return KEY_BYTES + dimensions * 4 + 4
}

function makeRecord(key: string, vector: Float32Array): Buffer {
  const record = Buffer.alloc(recordBytes(vector.length))
  if (record.write(key, 'hex') !== KEY_BYTES) throw new TypeError('A key has 32 hexadecimal digits')
  record.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), KEY_BYTES)
  record.writeUInt32LE(crc32(record.subarray(0, -4)), record.length - 4)
  return record
}

function readRecord(record: Buffer): { key: string; vector(): Float32Array } | undefined {
  if (crc32(record.subarray(0, -4)) !== record.readUInt32LE(record.length - 4)) return undefined
  return {
    key: record.toString('hex', 0, KEY_BYTES),
    vector() {
      // Copied to an address of its own, which floats need.
      const bytes = Uint8Array.from(record.subarray(KEY_BYTES, -4))
      return new Float32Array(bytes.buffer)
    },
  }
}
