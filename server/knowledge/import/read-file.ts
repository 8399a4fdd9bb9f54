import { readFile, stat } from 'node:fs/promises'
import { decodeText } from './decode-text.ts'
import { checkKind, type FileKind, kindOfName, notText } from './file-kind.ts'
import { ImportRefused } from './import-refused.ts'
import type { ImportedText } from './imported-text.ts'
import { IMPORT_LIMITS } from './limits.ts'
import { readDocx } from './read-docx.ts'
import { readHtml } from './read-html.ts'
import { readMarkdown, readPlainText } from './read-markdown.ts'
import { readPdf } from './read-pdf.ts'

/** A text, or an archive that holds files. */
export type ReadFile = { readonly type: 'text'; readonly imported: ImportedText } | { readonly type: 'archive' }

/**
 * Reads the file at `path`, which its owner calls `name`. Throws {@link ImportRefused} for every file that is not
 * taken; whatever a parser throws is `file-broken`.
 */
export async function readImportedFile(path: string, name: string): Promise<ReadFile> {
  const kind = kindOfName(name)
  const { size } = await stat(path)
  if (size === 0) throw new ImportRefused('file-empty')
  if (size > IMPORT_LIMITS.fileBytes) throw new ImportRefused('file-too-large')
  await checkKind(path, kind)
  if (kind === 'zip') return { type: 'archive' }
  try {
    const imported = await read(path, name, kind)
    if (imported.text === '') throw new ImportRefused('file-empty')
    if (imported.text.length > IMPORT_LIMITS.characters) throw new ImportRefused('file-too-large')
    return { type: 'text', imported }
  } catch (error) {
    throw error instanceof ImportRefused ? error : new ImportRefused('file-broken', undefined, { cause: error })
  }
}

async function read(path: string, name: string, kind: Exclude<FileKind, 'zip'>): Promise<ImportedText> {
  if (kind === 'docx') return await readDocx(path, name)
  const bytes = new Uint8Array(await readFile(path))
  if (kind === 'pdf') return await readPdf(bytes, name)
  const text = decodeText(bytes)
  if (kind === 'html') {
    if (text === undefined) throw await notText(path)
    return readHtml(bytes, name)
  }
  if (text === undefined || text.startsWith('%PDF-')) throw await notText(path)
  if (/^\s*<(?:!doctype\s+html|html[\s>])/i.test(text)) throw new ImportRefused('file-extension-wrong', '.html')
  return kind === 'markdown' ? readMarkdown(text, name) : readPlainText(text, name)
}
