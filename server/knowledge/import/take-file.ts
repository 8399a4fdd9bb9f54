import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { NearDuplicate, UploadLine } from '../../protocol/console-knowledge.ts'
import { kindOfName } from './file-kind.ts'
import { ImportRefused, refusalSentence } from './import-refused.ts'
import type { ImportThread } from './import-thread.ts'
import type { ImportedText } from './imported-text.ts'
import { IMPORT_LIMITS } from './limits.ts'
import { openZip, type ZipEntry } from './zip-entries.ts'

/** A file that has arrived whole. What is unpacked of it is put beside it, and removed again. */
export interface UploadedFile {
  readonly path: string
  /** As the uploader calls it. */
  readonly name: string
  /** Of the words about a file that is not taken. */
  readonly locale?: string
}

export interface TakeFileParts {
  readonly thread: ImportThread
  readonly signal?: AbortSignal
  /** Keeps the text as a document. */
  keep(
    imported: ImportedText,
    fileName: string,
  ): Promise<{ documentId: string; passages: number; duplicates: NearDuplicate[] }>
}

/**
 * Reads a file, or each file of an archive, and keeps its text. The lines tell what happens; a file that is not taken
 * is `refused` and the next one read. An archive that is itself refused gives nothing. Throws what `keep` throws.
 */
export async function* takeFile(file: UploadedFile, parts: TakeFileParts): AsyncGenerator<UploadLine> {
  try {
    yield { type: 'progress', file: file.name, step: 'reading' }
    const read = await parts.thread.read(file.path, file.name, parts.signal)
    if (read.type === 'archive') yield* takeArchive(file, parts)
    else yield* keepText(read.imported, file.name, parts)
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error
    yield refusedLine(file.name, error, file.locale)
  }
}

/** The line of a file that is not taken. */
export function refusedLine(
  name: string,
  refused: Pick<ImportRefused, 'code' | 'detail'>,
  locale?: string,
): UploadLine {
  return { type: 'refused', file: name, code: refused.code, message: refusalSentence(refused, locale) }
}

async function* keepText(imported: ImportedText, name: string, { keep }: TakeFileParts): AsyncGenerator<UploadLine> {
  yield { type: 'progress', file: name, step: 'comparing' }
  const kept = await keep(imported, name)
  yield { type: 'taken', file: name, title: imported.title, characters: imported.text.length, ...kept }
}

async function* takeArchive(file: UploadedFile, parts: TakeFileParts): AsyncGenerator<UploadLine> {
  yield { type: 'progress', file: file.name, step: 'unpacking' }
  const { zipEntries, zipBytes, zipRatio } = IMPORT_LIMITS
  const zip = await openZip(file.path, { entries: zipEntries, bytes: zipBytes, ratio: zipRatio })
  try {
    if (zip.entries.length === 0) throw new ImportRefused('file-empty')
    for (const entry of zip.entries) {
      const path = join(dirname(file.path), randomUUID())
      const name = `${file.name}/${entry.name}`
      try {
        await unpack(entry, path)
        yield* takeFile({ ...file, path, name }, parts)
      } catch (error) {
        if (!(error instanceof ImportRefused)) throw error
        yield refusedLine(name, error, file.locale)
      } finally {
        await rm(path, { force: true })
      }
    }
  } finally {
    zip.close()
  }
}

async function unpack(entry: ZipEntry, path: string): Promise<void> {
  if (kindOfName(entry.name) === 'zip') throw new ImportRefused('file-type-unknown', 'ZIP < ZIP')
  if (entry.bytes > IMPORT_LIMITS.fileBytes) throw new ImportRefused('file-too-large')
  await entry.unpack(path)
}
