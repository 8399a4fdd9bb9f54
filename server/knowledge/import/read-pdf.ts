import { getDocumentProxy } from 'unpdf'
import { ImportRefused } from './import-refused.ts'
import { type ImportedText, pickTitle, titleOfFile } from './imported-text.ts'
import { IMPORT_LIMITS } from './limits.ts'
import { linesOfPage, type PdfItem, type PdfPage, withoutEdges } from './pdf-lines.ts'
import { paragraphsOf } from './pdf-paragraphs.ts'
import { tidyText } from './tidy-text.ts'

/** With fewer letters a page, what is there is a stamp on a scan. */
const LETTERS_A_PAGE = 4
const UNREADABLE = /[\uE000-\uF8FF\uFFFD]|[\u{F0000}-\u{10FFFF}]/gu

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>

/** A PDF file in the order of its content: paragraphs without line ends, headers, footers and page numbers. */
export async function readPdf(bytes: Uint8Array, fileName: string): Promise<ImportedText> {
  const missing = new Set<string>()
  const pdf = await openPdf(bytes, missing)
  const pages: PdfPage[] = []
  let letters = 0
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await readPage(pdf, number)
    pages.push(page)
    letters += page.items.reduce((sum, { text }) => sum + text.length, 0)
    if (letters > 2 * IMPORT_LIMITS.characters) throw new ImportRefused('file-too-large')
  }
  // Their words are simply not there, so a part of the text would be taken for the whole.
  if (missing.size > 0) throw new ImportRefused('file-font-missing', [...missing].join(', '))
  const text = tidyText(paragraphsOf(withoutEdges(pages.map((page) => ({ ...page, lines: linesOfPage(page) })))))
  const readable = text.replace(/\s/g, '').length
  if (readable < LETTERS_A_PAGE * pdf.numPages) throw new ImportRefused('file-no-text')
  if ((text.match(UNREADABLE)?.length ?? 0) > 0.2 * readable) throw new ImportRefused('file-no-text')
  const heading = /^# (.+)$/m.exec(text)?.[1]
  return { title: pickTitle(heading, titleOfFile(fileName)), text, meta: {} }
}

async function openPdf(bytes: Uint8Array, missing: Set<string>): Promise<Pdf> {
  try {
    // No font program of the file is turned into code; only what is wrong past reading is told.
    return await getDocumentProxy(bytes, {
      ...{ isEvalSupported: false, disableFontFace: true, verbosity: 0 },
      ...{ cMapUrl: 'none/', cMapPacked: true, useWorkerFetch: false, BinaryDataFactory: noting(missing) },
    })
  } catch (error) {
    const locked = error instanceof Error && error.name === 'PasswordException'
    throw new ImportRefused(locked ? 'file-encrypted' : 'file-broken', undefined, { cause: error })
  }
}

/**
 * What the parser fetches by: nothing is there, and the names of the tables (of codes and letters, which files with fonts
 * of their own bring along) that it wanted are noted. What it wants for drawing alone is not.
 */
function noting(missing: Set<string>) {
  return class {
    fetch({ kind, filename }: { readonly kind: string; readonly filename: string }): Promise<Uint8Array> {
      if (kind === 'cMapUrl') missing.add(filename.replace(/\.bcmap$/, ''))
      return Promise.reject(new Error(`${filename} is not there.`))
    }
  }
}

async function readPage(pdf: Pdf, number: number): Promise<PdfPage> {
  const page = await pdf.getPage(number)
  const { items } = await page.getTextContent()
  const found: PdfItem[] = []
  for (const item of items) {
    if (!('str' in item) || item.str === '') continue
    const [across = 0, slant = 0, , , x = 0, y = 0] = item.transform as number[]
    // Across the page stand watermarks.
    if (page.rotate === 0 && Math.abs(slant) > 0.1 * Math.abs(across)) continue
    const size = Math.hypot(across, slant)
    found.push({ text: item.str, x, y, width: item.width, size })
  }
  const [, bottom = 0, , top = 0] = page.view
  page.cleanup()
  return { bottom, top, items: found }
}
