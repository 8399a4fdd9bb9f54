import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'
import { decodeText } from './decode-text.ts'
import { htmlText } from './html-text.ts'
import { ImportRefused } from './import-refused.ts'
import { type ImportedText, pickTitle, titleOfFile } from './imported-text.ts'
import { IMPORT_LIMITS } from './limits.ts'
import { removeHidden } from './remove-hidden.ts'
import { tidyText } from './tidy-text.ts'

/** What the reader takes for the article must hold this many characters; else the whole page is read. */
const SHORTEST_ARTICLE = 120
const MOST_ELEMENTS = 200_000
/** The search for the article goes up and down from every element. */
const DEEPEST = 400
const NOT_THE_ARTICLE =
  'script, style, noscript, template, iframe, nav, header, footer, aside, form, [hidden], [aria-hidden="true"]'

/** A saved page: its article without navigation and advertisement. No script of it runs and nothing is fetched. */
export function readHtml(bytes: Uint8Array, fileName: string): ImportedText {
  if (bytes.length > IMPORT_LIMITS.htmlBytes) throw new ImportRefused('file-too-large', 'HTML: 10 MB')
  const source = decodeText(bytes, namedEncoding(bytes))
  if (source === undefined) throw new ImportRefused('file-broken')
  const { document } = parseHTML(source)
  removeHidden(document)
  const pageTitle = document.querySelector('title')?.textContent
  const whole = parseHTML(source).document
  removeHidden(whole)
  for (const element of [...whole.querySelectorAll(NOT_THE_ARTICLE)]) element.remove()
  const rest = tidyText(htmlText(whole.documentElement ?? whole.createElement('div')))
  const article = articleOf(document)
  const text =
    article !== undefined && article.text.length >= Math.min(SHORTEST_ARTICLE, rest.length) ? article.text : rest
  return { title: pickTitle(article?.title, pageTitle, titleOfFile(fileName)), text, meta: {} }
}

function articleOf(document: Document): { text: string; title: string | null | undefined } | undefined {
  if (deeperThan(DEEPEST, document.documentElement)) return undefined
  const article = new Readability<Element>(document, {
    serializer: (node) => node as Element,
    maxElemsToParse: MOST_ELEMENTS,
    disableJSONLD: true,
  }).parse()
  if (article?.content === null || article?.content === undefined) return undefined
  return { text: tidyText(htmlText(article.content)), title: article.title }
}

function deeperThan(limit: number, root: Node | null): boolean {
  let level: Node[] = root === null ? [] : [root]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true
    level = level.flatMap((node) => [...node.childNodes])
  }
  return false
}

/** What the page says of its own encoding, within the first bytes as the standard has it. */
function namedEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 2048))
  const name = /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i.exec(head)?.[1]?.toLowerCase()
  return name !== undefined && /^gb|^big5|^utf-?8|^windows-125|^iso-8859/.test(name) ? name : undefined
}
