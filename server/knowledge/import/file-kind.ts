import { fileTypeFromFile } from 'file-type'
import { ImportRefused } from './import-refused.ts'

export const FILE_KINDS = ['markdown', 'text', 'docx', 'pdf', 'html', 'zip'] as const
export type FileKind = (typeof FILE_KINDS)[number]

const ENDINGS: Readonly<Record<string, FileKind>> = {
  md: 'markdown',
  markdown: 'markdown',
  txt: 'text',
  docx: 'docx',
  pdf: 'pdf',
  html: 'html',
  htm: 'html',
  zip: 'zip',
}

/** What the name promises. Throws {@link ImportRefused} for an ending that is not taken. */
export function kindOfName(name: string): FileKind {
  const ending = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  const kind = ENDINGS[ending]
  if (kind === undefined) throw new ImportRefused('file-type-unknown', ending === 'doc' ? '.doc → .docx' : undefined)
  return kind
}

/**
 * Whether the content is what the name promises. Throws {@link ImportRefused}, with the true kind where it is known.
 * Texts have no marks of their own: whether they are texts shows when they are read.
 */
export async function checkKind(path: string, promised: FileKind): Promise<void> {
  if (promised === 'markdown' || promised === 'text' || promised === 'html') return
  const found = (await fileTypeFromFile(path))?.ext
  if (found === promised || (promised === 'docx' && found === 'zip')) return
  // Word writes a document with a password into a container of the old kind.
  if (promised === 'docx' && found === 'cfb') throw new ImportRefused('file-encrypted')
  if (found === undefined) throw new ImportRefused('file-broken')
  throw new ImportRefused('file-extension-wrong', `.${found}`)
}

/** Of a file that its name calls a text and that is none. */
export async function notText(path: string): Promise<ImportRefused> {
  const found = (await fileTypeFromFile(path))?.ext
  return found === undefined ? new ImportRefused('file-broken') : new ImportRefused('file-extension-wrong', `.${found}`)
}
