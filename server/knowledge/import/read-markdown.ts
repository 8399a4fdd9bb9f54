import { Type } from 'typebox'
import { DocumentFrontMatter } from '../document.ts'
import { FrontMatterError, parseFrontMatter } from '../front-matter.ts'
import { ImportRefused } from './import-refused.ts'
import { firstHeading, type ImportedText, pickTitle, titleOfFile } from './imported-text.ts'
import { tidyText } from './tidy-text.ts'

const { title, source, issuedBy, documentNumber, issuedOn, effectiveFrom, effectiveUntil, supersedes, region } =
  DocumentFrontMatter.properties

/** Front matter from anywhere: what is known of it must be right, what is not known is left out. */
const LooseFrontMatter = Type.Object({
  title: Type.Optional(title),
  source,
  issuedBy,
  documentNumber,
  issuedOn,
  effectiveFrom,
  effectiveUntil,
  supersedes,
  region,
  licence: DocumentFrontMatter.properties.licence,
  url: DocumentFrontMatter.properties.url,
})

const FRONT_MATTER = /^---[ \t]*\n(?:.*\n)*?---[ \t]*(?:\n|$)/

/** A Markdown file, its text as it stands. Front matter may be missing; where it is wrong the refusal names the line. */
export function readMarkdown(source: string, fileName: string): ImportedText {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  if (!FRONT_MATTER.test(text)) return readPlainText(text, fileName)
  try {
    const { data, body } = parseFrontMatter(fileName, text, LooseFrontMatter)
    const known = Object.keys(LooseFrontMatter.properties)
    const { title: named, ...meta } = Object.fromEntries(
      Object.entries(data).filter(([name, value]) => known.includes(name) && value !== null),
    ) as typeof data
    const tidy = tidyText(body)
    return { title: pickTitle(named, firstHeading(tidy), titleOfFile(fileName)), text: tidy, meta }
  } catch (error) {
    if (!(error instanceof FrontMatterError)) throw error
    throw new ImportRefused('file-broken', `${error.line}: ${error.reason}`, { cause: error })
  }
}

export function readPlainText(source: string, fileName: string): ImportedText {
  const text = tidyText(source)
  return { title: pickTitle(firstHeading(text), titleOfFile(fileName)), text, meta: {} }
}
