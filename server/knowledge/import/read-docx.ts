import { parseHTML } from 'linkedom'
import mammoth from 'mammoth'
import { htmlText } from './html-text.ts'
import { ImportRefused } from './import-refused.ts'
import { firstHeading, type ImportedText, pickTitle, titleOfFile } from './imported-text.ts'
import { IMPORT_LIMITS } from './limits.ts'
import { storedZip } from './stored-zip.ts'
import { tidyText } from './tidy-text.ts'
import { openZip } from './zip-entries.ts'

const STYLES = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='标题'] => h1:fresh",
  ...[1, 2, 3, 4].map((level) => `p[style-name='标题 ${level}'] => h${level}:fresh`),
  "p[style-name='Subtitle'] => p:fresh",
]
const PARTS = 5_000

/** A Word document with its headings, lists and tables. Pictures, comments and what was deleted under review are left out. */
export async function readDocx(path: string, fileName: string): Promise<ImportedText> {
  const { value } = await mammoth.convertToHtml(
    { buffer: await unpacked(path) },
    { styleMap: STYLES, convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })) },
  )
  const { document } = parseHTML(`<html><body>${value}</body></html>`)
  const text = tidyText(htmlText(document.body))
  return { title: pickTitle(firstHeading(text), titleOfFile(fileName)), text, meta: {} }
}

/** The same document with its parts unpacked under limits, since the reader below takes them as they come. */
async function unpacked(path: string): Promise<Buffer> {
  const zip = await openZip(path, { entries: PARTS, bytes: IMPORT_LIMITS.zipBytes })
  try {
    const texts = zip.entries.filter(({ name }) => /\.(?:xml|rels)$/i.test(name))
    const document = zip.entries.some(({ name }) => name === 'word/document.xml')
    if (!document && !texts.some(({ name }) => name.endsWith('.rels'))) throw new ImportRefused('file-broken')
    const files: { name: string; data: Buffer }[] = []
    for (const entry of zip.entries) {
      // A part that is named somewhere must be there, but nobody looks into a picture.
      files.push({ name: entry.name, data: texts.includes(entry) ? await entry.read() : Buffer.alloc(0) })
    }
    return storedZip(files)
  } finally {
    zip.close()
  }
}
