import { createWriteStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Entry, openPromise, validateFileName, type ZipFile } from 'yauzl'
import { decodeText } from './decode-text.ts'
import { ImportRefused } from './import-refused.ts'
import { IMPORT_LIMITS } from './limits.ts'

export interface ZipEntry {
  /** Its path in the archive. */
  readonly name: string
  readonly bytes: number
  readonly encrypted: boolean
  /** Writes it to a file. Throws {@link ImportRefused} where it is not what the archive's directory says. */
  unpack(path: string): Promise<void>
  /** Its bytes, which {@link openZip} has limited. Throws as `unpack` does. */
  read(): Promise<Buffer>
}

export interface OpenZip {
  /** Its files, in the order of the directory; what systems add for themselves is left out. */
  readonly entries: readonly ZipEntry[]
  close(): void
}

export interface ZipLimits {
  readonly entries: number
  readonly bytes: number
  /** How many times larger than packed it may be; unset: as it comes. */
  readonly ratio?: number
}

const MOST_RECORDS = 5_000
const SYSTEM_FILES = /(?:^|\/)(?:__MACOSX\/.*|\.DS_Store|Thumbs\.db|desktop\.ini|~\$[^/]*|\.[^/]+)$/i

/**
 * Opens an archive after its whole directory was checked: nothing is unpacked of one that holds too much. The sizes
 * there can be trusted, since unpacking stops where an entry turns out larger. Throws {@link ImportRefused}.
 */
export async function openZip(path: string, limits: ZipLimits): Promise<OpenZip> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false }).catch((error) => {
    throw new ImportRefused('file-broken', undefined, { cause: error })
  })
  try {
    if (zip.entryCount > MOST_RECORDS) throw new ImportRefused('zip-too-many', String(zip.entryCount))
    return { entries: await readDirectory(zip, limits), close: () => zip.close() }
  } catch (error) {
    zip.close()
    throw error instanceof ImportRefused ? error : new ImportRefused('file-broken', undefined, { cause: error })
  }
}

async function readDirectory(zip: ZipFile, { entries: most, bytes, ratio }: ZipLimits): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = []
  let unpacked = 0
  let packed = 0
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(entry)
    if (name.endsWith('/')) continue
    unpacked += entry.uncompressedSize
    packed += entry.compressedSize
    if (unpacked > bytes || isBomb(entry.uncompressedSize, entry.compressedSize, ratio))
      throw new ImportRefused('zip-bomb')
    if (SYSTEM_FILES.test(name)) continue
    if (validateFileName(name) !== null) throw new ImportRefused('file-broken', name.slice(0, 100))
    entries.push(entryOf(zip, entry, name))
    if (entries.length > most) throw new ImportRefused('zip-too-many')
  }
  if (isBomb(unpacked, packed, ratio)) throw new ImportRefused('zip-bomb')
  return entries
}

function isBomb(unpacked: number, packed: number, ratio: number | undefined): boolean {
  return ratio !== undefined && unpacked > IMPORT_LIMITS.zipHarmlessBytes && unpacked > ratio * packed
}

function entryOf(zip: ZipFile, entry: Entry, name: string): ZipEntry {
  const open = async (): Promise<Readable> => {
    if (entry.isEncrypted()) throw new ImportRefused('file-encrypted')
    return await zip.openReadStreamPromise(entry)
  }
  const broken = (error: unknown): never => {
    throw error instanceof ImportRefused ? error : new ImportRefused('file-broken', undefined, { cause: error })
  }
  return {
    name,
    bytes: entry.uncompressedSize,
    encrypted: entry.isEncrypted(),
    unpack: (path) =>
      open()
        .then((stream) => pipeline(stream, createWriteStream(path)))
        .catch(broken),
    async read() {
      try {
        const chunks: Buffer[] = []
        for await (const chunk of await open()) chunks.push(chunk as Buffer)
        return Buffer.concat(chunks)
      } catch (error) {
        return broken(error)
      }
    },
  }
}

const UTF8_NAME = 0x0800
const UNICODE_PATH = 0x7075

/** The name as its maker meant it: marked as UTF-8, given apart, or in whatever it can be, which in China is GBK. */
function nameOf(entry: Entry): string {
  const raw = entry.fileNameRaw
  const apart = entry.extraFields.find(({ id }) => id === UNICODE_PATH)?.data.subarray(5)
  if (apart !== undefined && apart.length > 0) return apart.toString('utf8').replaceAll('\\', '/')
  const name = (entry.generalPurposeBitFlag & UTF8_NAME) !== 0 ? raw.toString('utf8') : decodeText(raw)
  return (name ?? raw.toString('latin1')).replaceAll('\\', '/')
}
