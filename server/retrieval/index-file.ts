import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Postings } from './postings.ts'

/** Raised whenever the splitter, the analyzer or the index would make something else of the same documents. */
export const INDEX_VERSION = 3

const MAGIC = 0x4c415649
const ALIGNMENT = 8
const ARRAYS = {
  keys: Uint32Array,
  rows: Uint32Array,
  starts: Uint32Array,
  passages: Uint32Array,
  impacts: Uint8Array,
  units: Uint16Array,
  unitStarts: Uint32Array,
  textStarts: Uint32Array,
  groups: Uint32Array,
  sections: Uint32Array,
} as const

type ArrayName = keyof typeof ARRAYS

interface Header {
  readonly contentHash: string
  readonly version: number
  readonly passageCount: number
  readonly groupCount: number
  readonly words: readonly string[]
  readonly lengths: Readonly<Record<ArrayName, number>>
}

/**
 * Saves an index as one file, whole or not at all. `contentHash` names what it was made from.
 * @throws where the file cannot be written.
 */
export function saveIndexFile(path: string, postings: Postings, contentHash: string): void {
  const names = Object.keys(ARRAYS) as ArrayName[]
  const lengths = Object.fromEntries(names.map((name) => [name, postings[name].length])) as Record<ArrayName, number>
  const { passageCount, groupCount, words } = postings
  const header: Header = { contentHash, version: INDEX_VERSION, passageCount, groupCount, words, lengths }
  const json = Buffer.from(JSON.stringify(header))
  const start = Buffer.alloc(8)
  start.writeUInt32LE(MAGIC, 0)
  start.writeUInt32LE(json.length, 4)
  const parts = [start, json, padding(8 + json.length)]
  for (const name of names) {
    const array = postings[name]
    parts.push(Buffer.from(array.buffer, array.byteOffset, array.byteLength), padding(array.byteLength))
  }
  mkdirSync(dirname(path), { recursive: true })
  const unfinished = `${path}.${process.pid}.part`
  try {
    writeFileSync(unfinished, Buffer.concat(parts))
    renameSync(unfinished, path)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

/**
 * Loads a saved index; nothing where there is none, where it was made from something else, or where the file is
 * damaged.
 */
export function loadIndexFile(path: string, contentHash: string): Postings | undefined {
  let file: Buffer
  try {
    file = readFileSync(path)
  } catch {
    return undefined
  }
  try {
    return readIndex(file, contentHash)
  } catch {
    return undefined
  }
}

function readIndex(file: Buffer, contentHash: string): Postings | undefined {
  if (file.length < 8 || file.readUInt32LE(0) !== MAGIC) return undefined
  const jsonLength = file.readUInt32LE(4)
  const header = JSON.parse(file.toString('utf8', 8, 8 + jsonLength)) as Header
  if (header.contentHash !== contentHash || header.version !== INDEX_VERSION) return undefined
  const aligned = file.byteOffset % ALIGNMENT === 0 ? file : Uint8Array.from(file)
  let offset = 8 + jsonLength
  offset += padding(offset).length
  const arrays: Partial<Record<ArrayName, unknown>> = {}
  for (const name of Object.keys(ARRAYS) as ArrayName[]) {
    const length = header.lengths[name]
    const array = new ARRAYS[name](aligned.buffer as ArrayBuffer, aligned.byteOffset + offset, length)
    arrays[name] = array
    offset += array.byteLength + padding(array.byteLength).length
  }
  if (offset !== file.length) return undefined
  const { passageCount, groupCount, words } = header
  return { ...(arrays as Pick<Postings, ArrayName>), passageCount, groupCount, words }
}

function padding(length: number): Buffer {
  return Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT)
}
