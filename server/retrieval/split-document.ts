import type { Document } from '../knowledge/document.ts'
import type { Passage } from './passage.ts'
import { cutLongSpan, type Span, trimSpan } from './split-span.ts'

/** Story paragraphs are joined until a passage has about this many characters … */
const STORY_TARGET = 260
/** … and none grows longer than this. */
const STORY_LIMIT = 420
/** Articles stay whole up to this length: a rule quoted in part may say the opposite. */
const POLICY_LIMIT = 1600

const MARKDOWN_HEADING = /^(#{1,6})[ \t]+(.+?)[ \t#]*$/
const ARTICLE =
  /^[ \t\u3000]*(?:\*\*)?(第[零〇一二三四五六七八九十百千万两\d０-９]+条(?:之[一二三四五六七八九十\d]+)?)(?![^ \t\u3000\n*：:、，,（(【《“]*[款项])/
const PART =
  /^[ \t\u3000]*(?:\*\*)?(第[零〇一二三四五六七八九十百千万两\d０-９]+([编篇章节]))(?:[ \t\u3000]+|$)(.{0,40})$/
const PART_LEVELS: Readonly<Record<string, number>> = { 编: 11, 篇: 11, 章: 12, 节: 13 }

interface Block extends Span {
  readonly headings: readonly string[]
  /** True where the block begins a unit of its own: an article of a policy. */
  readonly opens: boolean
}

/**
 * The passages of a document, in order: articles (第X条) for a policy, paragraphs for a story, short neighbours under
 * one heading joined and long ones cut between sentences. Spans are exact (`document.text.slice(start, end) ===
 * text`), do not overlap, and hold every character that is not blank, except headings, which stand in `headings` of
 * the passages below them; a heading with nothing below it is a passage itself.
 */
export function splitDocument(document: Document): Passage[] {
  const isPolicy = document.meta.kind === 'policy'
  const blocks = readBlocks(document.text, isPolicy)
  const spans = joinBlocks(document.text, blocks, isPolicy)
  const limit = isPolicy ? POLICY_LIMIT : STORY_LIMIT
  return spans
    .flatMap((block) => cutLongSpan(document.text, block, limit).map((span) => ({ ...span, headings: block.headings })))
    .map(({ start, end, headings }, ordinal) => ({
      id: `${document.id}#${start}-${end}`,
      documentId: document.id,
      documentHash: document.hash,
      collection: document.collection,
      title: document.meta.title,
      headings,
      start,
      end,
      text: document.text.slice(start, end),
      ordinal,
      meta: document.meta,
    }))
}

interface Heading extends Span {
  readonly level: number
  readonly name: string
  used: boolean
}

/** Paragraphs with the headings above them. */
function readBlocks(text: string, isPolicy: boolean): Block[] {
  const blocks: Block[] = []
  let path: Heading[] = []
  let article: string | undefined
  let continues = false
  const keepUnused = (closed: readonly Heading[]) => {
    for (const heading of closed) {
      if (heading.used) continue
      const above = path.filter((other) => other.start < heading.start && other.level < heading.level)
      blocks.push({ start: heading.start, end: heading.end, headings: above.map(({ name }) => name), opens: true })
      for (const other of above) other.used = true
    }
  }
  for (const line of linesOf(text)) {
    const content = text.slice(line.start, line.end)
    if (content.trim() === '') {
      continues = false
      continue
    }
    const heading = headingOf(content, isPolicy)
    if (heading !== undefined) {
      keepUnused(path.filter((other) => other.level >= heading.level).reverse())
      path = path.filter((other) => other.level < heading.level)
      path.push({ ...trimSpan(text, line), ...heading, used: false })
      article = undefined
      continues = false
      continue
    }
    const opened = isPolicy ? ARTICLE.exec(content)?.[1] : undefined
    if (opened !== undefined) article = opened
    for (const above of path) above.used = true
    const names = path.map(({ name }) => name)
    const last = blocks.at(-1)
    if (continues && opened === undefined && last !== undefined) {
      blocks[blocks.length - 1] = { ...last, end: trimSpan(text, line).end }
    } else {
      const headings = article === undefined ? names : [...names, article]
      blocks.push({ ...trimSpan(text, line), headings, opens: opened !== undefined })
    }
    continues = true
  }
  keepUnused([...path].reverse())
  return blocks.sort((left, right) => left.start - right.start)
}

function headingOf(line: string, isPolicy: boolean): { level: number; name: string } | undefined {
  const markdown = MARKDOWN_HEADING.exec(line)
  const marks = markdown?.[1]
  const name = markdown?.[2]?.trim()
  if (marks !== undefined && name !== undefined) {
    // 「## 第三条」 opens an article below the headings that stand above it.
    return { level: isPolicy && ARTICLE.test(name) ? 20 : marks.length, name }
  }
  const part = isPolicy ? PART.exec(line) : null
  if (part === null) return undefined
  const [, number = '', kind = '', rest = ''] = part
  return { level: PART_LEVELS[kind] ?? 12, name: `${number} ${rest.replaceAll('*', '').trim()}`.trim() }
}

function linesOf(text: string): Span[] {
  const lines: Span[] = []
  let start = 0
  while (start <= text.length) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    lines.push({ start, end })
    start = end + 1
  }
  return lines
}

/**
 * Joins neighbours: the paragraphs of one article; paragraphs of a story under one heading until the target length
 * is reached.
 */
function joinBlocks(text: string, blocks: readonly Block[], isPolicy: boolean): Block[] {
  const joined: Block[] = []
  for (const block of blocks) {
    const last = joined.at(-1)
    if (last !== undefined && mayJoin(text, last, block, isPolicy)) {
      joined[joined.length - 1] = { ...last, end: block.end }
    } else joined.push(block)
  }
  return joined
}

function mayJoin(text: string, last: Block, next: Block, isPolicy: boolean): boolean {
  if (next.opens || last.headings.join('\n') !== next.headings.join('\n')) return false
  const length = next.end - last.start
  const gap = text.slice(last.end, next.start)
  if (gap.trim() !== '') return false
  if (isPolicy && last.headings.some((name) => ARTICLE.test(name))) return length <= POLICY_LIMIT
  if (last.end - last.start >= STORY_TARGET) return false
  return length <= STORY_LIMIT
}
